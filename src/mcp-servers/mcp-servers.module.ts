import { Module } from '@nestjs/common';
import { ActionsModule } from '../actions/index.js';
import { CredentialsModule } from '../credentials/index.js';
import { EgressModule } from '../egress/index.js';
import { OAuthModule } from '../oauth/index.js';
import { ServerAuthorizationController } from './authorization/authorization.controller.js';
import { ClientRegistration } from './authorization/client-registration.js';
import { ServerAuthorization } from './authorization/server-authorization.service.js';
import { ToolReviewController } from './tools/tool-review.controller.js';
import { ToolReview } from './tools/tool-review.service.js';

/** What builders do with MCP servers that are actions. Their tools are called like other operations, by `dispatch`. */
@Module({
  imports: [ActionsModule, CredentialsModule, EgressModule, OAuthModule],
  controllers: [ServerAuthorizationController, ToolReviewController],
  providers: [ClientRegistration, ServerAuthorization, ToolReview],
})
export class McpServersModule {}
