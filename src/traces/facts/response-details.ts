/** Properties of a token endpoint's response, besides tokens and OAuth errors. They contain no secrets. */
export interface ResponseDetails {
  /** JSON pointer to the first object with an `access_token`; empty for the top level. */
  tokenPath?: string;
  /** Whether that object also has a lifetime, valid or not. */
  hasExpiresIn: boolean;
  /** Whether the response has `WWW-Authenticate: Basic`. */
  asksForBasic: boolean;
  /** Error texts outside of OAuth's fields; empty if there is a token. For pattern matching only, never shown. */
  errorText: string;
}

/** Real responses nest tokens one or two levels deep. */
const MAX_DEPTH = 3;

const MAX_ERROR_TEXT_LENGTH = 1000;

/** Fields in which providers put error texts other than `error` and `error_description`. */
const ERROR_TEXT_FIELDS =
  'status code message msg reason detail title hint errorCode errorSummary error_message error_reason error_hint'.split(
    ' ',
  );

type Fields = Record<string, unknown>;

/** Extracts {@link ResponseDetails} from a response. */
export function responseDetails(response: {
  headers: Readonly<Record<string, string>>;
  body: string;
}): ResponseDetails {
  const fields = parseBody(response.body);
  const found = findToken(fields, '', MAX_DEPTH);
  const expiresIn = found?.fields['expires_in'] ?? '';
  return {
    tokenPath: found?.path,
    hasExpiresIn: expiresIn !== '',
    asksForBasic: /\bbasic\b/i.test(response.headers['www-authenticate'] ?? ''),
    errorText: found ? '' : errorTextIn(fields).slice(0, MAX_ERROR_TEXT_LENGTH),
  };
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body.trim());
  } catch {
    return Object.fromEntries(new URLSearchParams(body.trim())); // a form, or text without any of the fields
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

function errorTextIn(fields: unknown): string {
  if (!isFields(fields)) return '';
  const inner = isFields(fields['error']) ? fields['error'] : {};
  const values = [fields, inner].flatMap((object) => ERROR_TEXT_FIELDS.map((name) => object[name]));
  return values.filter((value) => typeof value === 'string').join(' ');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
