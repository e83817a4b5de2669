import { HIDDEN, type Redact } from '../common/index.js';
import { isErrorCode, isWordy, truncate } from './mask.js';
import { isSecretName, kindOf, redactFieldName } from './field-kinds.js';
import { redactProse, redactPairs, redactFieldValue } from './field-values.js';

const MAX_LENGTH = 2000;

/** Real responses are flatter and shorter. The rest is left out. */
const MAX_DEPTH = 6;
const MAX_FIELDS = 80;

/**
 * Redacts a body. Its content, not its header, decides whether it is treated as JSON, as a form or as text. The result has at most 2,000
 * characters and a note about the rest.
 */
export function redactBody(body: string, redact: Redact): string {
  const text = body.replace(/^\uFEFF/, '').trim();
  // Again at the end, because removing and joining parts may have assembled a secret.
  return truncate(redact(redactContent(text, redact)), MAX_LENGTH);
}

function redactContent(text: string, redact: Redact): string {
  const json = parseJson(text);
  if (json !== undefined) return JSON.stringify(new JsonRedactor(redact).redactValue(json, '', false, 0));
  if (/^[{["]/.test(text)) return redactProse(withoutStrings(text), redact);
  if (/^[\w.[\]%-]+=[^\s<]*$/.test(text)) return redactPairs(text, redact);
  // A single word may be a token.
  if (/^[^\s<]+$/.test(text)) return /^\D+$/.test(text) && isWordy(text) ? redact(text) : HIDDEN;
  return redactProse(withoutValues(text), redact);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON
  }
}

/** Hides the strings of invalid JSON, except for field names. */
function withoutStrings(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)(\s*:)?/gs, (literal, colon?: string) =>
    colon ? literal : `"${HIDDEN}"`,
  );
}

/** Removes a page's scripts and styles, and the values of its form fields and data attributes. */
function withoutValues(text: string): string {
  return text
    .replaceAll(/(<(script|style)\b[^>]*>).*?(<\/\2>|$)/gis, '$1…$3')
    .replaceAll(/\b(value|content|data-[\w-]{1,40})\s?=\s?("[^"]*"|'[^']*'|[^\s>"']+)/gi, `$1="${HIDDEN}"`);
}

/** Redacts JSON: keeps field names, numbers and error texts, and hides all other strings. */
class JsonRedactor {
  private fieldsLeft = MAX_FIELDS;

  constructor(private readonly redact: Redact) {}

  /** @param name name of the innermost enclosing field */
  redactValue(value: unknown, name: string, isError: boolean, depth: number): unknown {
    if (typeof value === 'string') return this.redactString(value, name, isError);
    if (typeof value === 'number') return this.redactNumber(value, name, isError);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === MAX_DEPTH) return '…';
    const isInError = isError || /^errors?$/i.test(name) || hasErrorFields(value);
    if (Array.isArray(value))
      return this.takeFields(value).map((item) => this.redactValue(item, name, isInError, depth + 1));
    const fields = this.takeFields(Object.entries(value));
    return Object.fromEntries(
      fields.map(([key, field]) => [redactFieldName(key), this.redactValue(field, key, isInError, depth + 1)]),
    );
  }

  private takeFields<T>(items: T[]): T[] {
    const taken = items.slice(0, this.fieldsLeft);
    this.fieldsLeft -= taken.length;
    return taken;
  }

  private redactString(value: string, name: string, isError: boolean): string {
    // In an error, `code` is an error code; elsewhere it may be the authorization code.
    if (kindOf(name) === 'code') return isError && isErrorCode(value) ? this.redact(value) : HIDDEN;
    return redactFieldValue(name, value, this.redact);
  }

  /** Hides numbers of more than six digits, which may be tokens. Error codes are shorter. */
  private redactNumber(value: number, name: string, isError: boolean): unknown {
    const text = String(value);
    const kind = kindOf(name);
    const isSecret = kind === 'code' ? !isError : kind === undefined && isSecretName(name);
    const isShort = text.replaceAll(/\D/g, '').length <= 6;
    return (kind === 'time' || (isShort && !isSecret)) && this.redact(text) === text ? value : HIDDEN;
  }
}

function hasErrorFields(value: object): boolean {
  return (
    !('access_token' in value) && ['error', 'errors', 'message', 'error_description'].some((name) => name in value)
  );
}
