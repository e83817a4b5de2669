import { TokenError, type ResponseFacts } from './errors.js';
import { expiresInSeconds } from './expires-in.js';
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
  if (!fields) throw withoutFields(response);
  const nested = fieldsAt(fields, paths.token_path);
  const granted = paths.mayBeAtTop && !textOf(nested?.['access_token']) ? fields : nested;
  const accessToken = textOf(granted?.['access_token']);
  if (!granted || !accessToken) throw withoutToken(response, fields, paths);
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

function isForm(text: string): boolean {
  return /^[\w.-]+=/.test(text) && !/[\s<]/.test(text);
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
  const error = pointer === undefined ? fields['error'] : at(fields, pointer);
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

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
