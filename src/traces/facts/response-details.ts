import { decoded, fieldsOf, isFields, readTokenBody, type Fields } from '../../oauth/index.js';

/** Properties of a token endpoint's response, besides tokens and OAuth errors. They contain no secrets. */
export interface ResponseDetails {
  /** JSON pointer to the first object with an `access_token`; empty for the top level. */
  tokenPath?: string;
  /** JSON pointer to a token that has another name, such as `apiToken`, if there is no `access_token`. */
  otherTokenPath?: string;
  /** Whether that object also has a lifetime, valid or not. */
  hasExpiresIn: boolean;
  /** Whether the response has `WWW-Authenticate: Basic`. */
  asksForBasic: boolean;
  /** Error texts outside of OAuth's fields; empty if there is a token. For pattern matching only, never shown. */
  errorText: string;
}

/** Real responses nest tokens one or two levels deep. */
const MAX_DEPTH = 3;

/** Names that providers give to access tokens. */
const OTHER_NAMES = /^(?:(?:access|api|auth|bearer|session|user)[_-]?)?token$|^(?:access|api)[_-]?key$|^jwt$/i;

const MAX_ERROR_TEXT_LENGTH = 1000;

/** Fields in which providers put error texts other than `error` and `error_description`. */
const ERROR_TEXT_FIELDS =
  'status code message msg reason detail title hint errorCode errorSummary error_message error_reason error_hint'.split(
    ' ',
  );

/** Extracts {@link ResponseDetails} from a response. */
export function responseDetails(response: {
  headers: Readonly<Record<string, string>>;
  body: string;
}): ResponseDetails {
  const fields = parseBody(response.body);
  const found = findValue(fields, '', MAX_DEPTH, (name) => name === 'access_token');
  const other = found ? undefined : findValue(fields, '', MAX_DEPTH, (name) => OTHER_NAMES.test(name));
  const expiresIn = found?.fields['expires_in'] ?? '';
  return {
    tokenPath: found?.parentPath,
    otherTokenPath: other && `${other.parentPath}/${other.name}`,
    hasExpiresIn: expiresIn !== '',
    asksForBasic: /\bbasic\b/i.test(response.headers['www-authenticate'] ?? ''),
    errorText: found ? '' : errorTextIn(fields).slice(0, MAX_ERROR_TEXT_LENGTH),
  };
}

function parseBody(body: string): Fields {
  // Other text has none of the fields.
  return fieldsOf(readTokenBody(body)) ?? Object.fromEntries(new URLSearchParams(body.trim()));
}

interface FoundValue {
  /** JSON pointer to the object that holds the value. */
  parentPath: string;
  /** The escaped name of the value. */
  name: string;
  /** The members of that object. */
  fields: Fields;
}

/** Finds a text or number by its name, at the top level first. */
function findValue(
  value: unknown,
  parentPath: string,
  depth: number,
  isNamed: (name: string) => boolean,
): FoundValue | undefined {
  const fields = decoded(value);
  if (!isFields(fields)) return undefined;
  const entries = Object.entries(fields);
  const [name] = entries.find(([key, inner]) => isNamed(key) && isTextOrNumber(inner)) ?? [];
  if (name !== undefined) return { parentPath, name: escaped(name), fields };
  if (depth === 0) return undefined;
  for (const [key, inner] of entries) {
    const found = findValue(inner, `${parentPath}/${escaped(key)}`, depth - 1, isNamed);
    if (found) return found;
  }
  return undefined;
}

function isTextOrNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value !== '' && !isFields(decoded(value)));
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function errorTextIn(fields: unknown): string {
  if (!isFields(fields)) return '';
  const inner = isFields(fields['error']) ? fields['error'] : {};
  const values = [fields, inner].flatMap((object) => ERROR_TEXT_FIELDS.map((name) => object[name]));
  return values.filter((value) => typeof value === 'string').join(' ');
}
