import { looksLike, type BodyFormat } from './body-format.js';
import type { ConnectionValues } from './connection-values.js';
import { TokenError } from './errors.js';
import { expiresInSeconds } from './expires-in.js';
import { isTemporaryStatus, readRejection, type Concern } from './rejection.js';
import { fieldsOf, isFields, readTokenBody, resolvePointer, type Fields } from './token-body.js';
import { isAccessToken, isStorableToken } from './token-format.js';

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
  /** The scope that the authorization request asked for; empty if it asked for none. Absent after a refresh. */
  requestedScope?: string;
  /** The values of the response that calls need. */
  values?: ConnectionValues;
}

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
  if (!fields) throw failureOf(response, 'unreadable_answer', paths);
  const found = findGrant(body, fields, paths);
  if (!found || isTemporaryStatus(response.status) || statesError(fields, paths.error_path))
    throw failureOf(response, 'no_access_token', paths);
  const { granted } = found;
  if (statesError(granted)) throw failureOf({ ...response, body: JSON.stringify(granted) }, 'no_access_token', {});
  const accessToken = found.accessToken.replace(BEARER, '');
  if (!isAccessToken(accessToken)) {
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
    refreshToken: refreshToken && isStorableToken(refreshToken) ? refreshToken : undefined,
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
  error.providerCode = code || undefined;
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
