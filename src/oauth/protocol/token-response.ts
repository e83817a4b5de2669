import { isForm, looksLike, type BodyFormat } from './body-format.js';
import { TokenError } from './errors.js';
import { expiresInSeconds } from './expires-in.js';
import { readRejection, type Concern } from './rejection.js';
import { isAccessToken, isStorableToken } from './token-format.js';

/** A response of a token endpoint. */
export interface TokenResponse {
  status: number;
  body: string;
}

/** JSON pointers (RFC 6901) to members that a provider nests and the standard has at the top level. */
export interface TokenPaths {
  token_path?: string;
  error_path?: string;
  /** Whether the token may also be at the top level: Slack nests the response to a code, but not the response to a refresh. */
  mayBeAtTop?: boolean;
}

/** The granted tokens. They are opaque. */
export interface GrantedTokens {
  accessToken: string;
  refreshToken?: string;
  tokenType?: string;
  /** The lifetime in seconds; `undefined` if the provider sent no usable one. */
  expiresIn?: number;
  scope?: string;
  /** The scope that the authorization request asked for; empty if it asked for none. Absent after a refresh. */
  requestedScope?: string;
}

type Fields = Record<string, unknown>;

/**
 * Parses a token endpoint response.
 *
 * The body decides the format, not the Content-Type header: providers send JSON as `text/html`, forms without being asked, and errors with
 * status 200 (contrary to RFC 6749, sections 5.1 and 5.2).
 *
 * @param now the current time, for providers that send `expires_in` as a date
 * @throws {TokenError} `refused`, `unreadable` or `unavailable`; a body without an access token is a failure whatever the status
 */
export function parseTokenResponse(response: TokenResponse, now: Date, paths: TokenPaths = {}): GrantedTokens {
  const fields = parse(response.body);
  if (!fields) throw failureOf(response, 'unreadable_answer', paths);
  const nested = fieldsAt(fields, paths.token_path);
  const granted = paths.mayBeAtTop && !textOf(nested?.['access_token']) ? fields : nested;
  const accessToken = textOf(granted?.['access_token']);
  if (!granted || !accessToken) throw failureOf(response, 'no_access_token', paths);
  if (!isAccessToken(accessToken)) {
    throw new TokenError(
      'unreadable',
      'invalid_token',
      'the access token contains characters that a header cannot carry, or is too long',
    );
  }
  const refreshToken = textOf(granted['refresh_token']);
  return {
    accessToken,
    refreshToken: refreshToken && isStorableToken(refreshToken) ? refreshToken : undefined,
    tokenType: textOf(granted['token_type']),
    expiresIn: expiresInSeconds(granted['expires_in'], now),
    scope: textOf(granted['scope'])?.slice(0, 4000),
  };
}

function parse(body: string): Fields | undefined {
  const text = body.trim();
  if (text.startsWith('{')) return parseJson(text);
  if (!isForm(text)) return undefined;
  return Object.fromEntries(new URLSearchParams(text));
}

function parseJson(text: string): Fields | undefined {
  try {
    return JSON.parse(text) as Fields;
  } catch {
    return undefined; // The caller reports what the body is instead.
  }
}

function fieldsAt(fields: Fields, pointer = ''): Fields | undefined {
  const found = at(fields, pointer);
  return typeof found === 'object' && found !== null ? (found as Fields) : undefined;
}

function at(value: unknown, pointer: string): unknown {
  const tokens = pointer.split('/').slice(1);
  return tokens
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((inner, token) => (inner as Fields | undefined | null)?.[token], value);
}

/** The code of an error response in which the provider sent no code. */
type OwnCode = 'unreadable_answer' | 'no_access_token';

/** Returns the error of a response that contains no token. */
function failureOf(response: TokenResponse, ownCode: OwnCode, { error_path }: TokenPaths): TokenError {
  const rejection = readRejection(response, error_path);
  const { concern } = rejection;
  const [code, description] = [tidy(rejection.code), tidy(rejection.description)];
  const isRejected = concern !== 'temporary' && (code !== '' || (concern !== 'unreadable' && description !== ''));
  const said = code && description ? `${code} (${description})` : code || description;
  const error = isRejected
    ? new TokenError('refused', code || ownCode, `the provider refused: ${said}`)
    : withoutReason(response, ownCode, concern);
  error.concern = concern;
  error.description = description || undefined;
  return error;
}

function withoutReason({ status, body }: TokenResponse, ownCode: OwnCode, concern: Concern): TokenError {
  if (concern === 'temporary') {
    return new TokenError('unavailable', 'provider_unavailable', `the token URL answered with status ${status}`);
  }
  if (status >= 300 && status < 400) {
    return new TokenError('unreadable', 'redirected', `the token URL redirects elsewhere (status ${status})`);
  }
  const found = ownCode === 'no_access_token' ? 'without an access_token' : `with ${UNREADABLE[looksLike(body)]}`;
  return new TokenError('unreadable', ownCode, `the token URL answered ${found} (status ${status})`);
}

const UNREADABLE: Record<BodyFormat, string> = {
  html: 'a web page',
  empty: 'an empty body',
  json: 'broken JSON',
  form: 'neither JSON nor a form',
  text: 'neither JSON nor a form',
};

/** Shortens a provider's text and puts it on one line. */
function tidy(text: string | undefined): string {
  return (text ?? '').replaceAll(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 200);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
