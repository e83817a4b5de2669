// Not from the index, which would load Nest into worker threads.
import { parseUrl } from '../../common/urls/parse-url.js';
import { type JsonObject, type JsonValue, objectMember, stringMember } from '@countersign/openapi';

/** Fields of an action's authentication schema; those that no document knows, such as a client's id, are missing. */
export type SuggestedAuth = { type: 'oauth' | 'api_key' } & Record<string, string>;

/** A flow that offers more scopes lists everything the API has, not what a sign-in should ask for. */
const MAX_OFFERED_SCOPES = 20;
const MAX_SCOPE_LENGTH = 4000;
const MAX_URL_LENGTH = 2000;

/** A field name (RFC 9110, section 5.6.2). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const PARAMETER_NAME = /^[A-Za-z0-9._~\-[\]$]{1,100}$/;
/** RFC 6749, section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Converts a Security Scheme Object (OAS 3.1.1, section 4.8.27) to authentication fields.
 *
 * @param scopes the scopes that operations require of this scheme
 * @param serverUrl relative URLs are resolved against it
 * @returns `undefined` if no authentication schema supports it
 */
export function authOfScheme(
  scheme: JsonValue,
  scopes: readonly string[],
  serverUrl: string,
): SuggestedAuth | undefined {
  switch (stringMember(scheme, 'type')) {
    case 'oauth2':
      return readOAuth(objectMember(objectMember(scheme, 'flows'), 'authorizationCode'), scopes, serverUrl);
    case 'openIdConnect':
      return readOpenIdConnect(scheme, scopes, serverUrl);
    case 'http':
      return readHttp(stringMember(scheme, 'scheme'));
    case 'apiKey':
      return readApiKey(scheme);
    default:
      return undefined;
  }
}

/** Only the authorization code flow: other flows have no user who signs in, or expose tokens to browsers. */
function readOAuth(
  flow: JsonObject | undefined,
  required: readonly string[],
  serverUrl: string,
): SuggestedAuth | undefined {
  if (flow === undefined) return undefined;
  const tokenUrl = urlMember(flow, 'tokenUrl', serverUrl);
  const refreshUrl = urlMember(flow, 'refreshUrl', serverUrl);
  const offered = Object.keys(objectMember(flow, 'scopes') ?? {});
  const scopes = required.length > 0 || offered.length > MAX_OFFERED_SCOPES ? required : offered;
  return {
    type: 'oauth',
    ...optional('authorization_url', urlMember(flow, 'authorizationUrl', serverUrl)),
    ...optional('token_url', tokenUrl),
    ...optional('refresh_url', refreshUrl === tokenUrl ? undefined : refreshUrl),
    ...optional('scope', joinScopes(scopes)),
  };
}

function readOpenIdConnect(scheme: JsonValue, scopes: readonly string[], serverUrl: string): SuggestedAuth | undefined {
  const issuer = urlMember(scheme, 'openIdConnectUrl', serverUrl);
  return issuer === undefined ? undefined : { type: 'oauth', issuer, ...optional('scope', joinScopes(scopes)) };
}

/** Scheme names are case-insensitive (RFC 9110, section 11.1). */
function readHttp(scheme: string | undefined): SuggestedAuth | undefined {
  const name = scheme?.toLowerCase();
  return name === 'bearer' || name === 'basic' ? { type: 'api_key', auth_type: name } : undefined;
}

function readApiKey(scheme: JsonValue): SuggestedAuth | undefined {
  const name = stringMember(scheme, 'name') ?? '';
  const place = stringMember(scheme, 'in');
  if (place === 'query' && PARAMETER_NAME.test(name)) {
    return { type: 'api_key', auth_type: 'custom', location: 'query', parameter_name: name };
  }
  if (place !== 'header' || !HEADER_NAME.test(name)) return undefined;
  const isBearer = /^authorization$/i.test(name) && /\bbearer\b/i.test(stringMember(scheme, 'description') ?? '');
  return isBearer
    ? { type: 'api_key', auth_type: 'bearer' }
    : { type: 'api_key', auth_type: 'custom', custom_header_name: name };
}

/** A templated URL, such as `https://{tenant}.example.com`, cannot be used. */
function urlMember(holder: JsonValue, name: string, base: string): string | undefined {
  const text = stringMember(holder, name)?.trim() ?? '';
  if (text === '' || /[{}]/.test(text)) return undefined;
  const url = parseUrl(text, withTrailingSlash(base));
  if (!url || !/^https?:$/.test(url.protocol) || url.href.length > MAX_URL_LENGTH) return undefined;
  return parseUrl(text) ? text : url.href;
}

/** A relative URL is resolved within the server's path, also if that path has no slash at its end. */
function withTrailingSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function joinScopes(scopes: readonly string[]): string | undefined {
  const scope = scopes.filter((name) => SCOPE_TOKEN.test(name)).join(' ');
  return scope === '' || scope.length > MAX_SCOPE_LENGTH ? undefined : scope;
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
