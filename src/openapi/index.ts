export { type BuiltRequest, type CompiledOperation, type PendingRequest, compileOperation } from './compile.js';
export { type DocumentDescription, describeDocument } from './describe.js';
export { DOCUMENT_FORMATS, type DocumentFormat, type OpenApiDocument, trustedDocument } from './document.js';
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
export { commonNames, withDigest } from './names.js';
export { decodeText } from './reading/decode.js';
export { DEFAULT_LIMITS, type DocumentLimits } from './reading/limits.js';
export { type OperationSummary } from './operations/operation-plan.js';
export { readDocument } from './reading/read.js';
export { type FetchedFile, type FileLink } from './serialize/content.js';
export { type SuggestedAuth } from './security-scheme.js';
export { suggestAuth } from './suggest-auth.js';
export { type DocumentServer } from './operations/servers.js';
export { formatted } from './text/format.js';
export { type Place } from './text/lines.js';
export { located } from './text/locate.js';
export { TOOL_FORMATS, type ToolFormat, toolDefinition } from './tools/tool-definition.js';
