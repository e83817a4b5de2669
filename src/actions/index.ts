export { Action } from './store/action.entity.js';
export { AUTH_INPUT, AUTH_OUTPUT } from './lifecycle/actions.dto.js';
export { ActionsModule } from './actions.module.js';
export { LargeBodies, MAX_INLINE_BYTES } from './documents/large-bodies.js';
export { DocumentPart } from './store/document-part.entity.js';
export { type GptTools, type OperationPlan, OperationPlans } from './operations/operation-plans.js';
export { Operation } from './store/operation.entity.js';
export { SourcePart } from './store/source-part.entity.js';
