export { type CheckedArguments } from './arguments/coerce.js';
export { type BuiltRequest, type PendingRequest } from './build-request.js';
export { MissingFilesError, type ReferencedFile, type ReferencedFiles } from './bundle/files.js';
export { type OperationExtract, compileExtract, compileOperation, extractOperation } from './compile.js';
export { type CompiledOperation, checkFixedArguments, checkWithin } from './compiled-operation.js';
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
  type ServerChoice,
  trustedDocument,
} from './document/document.js';
export {
  type ArgumentFinding,
  type Finding,
  InvalidArgumentsError,
  InvalidDocumentError,
  limitPerCode,
  type TextPosition,
} from './document/errors.js';
export { canonicalJson } from './document/canonical-json.js';
export { parseJsonExactly, unpackJson, withExactNumbers } from './document/exact-json.js';
export {
  isContainer,
  isObject,
  type JsonObject,
  type JsonValue,
  type Located,
  member,
  objectMember,
  pointerTo,
  pointerTokens,
  stringMember,
} from './document/json.js';
export { portableNames, withDigest } from './document/names.js';
export { ExactNumber, type PackedJson, packJson, stringifyExactly } from './numbers/exact-number.js';
export { quoteInexactNumbers } from './numbers/inexact-literals.js';
export { type DocumentSecurity, type SecurityScheme } from './document/security.js';
export { compileWholeMatch, type WholeMatch } from './patterns/whole-match.js';
export { decodeText } from './reading/decode.js';
export { findDuplicateKeys } from './reading/duplicate-keys.js';
export { DEFAULT_LIMITS, type DocumentLimits } from './document/limits.js';
export { type OperationSummary } from './operations/operation-plan.js';
export { spanningName } from './operations/path-template.js';
export { readDocument } from './reading/read.js';
export { type FetchedFile, type FileLink } from './serialize/body/content.js';
export { type DeclaredServer, type DocumentServer } from './operations/servers.js';
export { formatDocument } from './text/format.js';
export { hideArguments } from './schema/hidden-arguments.js';
export { locateFindings } from './text/locate.js';
export { TOOL_FORMATS, type ToolFormat, toolDefinition } from './tools/tool-definition.js';
