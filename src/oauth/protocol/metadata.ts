import type { KnownMetadata } from './client.js';
import { looksLike } from './token-answer.js';

/** What an authorization server says of itself, as far as it matters here (RFC 8414, section 2; RFC 9207, section 3). */
export interface Metadata extends KnownMetadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint?: string;
  scopes_supported?: string[];
}

/**
 * Why a document is not the metadata that was looked for. `code` is stable; messages hold nothing of it but the issuer that it names.
 *
 * - `not_metadata`: no JSON object with an issuer
 * - `issuer_mismatch`: of another issuer
 * - `no_endpoints`: of the issuer, but nothing to sign in with
 */
export class MetadataError extends Error {
  constructor(
    readonly code: 'not_metadata' | 'issuer_mismatch' | 'no_endpoints',
    message: string,
  ) {
    super(message);
    this.name = 'MetadataError';
  }
}

const OAUTH = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';

/** Longer texts fit no field of a schema. */
const MAX_TEXT = 2000;
const MAX_NAME = 200;
const MAX_METHODS = 50;
const MAX_SCOPES = 1000;

/** Origin, path and query as they are written: identifiers are compared to the letter, so that nothing may be normalized. */
const URL_PARTS = /^(https?:\/\/[^/?#\\\s]+)([^?#\\\s]*)(\?[^#\s]*)?$/i;

/**
 * Where an issuer's metadata may be, in the order in which to look: as RFC 8414 (3.1) has it, as OpenID Connect servers adapt that
 * (RFC 8414, 5), as OpenID Connect Discovery 1.0 (4.1) has it.
 *
 * @returns nothing where the issuer is no http URL, or has a query or fragment (RFC 8414, 2)
 */
export function metadataUrls(issuer: string): string[] {
  const [, origin, path = '', query] = URL_PARTS.exec(issuer) ?? [];
  if (origin === undefined || query !== undefined) return [];
  const below = path.replace(/\/$/, '');
  return [...new Set([origin + OAUTH + below, origin + OPENID + below, origin + below + OPENID])];
}

/**
 * The issuers whose metadata a well-known URL may be, in any of the three layouts. The slash at the end of an issuer is not to be seen
 * in it, so that each stands there with and without.
 *
 * @returns `undefined` where it is no well-known URL
 */
export function issuersOf(wellKnownUrl: string): string[] | undefined {
  const [, origin = '', path = ''] = URL_PARTS.exec(wellKnownUrl) ?? [];
  const found = pathOfIssuer(path);
  return found === undefined ? undefined : [origin + found, `${origin + found}/`];
}

function pathOfIssuer(path: string): string | undefined {
  const inserted = [OAUTH, OPENID].find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  if (inserted !== undefined) return path.slice(inserted.length).replace(/\/$/, '');
  return path.endsWith(OPENID) ? path.slice(0, -OPENID.length) : undefined;
}

/**
 * Reads a metadata document. Members of a wrong type, or longer than any real one, count as absent.
 *
 * @param issuers one of them, to the letter, has to be the document's (RFC 8414, 3.3)
 * @throws {MetadataError}
 */
export function readMetadata(body: string, issuers: readonly string[]): Metadata {
  const fields = parse(body);
  const issuer = textOf(fields?.['issuer']);
  if (!fields || issuer === undefined) throw new MetadataError('not_metadata', `answered ${whatIs(body)}`);
  if (!issuers.includes(issuer)) throw mismatch(issuer, issuers);
  const [authorization_endpoint, token_endpoint] = ['authorization_endpoint', 'token_endpoint'].map((name) => {
    const endpoint = textOf(fields[name]);
    if (endpoint === undefined) throw new MetadataError('no_endpoints', `names no ${name}`);
    return endpoint;
  }) as [string, string];
  const isIssSupported = fields['authorization_response_iss_parameter_supported'];
  return {
    issuer,
    authorization_endpoint,
    token_endpoint,
    revocation_endpoint: textOf(fields['revocation_endpoint']),
    scopes_supported: namesOf(fields['scopes_supported'], MAX_SCOPES),
    authorization_response_iss_parameter_supported: typeof isIssSupported === 'boolean' ? isIssSupported : undefined,
    code_challenge_methods_supported: namesOf(fields['code_challenge_methods_supported'], MAX_METHODS),
    token_endpoint_auth_methods_supported: namesOf(fields['token_endpoint_auth_methods_supported'], MAX_METHODS),
  };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // no JSON: the caller says what it is instead
  }
}

function whatIs(body: string): string {
  const kind = looksLike(body);
  if (kind === 'html') return 'a web page';
  return kind === 'empty' ? 'nothing' : 'no JSON object with an issuer';
}

function mismatch(named: string, issuers: readonly string[]): MetadataError {
  const isSlash = issuers.some((issuer) => issuer === `${named}/` || named === `${issuer}/`);
  const why = isSlash ? 'which differs in the slash at its end' : 'which is another one';
  const advice = 'if that is the issuer you mean, type it so';
  return new MetadataError('issuer_mismatch', `names the issuer ${JSON.stringify(named)}, ${why}; ${advice}`);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
}

/** An empty list says nothing (RFC 8414, 3.2 forbids it). */
function namesOf(value: unknown, most: number): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.filter((name): name is string => typeof name === 'string' && name.length <= MAX_NAME);
  return names.length > 0 ? names.slice(0, most) : undefined;
}
