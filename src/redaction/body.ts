import { HIDDEN, type Hide } from '../common/index.js';
import { cut, isErrorCode, isWordy } from './mask.js';
import { isSecretName, kindOf, safeName } from './names.js';
import { prose, safePairs, shown } from './values.js';

const MAX_CHARACTERS = 2000;

/** Real answers are flatter and shorter; the rest is left out. */
const MAX_DEPTH = 6;
const MAX_FIELDS = 80;

/** A body by what it is, whatever its header says: JSON, a form, or something else. At most 2,000 characters and a note. */
export function safeBody(body: string, hide: Hide): string {
  const text = body.replace(/^\uFEFF/, '').trim();
  // Once more at the end: nothing that was left out or put together in between may have made up a secret.
  return cut(hide(safeText(text, hide)), MAX_CHARACTERS);
}

function safeText(text: string, hide: Hide): string {
  const json = parsed(text);
  if (json !== undefined) return JSON.stringify(new JsonView(hide).of(json, '', false, 0));
  if (/^[{["]/.test(text)) return prose(withoutStrings(text), hide);
  if (/^[\w.[\]%-]+=[^\s<]*$/.test(text)) return safePairs(text, hide);
  // A server that answers with nothing but a token says so in no other way.
  if (/^[^\s<]+$/.test(text)) return /^\D+$/.test(text) && isWordy(text) ? hide(text) : HIDDEN;
  return prose(withoutValues(text), hide);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it is something else
  }
}

/** Of JSON that is broken: names stay. */
function withoutStrings(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)(\s*:)?/gs, (literal, colon?: string) =>
    colon ? literal : `"${HIDDEN}"`,
  );
}

/** Of a page: its scripts, and what its fields and attributes hold. */
function withoutValues(text: string): string {
  return text
    .replaceAll(/(<(script|style)\b[^>]*>).*?(<\/\2>|$)/gis, '$1…$3')
    .replaceAll(/\b(value|content|data-[\w-]{1,40})\s?=\s?("[^"]*"|'[^']*'|[^\s>"']+)/gi, `$1="${HIDDEN}"`);
}

/** JSON with its names, its numbers and the words of errors, and with every other string hidden. */
class JsonView {
  private left = MAX_FIELDS;

  constructor(private readonly hide: Hide) {}

  /** @param name of the nearest field around it */
  of(value: unknown, name: string, isError: boolean, depth: number): unknown {
    if (typeof value === 'string') return this.string(value, name, isError);
    if (typeof value === 'number') return this.number(value, name, isError);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === MAX_DEPTH) return '…';
    const inside = isError || /^errors?$/i.test(name) || speaksOfError(value);
    if (Array.isArray(value)) return this.some(value).map((item) => this.of(item, name, inside, depth + 1));
    const fields = this.some(Object.entries(value));
    return Object.fromEntries(fields.map(([key, field]) => [safeName(key), this.of(field, key, inside, depth + 1)]));
  }

  private some<T>(items: T[]): T[] {
    const taken = items.slice(0, this.left);
    this.left -= taken.length;
    return taken;
  }

  private string(value: string, name: string, isError: boolean): string {
    // Beside the words of an error, `code` is the error's; anywhere else it may be the authorization code.
    if (kindOf(name) === 'code') return isError && isErrorCode(value) ? this.hide(value) : HIDDEN;
    return shown(name, value, this.hide);
  }

  /** Tokens that are numbers are longer than error codes. */
  private number(value: number, name: string, isError: boolean): unknown {
    const text = String(value);
    const kind = kindOf(name);
    const isSecret = kind === 'code' ? !isError : kind === undefined && isSecretName(name);
    const isShort = text.replaceAll(/\D/g, '').length <= 6;
    return (kind === 'time' || (isShort && !isSecret)) && this.hide(text) === text ? value : HIDDEN;
  }
}

function speaksOfError(value: object): boolean {
  return (
    !('access_token' in value) && ['error', 'errors', 'message', 'error_description'].some((name) => name in value)
  );
}
