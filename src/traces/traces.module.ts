import { Module } from '@nestjs/common';
import { Traces } from './traces.js';

@Module({ providers: [Traces], exports: [Traces] })
export class TracesModule {}
