export type { AuthSchema } from './auth-schema.js';
export { AuthSchemasModule } from './auth-schemas.module.js';
