import {
  type Check,
  type CheckedOperation,
  type CheckedPath,
  type DeclaredParameter,
  type DocumentCheck,
  type SchemaCheck,
} from './check.js';
import {
  binaryResponse,
  consequentialGet,
  deprecatedOperation,
  inconsequentialDelete,
  longOperationDescription,
  manyOperations,
  noSuccessfulResponse,
  streamedBody,
  undescribedOperation,
  unreadableConsequence,
} from './operations.js';
import {
  credentialLikeParameter,
  credentialParameter,
  duplicateParameters,
  longParameterDescription,
  optionalPathParameter,
} from './parameters.js';
import { ambiguousPaths, colonVariable, repeatedPathVariable, samePath, unbalancedBraces } from './paths.js';
import {
  arrayWithoutItems,
  closedPart,
  dynamicReference,
  emptyEnum,
  impossibleBounds,
  impossibleRequired,
  ineffectiveRequired,
  invalidPattern,
  repeatedEnumValue,
  unfitDefault,
  unfitEnum,
  unknownType,
  unresolvedMapping,
} from './schemas.js';
import {
  combinedSecuritySchemes,
  incompleteSecurityScheme,
  insecureSignIn,
  severalSecuritySchemes,
  undeclaredScope,
  undefinedSecurityScheme,
  unsupportedSecurityScheme,
} from './security.js';
import {
  insecureServer,
  localServer,
  repeatedBasePath,
  serverDefaultNotAllowed,
  severalServers,
  templatedServer,
  unusualPort,
} from './servers.js';

/** Checks of the document as a whole. */
export const DOCUMENT_CHECKS: readonly DocumentCheck[] = [
  // servers
  { code: 'several_servers', find: severalServers },
  { code: 'insecure_server', find: insecureServer },
  { code: 'local_server', find: localServer },
  { code: 'unusual_port', find: unusualPort },
  { code: 'templated_server', find: templatedServer },
  { code: 'server_default_not_allowed', find: serverDefaultNotAllowed },
  { code: 'repeated_base_path', find: repeatedBasePath },
  // security
  { code: 'undefined_security_scheme', find: undefinedSecurityScheme },
  { code: 'unsupported_security_scheme', find: unsupportedSecurityScheme },
  { code: 'several_security_schemes', find: severalSecuritySchemes },
  { code: 'combined_security_schemes', find: combinedSecuritySchemes },
  { code: 'incomplete_security_scheme', find: incompleteSecurityScheme },
  { code: 'insecure_sign_in', find: insecureSignIn },
  { code: 'undeclared_scope', find: undeclaredScope },
  // operations in comparison
  { code: 'same_path', find: samePath },
  { code: 'ambiguous_path', find: ambiguousPaths },
  { code: 'duplicate_parameter', find: duplicateParameters },
  { code: 'many_operations', find: manyOperations },
];

/** Checks of each path that has operations. */
export const PATH_CHECKS: readonly Check<CheckedPath>[] = [
  { code: 'repeated_path_variable', find: repeatedPathVariable },
  { code: 'unbalanced_path', find: unbalancedBraces },
  { code: 'colon_path_variable', find: colonVariable },
];

/** Checks of each callable operation. */
export const OPERATION_CHECKS: readonly Check<CheckedOperation>[] = [
  { code: 'unreadable_consequence', at: 'x-openai-isConsequential', find: unreadableConsequence },
  { code: 'unconfirmed_delete', at: 'x-openai-isConsequential', find: inconsequentialDelete },
  { code: 'confirmed_get', at: 'x-openai-isConsequential', find: consequentialGet },
  { code: 'undescribed_operation', find: undescribedOperation },
  { code: 'deprecated_operation', at: 'deprecated', find: deprecatedOperation },
  { code: 'streamed_body', at: 'requestBody', find: streamedBody },
  { code: 'binary_response', at: 'responses', find: binaryResponse },
  { code: 'no_successful_response', at: 'responses', find: noSuccessfulResponse },
  { code: 'description_too_long', at: 'description', find: longOperationDescription },
];

/** Checks of each parameter of these operations. */
export const PARAMETER_CHECKS: readonly Check<DeclaredParameter>[] = [
  { code: 'credential_parameter', find: credentialParameter },
  { code: 'credential_like_parameter', at: 'name', find: credentialLikeParameter },
  { code: 'optional_path_parameter', find: optionalPathParameter },
  { code: 'description_too_long', at: 'description', find: longParameterDescription },
];

/** Checks of each schema of their parameters and bodies. */
export const SCHEMA_CHECKS: readonly SchemaCheck[] = [
  { code: 'unknown_type', keywords: ['type'], find: unknownType },
  { code: 'array_without_items', keywords: ['type'], find: arrayWithoutItems },
  {
    code: 'impossible_bounds',
    keywords: ['minimum', 'minLength', 'minItems', 'minProperties'],
    find: impossibleBounds,
  },
  { code: 'impossible_required', keywords: ['required'], find: impossibleRequired },
  { code: 'ineffective_required', keywords: ['required'], find: ineffectiveRequired },
  { code: 'closed_part', keywords: ['allOf'], find: closedPart },
  { code: 'unfit_enum', keywords: ['enum'], find: unfitEnum },
  { code: 'empty_enum', keywords: ['enum'], find: emptyEnum },
  { code: 'repeated_enum_value', keywords: ['enum'], find: repeatedEnumValue },
  { code: 'unfit_default', keywords: ['default'], find: unfitDefault },
  { code: 'invalid_pattern', keywords: ['pattern'], find: invalidPattern },
  { code: 'unresolved_mapping', keywords: ['discriminator'], find: unresolvedMapping },
  { code: 'dynamic_reference', keywords: ['$dynamicRef'], find: dynamicReference },
];
