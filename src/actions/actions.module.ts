import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { AuthRegistryModule } from '../auth-registry/index.js';
import { ClusterModule } from '../cluster/index.js';
import { EgressModule } from '../egress/index.js';
import { GptsModule } from '../gpts/index.js';
import { ActionViews } from './action-views.js';
import { ActionsController } from './actions.controller.js';
import { ActionsService } from './actions.service.js';
import { DocumentCheckController } from './document-check.controller.js';
import { DocumentImport } from './document-import.js';
import { ImportedAuth } from './imports/imported-auth.js';
import { ImportsController } from './imports/imports.controller.js';
import { ImportsService } from './imports/imports.service.js';
import { OperationPlans } from './operation-plans.js';

@Module({
  imports: [AuditModule, AuthRegistryModule, ClusterModule, EgressModule, GptsModule],
  controllers: [ActionsController, DocumentCheckController, ImportsController],
  providers: [ActionsService, ActionViews, DocumentImport, ImportedAuth, ImportsService, OperationPlans],
  exports: [OperationPlans],
})
export class ActionsModule {}
