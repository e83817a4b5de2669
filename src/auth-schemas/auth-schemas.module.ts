import { Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AuthSchemas } from '../actions/index.js';
import { EgressModule } from '../egress/index.js';
import { OAuthModule } from '../oauth/index.js';
import { ActionAuthGuard } from './action-auth.guard.js';
import { ApiKeyStrategy } from './api-key/api-key.strategy.js';
import { KeyCheck } from './api-key/key-check.js';
import { OwnKeyMethod } from './api-key/own-key.method.js';
import type { CredentialStrategy } from './credential.strategy.js';
import { Credentials } from './credentials.service.js';
import { NoneStrategy } from './none/none.strategy.js';
import { OAuthCompletion } from './oauth/completion.js';
import { OAuthStrategy } from './oauth/oauth.strategy.js';
import { UserCredentials } from './user-credentials.js';

/** The list of schemas: a new one is a folder of its own and a line here. */
const STRATEGIES = [NoneStrategy, ApiKeyStrategy, OAuthStrategy];

@Module({
  imports: [EgressModule, OAuthModule],
  providers: [...STRATEGIES, OAuthCompletion, OwnKeyMethod, KeyCheck, UserCredentials, Credentials, ActionAuthGuard],
  exports: [Credentials, ActionAuthGuard],
})
export class AuthSchemasModule implements OnModuleInit {
  constructor(
    private readonly schemas: AuthSchemas,
    private readonly parts: ModuleRef,
  ) {}

  onModuleInit(): void {
    for (const strategy of STRATEGIES) this.schemas.register(this.parts.get<CredentialStrategy>(strategy));
  }
}
