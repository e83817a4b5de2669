import { Module } from '@nestjs/common';
import { Workers } from './workers.js';

@Module({ providers: [Workers], exports: [Workers] })
export class WorkersModule {}
