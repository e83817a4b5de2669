export { isErrorCode, isWordy } from './mask.js';
export { redactRequest, redactResponse, redactText, type RedactedRequest, type RedactedResponse } from './redact.js';
