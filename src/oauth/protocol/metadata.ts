import type { KnownMetadata } from './client.js';
import { looksLike } from './body-format.js';

/** The used part of an authorization server's metadata (RFC 8414, section 2; RFC 9207, section 3). */
export interface Metadata extends KnownMetadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint?: string;
  scopes_supported?: string[];
  dpop_signing_alg_values_supported?: string[];
  /** RFC 7591 */
  registration_endpoint?: string;
  /** The server reads clients from the documents that their ids name (draft-ietf-oauth-client-id-metadata-document). */
  client_id_metadata_document_supported?: true;
}

/**
 * A document is not usable metadata. `code` is stable; messages quote nothing but the issuer that the document names.
 *
 * - `not_metadata`: not a JSON object with an issuer
 * - `issuer_mismatch`: the metadata of another issuer
 * - `no_endpoints`: the issuer's metadata without an authorization or token endpoint
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

/** The maximum length of a schema's text field. */
const MAX_TEXT = 2000;
const MAX_NAME = 200;
const MAX_METHODS = 50;
const MAX_SCOPES = 1000;

/** Origin, path and query as written: identifiers are compared as exact strings, so nothing may be normalized. */
const URL_PARTS = /^(https?:\/\/[^/?#\\\s]+)([^?#\\\s]*)(\?[^#\s]*)?$/i;

/**
 * Returns the URLs where an issuer's metadata may be, in the order in which to try them: RFC 8414, section 3.1; its adaptation for OpenID
 * Connect servers (section 5); OpenID Connect Discovery 1.0, section 4.1, which some servers (django-oauth-toolkit) publish only under a
 * final slash.
 *
 * @returns an empty list if the issuer is not an http(s) URL, or has a query or fragment (RFC 8414, section 2)
 */
export function metadataUrls(issuer: string): string[] {
  const [, origin, path = '', query] = URL_PARTS.exec(issuer) ?? [];
  if (origin === undefined || query !== undefined) return [];
  const below = path.replace(/\/$/, '');
  const appended = origin + below + OPENID;
  return [...new Set([origin + OAUTH + below, origin + OPENID + below, appended, `${appended}/`])];
}

/**
 * Returns the issuers whose metadata a well-known URL may hold, in any of the three layouts, with or without a final slash. The URL does not show whether the issuer ends
 * with a slash, so both forms are returned.
 *
 * @returns `undefined` if the URL is not a well-known URL
 */
export function issuersOf(wellKnownUrl: string): string[] | undefined {
  const [, origin = '', path = ''] = URL_PARTS.exec(wellKnownUrl) ?? [];
  const found = pathOfIssuer(path);
  return found === undefined ? undefined : [origin + found, `${origin + found}/`];
}

function pathOfIssuer(path: string): string | undefined {
  const inserted = [OAUTH, OPENID].find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  if (inserted !== undefined) return path.slice(inserted.length).replace(/\/$/, '');
  const written = path.replace(/\/$/, '');
  return written.endsWith(OPENID) ? written.slice(0, -OPENID.length) : undefined;
}

/**
 * Parses a metadata document. Members of the wrong type or of implausible length count as absent.
 *
 * @param issuers the acceptable issuers, compared as exact strings (RFC 8414, section 3.3)
 * @throws {MetadataError}
 */
export function readMetadata(body: string, issuers: readonly string[]): Metadata {
  const fields = parse(body);
  const issuer = textOf(fields?.['issuer']);
  if (!fields || issuer === undefined) throw new MetadataError('not_metadata', `returned ${describe(body)}`);
  if (!issuers.includes(issuer)) throw mismatch(issuer, issuers);
  const [authorization_endpoint, token_endpoint] = ['authorization_endpoint', 'token_endpoint'].map((name) => {
    const endpoint = textOf(fields[name]);
    if (endpoint === undefined) throw new MetadataError('no_endpoints', `does not list ${name}`);
    return endpoint;
  }) as [string, string];
  const isIssSupported = fields['authorization_response_iss_parameter_supported'];
  return {
    issuer,
    authorization_endpoint,
    token_endpoint,
    revocation_endpoint: textOf(fields['revocation_endpoint']),
    registration_endpoint: textOf(fields['registration_endpoint']),
    ...(fields['client_id_metadata_document_supported'] === true && { client_id_metadata_document_supported: true }),
    scopes_supported: namesOf(fields['scopes_supported'], MAX_SCOPES),
    authorization_response_iss_parameter_supported: typeof isIssSupported === 'boolean' ? isIssSupported : undefined,
    code_challenge_methods_supported: namesOf(fields['code_challenge_methods_supported'], MAX_METHODS),
    token_endpoint_auth_methods_supported: namesOf(fields['token_endpoint_auth_methods_supported'], MAX_METHODS),
    dpop_signing_alg_values_supported: namesOf(fields['dpop_signing_alg_values_supported'], MAX_METHODS),
    ...(fields['require_pushed_authorization_requests'] === true && { require_pushed_authorization_requests: true }),
    ...(fields['require_signed_request_object'] === true && { require_signed_request_object: true }),
  };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // The caller reports what the body is instead.
  }
}

function describe(body: string): string {
  const kind = looksLike(body);
  if (kind === 'html') return 'a web page';
  return kind === 'empty' ? 'an empty body' : 'something other than a JSON object with an issuer';
}

function mismatch(named: string, issuers: readonly string[]): MetadataError {
  const isSlash = issuers.some((issuer) => issuer === `${named}/` || named === `${issuer}/`);
  const why = isSlash ? 'which differs in the trailing slash' : 'which is a different issuer';
  const advice = 'if that is the intended issuer, enter it exactly so';
  return new MetadataError('issuer_mismatch', `names the issuer ${JSON.stringify(named)}, ${why}; ${advice}`);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? value : undefined;
}

/** Treats an empty list as absent (RFC 8414, section 3.2, forbids it). */
function namesOf(value: unknown, max: number): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const names = value.filter((name): name is string => typeof name === 'string' && name.length <= MAX_NAME);
  return names.length > 0 ? names.slice(0, max) : undefined;
}
