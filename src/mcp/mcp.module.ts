import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { ClusterModule } from '../cluster/index.js';
import { DispatchModule } from '../dispatch/index.js';
import { GptsModule } from '../gpts/index.js';
import { LimitsModule } from '../limits/index.js';
import { UserCookie } from '../pages/index.js';
import { SignInsModule } from '../sign-ins/index.js';
import { TenantsModule } from '../tenants/index.js';
import { ToolCallsModule } from '../tool-calls/index.js';
import { VaultModule } from '../vault/index.js';
import { Agreements } from './confirmation-page/agreements.js';
import { ConfirmationPageController } from './confirmation-page/confirmation-page.controller.js';
import { RequestStates } from './elicitation/request-state.js';
import { McpSignals } from './elicitation/signals.js';
import { McpAccessModule } from './principals/mcp-access.module.js';
import { McpAdmission } from './principals/mcp-admission.js';
import { Principals } from './principals/principals.js';
import { ProtectedResourceController } from './principals/protected-resource.controller.js';
import { Cancellations } from './protocol/cancellations.js';
import { McpEndpoint } from './protocol/mcp-endpoint.js';
import { McpController } from './protocol/mcp.controller.js';
import { PushedElicitations } from './protocol/pushed-elicitations.js';
import { McpSessions } from './protocol/sessions.js';
import { McpSettingsController } from './settings/mcp-settings.controller.js';
import { McpSettingsService } from './settings/mcp-settings.service.js';
import { McpTokensController } from './tokens/mcp-tokens.controller.js';
import { McpTokens } from './tokens/mcp-tokens.service.js';
import { AskUser } from './tools/ask-user.js';
import { CallTool } from './tools/call-tool.js';
import { ListTools } from './tools/list-tools.js';
import { WaitTimes } from './tools/wait-times.js';

@Module({
  imports: [
    AuditModule,
    ClusterModule,
    DispatchModule,
    GptsModule,
    LimitsModule,
    McpAccessModule,
    SignInsModule,
    TenantsModule,
    ToolCallsModule,
    VaultModule,
  ],
  controllers: [
    ConfirmationPageController,
    McpController,
    McpSettingsController,
    McpTokensController,
    ProtectedResourceController,
  ],
  providers: [
    Agreements,
    AskUser,
    CallTool,
    Cancellations,
    ListTools,
    McpAdmission,
    McpEndpoint,
    McpSessions,
    McpSettingsService,
    McpSignals,
    McpTokens,
    Principals,
    PushedElicitations,
    RequestStates,
    UserCookie,
    WaitTimes,
  ],
  exports: [McpSettingsService],
})
export class McpModule {}
