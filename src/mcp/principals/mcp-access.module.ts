import { Module } from '@nestjs/common';
import { AccessTokens } from './access-tokens.js';

/** Provides the verifiers of access tokens to the module that registers them and to the endpoint that uses them. */
@Module({ providers: [AccessTokens], exports: [AccessTokens] })
export class McpAccessModule {}
