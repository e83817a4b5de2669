export type { CallOutcome, CompletedDto, Confirmation, Notice } from './call.dto.js';
export { CALL_OUTCOME_SCHEMA, CallContextDto, CallProblemDto, ConfirmationDto } from './call.dto.js';
export type { Call } from './call.js';
export { Calls, type EndedCall } from './calls.js';
export { ConfirmationRow } from './confirmation.entity.js';
export { DispatchModule } from './dispatch.module.js';
export { Base64Content } from './files/base64-content.js';
export { JsonBody } from './response/json-body.js';
