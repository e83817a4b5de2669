export { AuthRegistryModule } from './auth-registry.module.js';
export {
  AuthSchemaDefinition,
  type ActionAuth,
  type ChangedAction,
  type ActionServer,
  type AuthFields,
  type CompletedFields,
  type FieldsCheck,
  type UserTokens,
} from './auth-schema-definition.js';
export { markIncomplete, missingFields } from './incomplete-schema.js';
export { AuthSchemas } from './auth-schemas.js';
export { secretsByField } from './secret-names.js';
export { AuthSelections, authSecretsContext, type AuthSelection } from './auth-selections.js';
