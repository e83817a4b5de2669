import { Module } from '@nestjs/common';
import { GptsController } from './gpts.controller.js';
import { GptsService } from './gpts.service.js';

@Module({ controllers: [GptsController], providers: [GptsService], exports: [GptsService] })
export class GptsModule {}
