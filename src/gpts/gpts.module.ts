import { Module } from '@nestjs/common';
import { GptsController } from './gpts.controller.js';
import { GptsService } from './gpts.service.js';

@Module({ controllers: [GptsController], providers: [GptsService] })
export class GptsModule {}
