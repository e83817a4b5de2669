export { type BuiltRequest, type CompiledOperation, compileOperation } from './compile.js';
export { type DocumentDescription, describeDocument } from './describe.js';
export { type OpenApiDocument, trustedDocument } from './document.js';
export { type ArgumentFinding, type Finding, InvalidArgumentsError, InvalidDocumentError } from './errors.js';
export {
  isObject,
  type JsonObject,
  type JsonValue,
  type Located,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from './json.js';
export { DEFAULT_LIMITS, type DocumentLimits } from './reading/limits.js';
export { type OperationSummary } from './operations/operation-plan.js';
export { readDocument } from './reading/read.js';
export { type SuggestedAuth } from './security-scheme.js';
export { suggestAuth } from './suggest-auth.js';
export { type DocumentServer } from './operations/servers.js';
