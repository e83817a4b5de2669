import { type Finding } from '../document/errors.js';
import { pointerTo } from '../document/json.js';

const MOST_FINDINGS = 20;

/** An object or list that is open while a text is read; the token is that of the member that is being read. */
interface Frame {
  readonly keys: Set<string> | undefined;
  token: string | number;
}

/**
 * Keys that stand twice in one object of a JSON text, of which `JSON.parse` keeps the last without a word (RFC 8259, section 4).
 *
 * @param text JSON that has been parsed already
 * @param kept how many keys there are after parsing: where the text has no more, none was lost, and it is not looked at closely
 */
export function duplicateKeys(text: string, kept: number): Finding[] {
  return countKeys(text) === kept ? [] : locateDuplicates(text);
}

function countKeys(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start !== -1;) {
    const end = endOfString(text, start);
    if (isKey(text, end)) count += 1;
    start = text.indexOf('"', end);
  }
  return count;
}

function locateDuplicates(text: string): Finding[] {
  const findings: Finding[] = [];
  const frames: Frame[] = [];
  for (let at = 0; at < text.length && findings.length < MOST_FINDINGS; at += 1) {
    const frame = frames.at(-1);
    const character = text[at];
    if (character === '{') frames.push({ keys: new Set(), token: '' });
    else if (character === '[') frames.push({ keys: undefined, token: 0 });
    else if (character === '}' || character === ']') frames.pop();
    else if (character === ',' && typeof frame?.token === 'number') frame.token += 1;
    else if (character === '"') {
      const end = endOfString(text, at);
      if (frame?.keys && isKey(text, end)) {
        frame.token = JSON.parse(text.slice(at, end)) as string;
        if (frame.keys.has(frame.token)) findings.push(duplicate(frame.token, frames));
        frame.keys.add(frame.token);
      }
      at = end - 1;
    }
  }
  return findings;
}

function duplicate(key: string, frames: readonly Frame[]): Finding {
  const message = `"${key}" stands here more than once; the last one counts, and the others are lost`;
  return { code: 'duplicate_key', message, pointer: pointerTo('', ...frames.map(({ token }) => token)) };
}

const BACKSLASH = 0x5c;
const COLON = 0x3a;
const SPACE = 0x20;

/** @returns the place behind the closing quote */
export function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let begin = at;
  while (text.charCodeAt(begin - 1) === BACKSLASH) begin -= 1;
  return (at - begin) % 2 === 1;
}

/** Behind a key stand only whitespace, which has the lowest codes of all that JSON may have there, and a colon. */
export function isKey(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return text.charCodeAt(at) === COLON;
}
