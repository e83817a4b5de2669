import type { ConnectionValues } from './connection-values.js';
import { TokenError, type ResponseFacts } from './errors.js';
import { expiresInSeconds } from './expires-in.js';
import { fieldsOf, isFields, isForm, readTokenBody, resolvePointer, type Fields } from './token-body.js';

/** A response of a token endpoint. */
export interface TokenResponse {
  status: number;
  body: string;
}

/** JSON pointers (RFC 6901) to members that a provider nests and the standard has at the top level. */
export interface TokenPaths {
  /** Points to the object with `access_token`, or to the access token itself if the provider calls it something else. */
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
  /** The values of the response that calls need. */
  values?: ConnectionValues;
}

/** The maximum length of a stored token in bytes. Longer ones fit neither a header nor, sealed in pairs, a column; real ones have up to 8 KB. */
const MAX_TOKEN_BYTES = 16_384;

/**
 * Parses a token endpoint response.
 *
 * The body decides the format, not the Content-Type header: providers send JSON as `text/html`, forms without being asked, and errors with
 * status 200 (contrary to RFC 6749, sections 5.1 and 5.2). An error next to a token is an error, and so is a token with status 5xx. A token of
 * digits keeps all of them, and `Bearer` in front of a token is not part of it.
 *
 * @param now the current time, for providers that send `expires_in` as a date
 * @throws {TokenError} `refused`, `unreadable` or `unavailable`; a body without an access token is a failure whatever the status
 */
export function parseTokenResponse(response: TokenResponse, now: Date, paths: TokenPaths = {}): GrantedTokens {
  const body = readTokenBody(response.body);
  const fields = fieldsOf(body);
  if (!fields) throw withoutFields(response);
  const found = findGrant(body, fields, paths);
  if (!found) throw withoutToken(response, fields, paths);
  const { granted } = found;
  if (isBusy(response.status)) throw busy(response.status);
  if (statesError(fields, paths.error_path)) throw withoutToken(response, fields, paths);
  if (statesError(granted)) throw withoutToken(response, granted, {});
  const accessToken = found.accessToken.replace(BEARER, '');
  if (!isToken(accessToken)) {
    throw new TokenError(
      'unreadable',
      'invalid_token',
      'the access token contains characters that a header cannot carry, or is too long',
    );
  }
  const field = (...names: string[]) => names.map((name) => granted[name]).find((value) => value !== undefined);
  const refreshToken = textOf(field('refresh_token', 'refreshToken'));
  return {
    accessToken,
    refreshToken: refreshToken && isShort(refreshToken) ? refreshToken : undefined,
    tokenType: textOf(field('token_type', 'tokenType')),
    expiresIn: expiresInSeconds(field('expires_in', 'expiresIn'), now),
    scope: textOf(granted['scope'])?.slice(0, 4000),
  };
}

/** Finds the access token, and the object with its other fields. */
function findGrant(
  body: unknown,
  fields: Fields,
  { token_path = '', mayBeAtTop }: TokenPaths,
): { accessToken: string; granted: Fields } | undefined {
  const value = resolvePointer(body, token_path);
  const granted = isFields(value) ? fieldsOf(value) : undefined;
  const token = granted ? textOf(granted['access_token']) : textOf(value);
  if (token) {
    const parent = granted ?? resolvePointer(body, token_path.slice(0, token_path.lastIndexOf('/')));
    return { accessToken: token, granted: isFields(parent) ? parent : fields };
  }
  const atTop = mayBeAtTop ? textOf(fields['access_token']) : undefined;
  return atTop === undefined ? undefined : { accessToken: atTop, granted: fields };
}

/** Values of an error field that mean that there is no error. */
const NO_ERROR = /^(?:0|2\d\d|ok|success|succeeded|none|null|false|no[ _]?error)$/i;

/** Whether a response says that it is an error, even though it contains a token. */
function statesError(fields: Fields, pointer = '/error'): boolean {
  const error = resolvePointer(fields, pointer);
  if (fields['ok'] === false || fields['success'] === false) return true;
  if (isFields(error)) return Object.keys(error).length > 0;
  return error === true || !NO_ERROR.test(textOf(error) ?? 'none');
}

/** A scheme that some providers put in front of the token. */
const BEARER = /^Bearer +(?=\S)/i;

function withoutFields({ status, body }: TokenResponse): TokenError {
  if (isBusy(status)) return busy(status);
  if (status >= 300 && status < 400) {
    return new TokenError('unreadable', 'redirected', `the token URL redirects elsewhere (status ${status})`);
  }
  if (status === 400 && body.trim() === '') {
    // Glewlwyd responds like this to an unknown refresh token.
    return new TokenError('refused', 'invalid_grant', 'the provider refused without a reason (status 400)');
  }
  const found = UNREADABLE[looksLike(body)];
  return new TokenError('unreadable', 'unreadable_answer', `the token URL answered with ${found} (status ${status})`);
}

const UNREADABLE: Record<ResponseFacts['looksLike'], string> = {
  html: 'a web page',
  empty: 'an empty body',
  json: 'broken JSON',
  form: 'neither JSON nor a form',
  text: 'neither JSON nor a form',
};

/** Returns the format that a body appears to have, whatever its Content-Type is. */
export function looksLike(body: string): ResponseFacts['looksLike'] {
  const text = body.trim();
  if (text === '') return 'empty';
  if (text.startsWith('<')) return 'html';
  if (/^[{[]/.test(text)) return 'json';
  return isForm(text) ? 'form' : 'text';
}

function withoutToken({ status }: TokenResponse, fields: Fields, { error_path }: TokenPaths): TokenError {
  const { code, description } = refusal(fields, error_path);
  // `temporarily_unavailable` from a busy server is not a refusal, but `invalid_grant` is one even with status 500.
  if (isBusy(status) && code !== 'invalid_grant') return busy(status);
  if (!code) {
    return new TokenError(
      'unreadable',
      'no_access_token',
      `the token URL answered without an access_token (status ${status})`,
    );
  }
  const error = new TokenError('refused', code, `the provider refused: ${code}${description && ` (${description})`}`);
  error.description = description || undefined;
  return error;
}

function refusal(fields: Fields, pointer?: string): { code?: string; description: string } {
  const error = pointer === undefined ? fields['error'] : resolvePointer(fields, pointer);
  if (typeof error === 'object' && error !== null) {
    const inner = error as Fields;
    const code = textOf(inner['code']) ?? textOf(inner['type']) ?? textOf(inner['status']);
    return { code: tidy(code) || 'error', description: tidy(textOf(inner['message'])) };
  }
  return { code: tidy(textOf(error)) || undefined, description: tidy(textOf(fields['error_description'])) };
}

/** Shortens a provider's text and puts it on one line. */
function tidy(text: string | undefined): string {
  return (text ?? '').replaceAll(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 200);
}

function busy(status: number): TokenError {
  return new TokenError('unavailable', 'provider_unavailable', `the token URL answered with status ${status}`);
}

function isBusy(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function isToken(token: string): boolean {
  return isShort(token) && /^[\x20-\x7e\x80-\xff]+$/.test(token);
}

function isShort(token: string): boolean {
  return Buffer.byteLength(JSON.stringify(token)) - '""'.length <= MAX_TOKEN_BYTES;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
