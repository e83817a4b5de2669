import { type JsonObject, type JsonValue, objectMember, stringMember } from './document/json.js';

/** The fields of an action's authentication schema, with gaps for what no document knows. */
export type SuggestedAuth = { type: 'oauth' | 'api_key' } & Record<string, string>;

/** More scopes than an author would ask a user for at once: then the flow lists what there is, not what is needed. */
const MOST_OFFERED_SCOPES = 20;
const LONGEST_SCOPE = 4000;
const LONGEST_URL = 2000;

/** A field name (RFC 9110, section 5.6.2). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const PARAMETER_NAME = /^[A-Za-z0-9._~\-[\]$]{1,100}$/;
/** RFC 6749, section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * What a Security Scheme Object says (OAS 3.1.1, section 4.8.27).
 *
 * @param scopes those that operations require of this scheme
 * @param serverUrl relative URLs are resolved against it
 * @returns `undefined` where no schema of ours does what it describes
 */
export function readSecurityScheme(
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

/** Other flows than this one have no user who signs in, or show tokens to browsers. */
function readOAuth(
  flow: JsonObject | undefined,
  required: readonly string[],
  serverUrl: string,
): SuggestedAuth | undefined {
  if (flow === undefined) return undefined;
  const tokenUrl = urlMember(flow, 'tokenUrl', serverUrl);
  const refreshUrl = urlMember(flow, 'refreshUrl', serverUrl);
  const offered = Object.keys(objectMember(flow, 'scopes') ?? {});
  const scopes = required.length > 0 || offered.length > MOST_OFFERED_SCOPES ? required : offered;
  return {
    type: 'oauth',
    ...given('authorization_url', urlMember(flow, 'authorizationUrl', serverUrl)),
    ...given('token_url', tokenUrl),
    ...given('refresh_url', refreshUrl === tokenUrl ? undefined : refreshUrl),
    ...given('scope', scopeOf(scopes)),
  };
}

function readOpenIdConnect(scheme: JsonValue, scopes: readonly string[], serverUrl: string): SuggestedAuth | undefined {
  const issuer = urlMember(scheme, 'openIdConnectUrl', serverUrl);
  return issuer === undefined ? undefined : { type: 'oauth', issuer, ...given('scope', scopeOf(scopes)) };
}

/** Scheme names are compared without regard to case (RFC 9110, section 11.1). */
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

/** A URL with a gap of its own, as in `https://{tenant}.example.com`, is not one to send users to. */
function urlMember(holder: JsonValue, name: string, base: string): string | undefined {
  const text = stringMember(holder, name)?.trim() ?? '';
  if (text === '' || /[{}]/.test(text) || !URL.canParse(text, folder(base))) return undefined;
  const url = new URL(text, folder(base));
  const isUsable = /^https?:$/.test(url.protocol) && url.href.length <= LONGEST_URL;
  if (!isUsable) return undefined;
  return URL.canParse(text) ? text : url.href;
}

/** A server's URL names a folder of the API's paths, with or without a slash at its end. */
function folder(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

function scopeOf(scopes: readonly string[]): string | undefined {
  const scope = scopes.filter((name) => SCOPE_TOKEN.test(name)).join(' ');
  return scope === '' || scope.length > LONGEST_SCOPE ? undefined : scope;
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}
