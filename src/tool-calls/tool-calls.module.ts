import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/index.js';
import { DispatchModule } from '../dispatch/index.js';
import { LimitsModule } from '../limits/index.js';
import { TenantsModule } from '../tenants/index.js';
import { VaultModule } from '../vault/index.js';
import { ResumeTokens } from './requests/resume-tokens.js';
import { ToolCallResults } from './store/tool-call-results.js';
import { ToolCallsController } from './tool-calls.controller.js';
import { ToolCallsService } from './tool-calls.service.js';
import { Tools } from './tools.js';
import { ToolsController } from './tools.controller.js';
import { TurnRunner } from './turns/turn-runner.js';

@Module({
  imports: [ActionsModule, DispatchModule, LimitsModule, TenantsModule, VaultModule],
  controllers: [ToolsController, ToolCallsController],
  providers: [ResumeTokens, ToolCallResults, ToolCallsService, Tools, TurnRunner],
  exports: [Tools],
})
export class ToolCallsModule {}
