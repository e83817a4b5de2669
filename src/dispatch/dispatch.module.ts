import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/index.js';
import { CredentialsModule } from '../credentials/index.js';
import { EgressModule } from '../egress/index.js';
import { LimitsModule } from '../limits/index.js';
import { McpClientModule } from '../mcp-client/index.js';
import { MetricsModule } from '../metrics/index.js';
import { StatisticsModule } from '../statistics/index.js';
import { WorkersModule } from '../workers/index.js';
import { Calls } from './calls.js';
import { Confirmations } from './confirmations.js';
import { DispatchController } from './dispatch.controller.js';
import { Dispatcher } from './dispatcher.js';
import { McpTools } from './mcp/mcp-tools.js';
import { PlanGuard } from './plan.guard.js';
import { FileFetcher } from './files/file-fetcher.js';
import { SentFiles } from './files/sent-files.js';
import { BodyReader } from './response/body-reader.js';
import { ResponseReader } from './response/response-reader.js';
import { Upstream } from './upstream.js';

@Module({
  imports: [
    ActionsModule,
    CredentialsModule,
    EgressModule,
    LimitsModule,
    McpClientModule,
    MetricsModule,
    StatisticsModule,
    WorkersModule,
  ],
  controllers: [DispatchController],
  providers: [
    Calls,
    Confirmations,
    Dispatcher,
    FileFetcher,
    BodyReader,
    McpTools,
    PlanGuard,
    ResponseReader,
    SentFiles,
    Upstream,
  ],
  exports: [Calls],
})
export class DispatchModule {}
