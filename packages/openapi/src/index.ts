export { type CheckedArguments } from './arguments/coerce.js';
export { type BuiltRequest, type PendingRequest } from './build-request.js';
export { type OperationExtract, compileExtract, compileOperation, extractOperation } from './compile.js';
export { type CompiledOperation, checkWithin } from './compiled-operation.js';
export {
  type DescribeOptions,
  type DocumentDescription,
  describeDocument,
  documentSecurity,
  readAndDescribe,
} from './describe.js';
export {
  DOCUMENT_FORMATS,
  type DocumentFormat,
  type DocumentOptions,
  type OpenApiDocument,
  trustedDocument,
} from './document/document.js';
export {
  type ArgumentFinding,
  type Finding,
  InvalidArgumentsError,
  InvalidDocumentError,
  type TextPosition,
} from './document/errors.js';
export {
  isObject,
  type JsonObject,
  type JsonValue,
  type Located,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from './document/json.js';
export { portableNames, withDigest } from './document/names.js';
export { type DocumentSecurity, type SecurityScheme } from './document/security.js';
export { compileWholeMatch, type WholeMatch } from './patterns/whole-match.js';
export { decodeText } from './reading/decode.js';
export { findDuplicateKeys } from './reading/duplicate-keys.js';
export { DEFAULT_LIMITS, type DocumentLimits } from './reading/limits.js';
export { type OperationSummary } from './operations/operation-plan.js';
export { readDocument } from './reading/read.js';
export { type FetchedFile, type FileLink } from './serialize/body/content.js';
export { type DocumentServer } from './operations/servers.js';
export { formatDocument } from './text/format.js';
export { locateFindings } from './text/locate.js';
export { TOOL_FORMATS, type ToolFormat, toolDefinition } from './tools/tool-definition.js';
