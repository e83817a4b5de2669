import { Global, Module } from '@nestjs/common';
import { EgressModule } from '../egress/index.js';
import { GptsModule } from '../gpts/index.js';
import { ActionViews } from './action-views.js';
import { ActionsController } from './actions.controller.js';
import { ActionsService } from './actions.service.js';
import { AuthSchemas } from './auth-schema.js';
import { AuthSelections } from './auth-selection.js';
import { DocumentCheckController } from './document-check.controller.js';
import { DocumentImport } from './document-import.js';
import { ImportedAuth } from './imports/imported-auth.js';
import { ImportsController } from './imports/imports.controller.js';
import { ImportsService } from './imports/imports.service.js';
import { OperationPlans } from './operation-plans.js';

@Global()
@Module({
  imports: [EgressModule, GptsModule],
  controllers: [ActionsController, DocumentCheckController, ImportsController],
  providers: [
    ActionsService,
    ActionViews,
    AuthSchemas,
    AuthSelections,
    DocumentImport,
    ImportedAuth,
    ImportsService,
    OperationPlans,
  ],
  exports: [AuthSchemas, OperationPlans],
})
export class ActionsModule {}
