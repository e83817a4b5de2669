import { Module } from '@nestjs/common';
import { AuthSchemas } from '../actions/index.js';
import { EgressModule } from '../egress/index.js';
import { OAuthModule } from '../oauth/index.js';
import { ActionAuthGuard } from './action-auth.guard.js';
import { ApiKeyStrategy } from './api-key/api-key.strategy.js';
import { Credentials } from './credentials.service.js';
import { NoneStrategy } from './none/none.strategy.js';
import { OAuthStrategy } from './oauth/oauth.strategy.js';

/** The list of schemas: a new one is a folder of its own and a line here. */
const STRATEGIES = [NoneStrategy, ApiKeyStrategy, OAuthStrategy];

@Module({
  imports: [EgressModule, OAuthModule],
  providers: [...STRATEGIES, Credentials, ActionAuthGuard],
  exports: [Credentials, ActionAuthGuard],
})
export class AuthSchemasModule {
  constructor(schemas: AuthSchemas, none: NoneStrategy, apiKey: ApiKeyStrategy, oauth: OAuthStrategy) {
    for (const strategy of [none, apiKey, oauth]) schemas.register(strategy);
  }
}
