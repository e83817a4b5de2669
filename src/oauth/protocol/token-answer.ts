import { TokenError, type AnswerFacts } from './errors.js';
import { expiresInSeconds } from './expires-in.js';

/** A token endpoint's answer. */
export interface TokenAnswer {
  status: number;
  body: string;
}

/** Where a provider keeps what the standard has at the top: JSON pointers (RFC 6901). */
export interface TokenPaths {
  token_path?: string;
  error_path?: string;
  /** Also looks at the top: Slack, for one, nests what a code is granted and not what a refresh is. */
  mayBeAtTop?: boolean;
}

/** What was granted. Tokens are opaque. */
export interface GrantedTokens {
  accessToken: string;
  refreshToken?: string;
  tokenType?: string;
  /** Seconds; `undefined` where the provider gave nothing that makes sense. */
  expiresIn?: number;
  scope?: string;
}

/** In bytes, as they are stored. Longer ones fit neither a header nor, two together and sealed, a column. Real ones end at about 8 KB. */
const MAX_TOKEN = 16_384;

type Fields = Record<string, unknown>;

/**
 * Reads a token endpoint's answer by what the body is, not by what its header claims.
 *
 * Providers answer JSON as `text/html`, forms without being asked, and errors with status 200 (RFC 6749, 5.1 and 5.2 say otherwise).
 *
 * @param now for providers that give `expires_in` as a date
 * @throws {TokenError} `refused`, `unreadable` or `unavailable`; a body without an access token is a failure whatever the status
 */
export function readTokenAnswer(answer: TokenAnswer, now: Date, paths: TokenPaths = {}): GrantedTokens {
  const fields = parse(answer.body);
  if (!fields) throw withoutFields(answer);
  const nested = fieldsAt(fields, paths.token_path);
  const granted = paths.mayBeAtTop && !textOf(nested?.['access_token']) ? fields : nested;
  const accessToken = textOf(granted?.['access_token']);
  if (!granted || !accessToken) throw withoutToken(answer, fields, paths);
  if (!isToken(accessToken)) {
    throw new TokenError('unreadable', 'invalid_token', 'the access token does not fit into a header');
  }
  const refreshToken = textOf(granted['refresh_token']);
  return {
    accessToken,
    refreshToken: refreshToken && isShort(refreshToken) ? refreshToken : undefined,
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
    return undefined; // not JSON after all: the caller says what was there instead
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

function withoutFields({ status, body }: TokenAnswer): TokenError {
  if (isBusy(status)) return busy(status);
  if (status >= 300 && status < 400) {
    return new TokenError('unreadable', 'redirected', `the token URL redirects elsewhere (status ${status})`);
  }
  if (status === 400 && body.trim() === '') {
    // glewlwyd, for one, says no more than this to a refresh token that it does not know.
    return new TokenError('refused', 'invalid_grant', 'the provider refused without saying why (status 400)');
  }
  const seen = UNREADABLE[looksLike(body)];
  return new TokenError('unreadable', 'unreadable_answer', `the token URL answered ${seen} (status ${status})`);
}

const UNREADABLE: Record<AnswerFacts['looksLike'], string> = {
  html: 'a web page',
  empty: 'nothing',
  json: 'broken JSON',
  form: 'neither JSON nor a form',
  text: 'neither JSON nor a form',
};

/** What a body is, whatever its header says. */
export function looksLike(body: string): AnswerFacts['looksLike'] {
  const text = body.trim();
  if (text === '') return 'empty';
  if (text.startsWith('<')) return 'html';
  if (/^[{[]/.test(text)) return 'json';
  return isForm(text) ? 'form' : 'text';
}

function isForm(text: string): boolean {
  return /^[\w.-]+=/.test(text) && !/[\s<]/.test(text);
}

function withoutToken({ status }: TokenAnswer, fields: Fields, { error_path }: TokenPaths): TokenError {
  const { code, description } = refusal(fields, error_path);
  // A busy server's `temporarily_unavailable` is no refusal, but `invalid_grant` is one even under status 500.
  if (isBusy(status) && code !== 'invalid_grant') return busy(status);
  if (!code) {
    return new TokenError('unreadable', 'no_access_token', `the token URL answered no access_token (status ${status})`);
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

/** A provider's own words, short and on one line. */
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
  return Buffer.byteLength(JSON.stringify(token)) - '""'.length <= MAX_TOKEN;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
