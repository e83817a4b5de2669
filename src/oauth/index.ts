export {
  authorizationRequest,
  type AuthorizationRequest,
  codeGrant,
  type CodeFlowState,
} from './protocol/authorization-code.js';
export { denialOf, unnamedDenial } from './protocol/denial.js';
export { callbackUrl } from './callback-url.js';
export { KnownMetadataDto, MetadataWarningDto } from './discovery/discovery.dto.js';
export { DiscoveryError } from './discovery/discovery.error.js';
export { Discovery, type FoundServer } from './discovery/discovery.service.js';
export { OAuthClients } from './oauth-clients.js';
export { withOtherBasicPair } from './protocol/basic-authorization.js';
export { OAuthModule } from './oauth.module.js';
export type { Preset } from './presets/preset.js';
export { Presets } from './presets/presets.js';
export { InvalidPresetError } from './presets/read-presets.js';
export {
  allowedHostProblem,
  connectionServerUrl,
  connectionValueNames,
  ConnectionValueRefusedError,
  fillConnectionValues,
  mergedConnectionValues,
  readConnectionValues,
  usesConnectionValues,
  type ConnectionValue,
  type ConnectionValues,
} from './protocol/connection-values.js';
export {
  type KnownMetadata,
  type OAuthClient,
  type OAuthSettings,
  exchangesAccessTokens,
  usesPkce,
} from './protocol/client.js';
export { type ResponseFacts, TokenError } from './protocol/errors.js';
export { conflicts, discoveredSettings, knownMetadata } from './protocol/metadata-settings.js';
export { metadataUrls, type Metadata } from './protocol/metadata.js';
export { crossDomainEndpoints } from './protocol/root-domain.js';
export { looksLike } from './protocol/body-format.js';
export {
  decoded,
  type Fields,
  fieldsOf,
  isFields,
  POINTER,
  readTokenBody,
  resolvePointer,
} from './protocol/token-body.js';
export { type GrantedTokens, parseTokenResponse } from './protocol/token-response.js';
export type { Concern } from './protocol/rejection.js';
export {
  ADDITIONAL_REFRESH_PARAMS,
  type EndpointRequest,
  revocationRequest,
  tokenRequest,
} from './protocol/token-request.js';
export {
  PAR_REQUIRED,
  REQUEST_OBJECT_REQUIRED,
  unmetDemands,
  unsupportedClientAuthentication,
} from './protocol/unmet-demands.js';
export type { ValueRules } from './protocol/connection-values.js';
export { isAccessToken, isStorableToken } from './protocol/token-format.js';
export { rejectsClient, TokenEndpoint } from './token-endpoint.js';
export type { ExchangeObserver, ObserveExchange, TokenExchange } from './exchange-observer.js';
export { grantedScopes, requestedScopes } from './protocol/scope.js';
