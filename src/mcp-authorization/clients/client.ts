import type { OAuthErrorCode } from '../protocol/oauth-error.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { redirectUriProblem } from '../protocol/redirect-uri.js';

/** What people are told about a client. */
export interface ClientFacts {
  /** The name that the client gives itself. */
  name: string | null;
  /** The host that published the client's metadata document; `null` for a registered client, whose name nothing proves. */
  publisher: string | null;
}

/** An OAuth client: public, with PKCE. */
export interface OAuthClient {
  id: string;
  facts: ClientFacts;
  redirectUris: readonly string[];
}

/** The used part of client metadata (RFC 7591, section 2). */
export interface ClientMetadata {
  name: string | null;
  redirectUris: string[];
}

export const MAX_REDIRECT_URIS = 20;
const MAX_NAME_CHARACTERS = 80;

/** Control and format characters, among them those that reverse the direction of text, and lone surrogates. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Reads client metadata. Unknown members are ignored (RFC 7591, section 2).
 *
 * @throws {OAuthError} `invalid_redirect_uri`, or `invalid_client_metadata`: a flow that is not supported is required
 */
export function readClientMetadata(fields: Record<string, unknown>): ClientMetadata {
  const redirectUris = readRedirectUris(fields['redirect_uris']);
  requireMember(fields, 'grant_types', 'authorization_code');
  requireMember(fields, 'response_types', 'code');
  return { name: nameOf(fields['client_name']), redirectUris };
}

function readRedirectUris(value: unknown): string[] {
  const isList = Array.isArray(value) && value.length > 0 && value.every((uri) => typeof uri === 'string');
  if (!isList) throw refusal('invalid_redirect_uri', 'redirect_uris must be a list of at least one URI');
  const uris = value as string[];
  if (uris.length > MAX_REDIRECT_URIS)
    throw refusal('invalid_redirect_uri', `redirect_uris has more than ${MAX_REDIRECT_URIS} members`);
  for (const [index, uri] of uris.entries()) {
    const problem = redirectUriProblem(uri);
    if (problem !== undefined) throw refusal('invalid_redirect_uri', `redirect_uris[${index}] ${problem}`);
  }
  return uris;
}

function requireMember(fields: Record<string, unknown>, name: string, member: string): void {
  const value = fields[name];
  if (value === undefined || (Array.isArray(value) && value.includes(member))) return;
  throw refusal('invalid_client_metadata', `${name} must include ${member}`);
}

/** Returns a name as it can be shown on one line; `null` if nothing of it remains. */
function nameOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const visible = value.replaceAll(/\s/gu, ' ').replaceAll(INVISIBLE, '').replaceAll(/ +/g, ' ').trim();
  return [...visible].slice(0, MAX_NAME_CHARACTERS).join('') || null;
}

function refusal(code: OAuthErrorCode, message: string): OAuthError {
  return new OAuthError(code, message);
}
