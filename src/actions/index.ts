export { Action } from './action.entity.js';
export { ActionsModule } from './actions.module.js';
export { AUTH_INPUT, AUTH_OUTPUT } from './actions.dto.js';
export { AuthSchemas, HIDDEN, type AuthFields, type AuthSchema, type CompletedFields } from './auth-schema.js';
export { secretsPlace } from './auth-selection.js';
export { callbackUrl } from './callback-url.js';
export { DocumentPart } from './document-part.entity.js';
export { Operation } from './operation.entity.js';
export { OperationPlans, type GptOperations, type OperationPlan } from './operation-plans.js';
