/** What the answer of a token endpoint tells besides tokens and OAuth's own errors. None of it is a secret. */
export interface AnswerDetails {
  /** JSON pointer to the first object that has an `access_token`: empty for the answer itself. */
  tokenPath?: string;
  /** There, something is said of a lifetime, whatever that may be. */
  hasExpiresIn: boolean;
  /** It asks for credentials by `WWW-Authenticate: Basic`. */
  asksForBasic: boolean;
  /** Words of a refusal that are not where OAuth has them, to be searched and never to be shown; none where there is a token. */
  words: string;
}

/** Real answers nest their tokens one or two levels deep. */
const MAX_DEPTH = 3;

/** As much as a provider's own words ever need. */
const MAX_WORDS = 1000;

/** Where providers have their words when these are not in `error` and `error_description`. */
const WORDS =
  'status code message msg reason detail title hint errorCode errorSummary error_message error_reason error_hint'.split(
    ' ',
  );

type Fields = Record<string, unknown>;

/** Looks through an answer for what {@link AnswerDetails} has. */
export function answerDetails(answer: { headers: Readonly<Record<string, string>>; body: string }): AnswerDetails {
  const fields = parsed(answer.body);
  const found = findToken(fields, '', MAX_DEPTH);
  const expiresIn = found?.fields['expires_in'] ?? '';
  return {
    tokenPath: found?.path,
    hasExpiresIn: expiresIn !== '',
    asksForBasic: /\bbasic\b/i.test(answer.headers['www-authenticate'] ?? ''),
    words: found ? '' : wordsOf(fields).slice(0, MAX_WORDS),
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body.trim());
  } catch {
    return Object.fromEntries(new URLSearchParams(body.trim())); // a form, or nothing that has any of the names
  }
}

function findToken(value: unknown, path: string, depth: number): { path: string; fields: Fields } | undefined {
  if (!isFields(value)) return undefined;
  if (value['access_token']) return { path, fields: value };
  if (depth === 0) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = findToken(inner, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, depth - 1);
    if (found) return found;
  }
  return undefined;
}

function wordsOf(fields: unknown): string {
  if (!isFields(fields)) return '';
  const inner = isFields(fields['error']) ? fields['error'] : {};
  const values = [fields, inner].flatMap((object) => WORDS.map((name) => object[name]));
  return values.filter((value) => typeof value === 'string').join(' ');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
