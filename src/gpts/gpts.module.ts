import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { ClusterModule } from '../cluster/index.js';
import { GptsController } from './gpts.controller.js';
import { GptsService } from './gpts.service.js';

@Module({
  imports: [AuditModule, ClusterModule],
  controllers: [GptsController],
  providers: [GptsService],
  exports: [GptsService],
})
export class GptsModule {}
