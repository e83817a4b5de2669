import type { AuthSchema } from '../auth-schema.js';
import { AuthorizationCodeMethod } from './authorization-code.method.js';
import { BasicPairMemory } from './basic-pair-memory.js';
import { OAuthCompletion } from './completion.js';
import { OAuthDefinition } from './oauth.definition.js';
import { OAuthStrategy } from './oauth.strategy.js';

export const OAUTH: AuthSchema = {
  definition: OAuthDefinition,
  strategy: OAuthStrategy,
  signInMethod: AuthorizationCodeMethod,
  providers: [BasicPairMemory, OAuthCompletion],
};
