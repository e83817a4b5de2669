export { Action } from './action.entity.js';
export { AUTH_INPUT, AUTH_OUTPUT } from './actions.dto.js';
export { ActionsModule } from './actions.module.js';
export { DocumentPart } from './document-part.entity.js';
export { type GptOperations, type OperationPlan, OperationPlans } from './operation-plans.js';
export { Operation } from './operation.entity.js';
export { SourcePart } from './source-part.entity.js';
