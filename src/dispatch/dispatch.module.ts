import { Module } from '@nestjs/common';
import { AuthSchemasModule } from '../auth-schemas/index.js';
import { EgressModule } from '../egress/index.js';
import { Confirmations } from './confirmations.js';
import { DispatchController } from './dispatch.controller.js';
import { Dispatcher } from './dispatcher.js';
import { PlanGuard } from './plan.guard.js';
import { Upstream } from './upstream.js';

@Module({
  imports: [AuthSchemasModule, EgressModule],
  controllers: [DispatchController],
  providers: [Confirmations, Dispatcher, PlanGuard, Upstream],
  exports: [Dispatcher],
})
export class DispatchModule {}
