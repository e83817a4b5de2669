import type { AuthSchema } from '../auth-schema.js';
import { NoneDefinition } from './none.definition.js';
import { NoneStrategy } from './none.strategy.js';

export const NONE: AuthSchema = { definition: NoneDefinition, strategy: NoneStrategy };
