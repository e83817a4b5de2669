import type { AuthSchema } from '../auth-schema.js';
import { ApiKeyDefinition } from './api-key.definition.js';
import { ApiKeyStrategy } from './api-key.strategy.js';
import { KeyCheck } from './key-check.js';
import { UserApiKeyMethod } from './user-api-key.method.js';

export const API_KEY: AuthSchema = {
  definition: ApiKeyDefinition,
  strategy: ApiKeyStrategy,
  signInMethod: UserApiKeyMethod,
  providers: [KeyCheck],
};
