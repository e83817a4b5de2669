import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { AuthRegistryModule } from '../auth-registry/index.js';
import { ClusterModule } from '../cluster/index.js';
import { EgressModule } from '../egress/index.js';
import { GptsModule } from '../gpts/index.js';
import { McpClientModule } from '../mcp-client/index.js';
import { TenantsModule } from '../tenants/index.js';
import { WorkersModule } from '../workers/index.js';
import { ActionChanges } from './lifecycle/action-changes.js';
import { ActionViews } from './lifecycle/action-views.js';
import { ActionsController } from './lifecycle/actions.controller.js';
import { ActionsService } from './lifecycle/actions.service.js';
import { NewActions } from './lifecycle/new-actions.js';
import { PoliciesController } from './lifecycle/policies.controller.js';
import { PoliciesService } from './lifecycle/policies.service.js';
import { PolicyWarnings } from './lifecycle/policy-warnings.js';
import { DocumentCheckController } from './documents/document-check.controller.js';
import { DocumentImport } from './documents/document-import.js';
import { LargeBodies } from './documents/large-bodies.js';
import { ImportedAuth } from './imports/imported-auth.js';
import { ImportsService } from './imports/imports.service.js';
import { SourceRequests } from './imports/source-requests.js';
import { ArgumentChecks } from './operations/argument-checks.js';
import { OperationLoader } from './operations/operation-loader.js';
import { OperationPlans } from './operations/operation-plans.js';
import { ToolImport } from './mcp-servers/tool-import.js';

@Module({
  imports: [
    AuditModule,
    AuthRegistryModule,
    ClusterModule,
    EgressModule,
    GptsModule,
    McpClientModule,
    TenantsModule,
    WorkersModule,
  ],
  controllers: [ActionsController, DocumentCheckController, PoliciesController],
  providers: [
    ActionChanges,
    ActionsService,
    ActionViews,
    ArgumentChecks,
    DocumentImport,
    ImportedAuth,
    ImportsService,
    LargeBodies,
    NewActions,
    OperationLoader,
    OperationPlans,
    PoliciesService,
    PolicyWarnings,
    SourceRequests,
    ToolImport,
  ],
  exports: [ActionsService, ImportsService, LargeBodies, OperationPlans, ToolImport],
})
export class ActionsModule {}
