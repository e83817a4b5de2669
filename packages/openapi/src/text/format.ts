import { dump } from 'js-yaml';
import { type DocumentFormat } from '../document/document.js';
import { InvalidDocumentError } from '../document/errors.js';
import { type JsonValue } from '../document/json.js';
import { endOfString } from '../reading/duplicate-keys.js';
import { DEFAULT_LIMITS, type DocumentLimits, tooLarge } from '../reading/limits.js';
import { parse } from '../reading/parse.js';
import { reindented } from './reindent.js';
import { STEP } from './yaml-layout.js';

/** What people read: larger texts come out of programs, and setting them out would hold up everybody else. */
export const FORMAT_LIMITS: DocumentLimits = { ...DEFAULT_LIMITS, maxBytes: 8 * 1024 * 1024 };

/**
 * Sets a text out evenly, or writes it anew in the other language. Set out in its own, YAML keeps its comments, and numbers and keys stay as
 * they were written.
 *
 * @param source JSON or YAML, whatever it says
 * @param to the language that it is wanted in; by default its own
 * @throws {InvalidDocumentError} the text cannot be read, or is too large, before or afterwards
 */
export function formatted(source: string, to?: DocumentFormat): { text: string; format: DocumentFormat } {
  const text = source.replace(/^\uFEFF/, '');
  const { json, format: from = 'json' } = parse(text, FORMAT_LIMITS);
  if (indentationOf(json) > FORMAT_LIMITS.maxBytes) throw new InvalidDocumentError([tooLarge(FORMAT_LIMITS)]);
  const format = to ?? from;
  if (format === 'json') return { text: indented(from === 'json' ? text : JSON.stringify(json)), format };
  return { text: from === 'yaml' ? reindented(text) : dump(json, { lineWidth: -1, noRefs: true }), format };
}

/** How many spaces there are before all values, each on a line of its own. */
function indentationOf(json: JsonValue, level = 0): number {
  if (typeof json !== 'object' || json === null) return level * STEP;
  return Object.values(json).reduce<number>((sum, value) => sum + indentationOf(value, level + 1), level * STEP);
}

/** @param text JSON; its values are not touched: a number may have more digits than JavaScript keeps */
function indented(text: string): string {
  const lines: string[] = [];
  let line = '';
  let level = 0;
  let previous = '';
  for (const token of tokensOf(text)) {
    const isClosing = token === '}' || token === ']';
    if (isClosing) level--;
    const isEmpty = isClosing && (previous === '{' || previous === '[');
    if (!isEmpty && (isClosing || previous === '{' || previous === '[' || previous === ',')) {
      lines.push(line);
      line = ' '.repeat(level * STEP);
    }
    line += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') level++;
    previous = token;
  }
  return `${[...lines, line].join('\n')}\n`;
}

const PUNCTUATION = '{}[],:';

function* tokensOf(text: string): Generator<string> {
  const word = /[^\s{}[\],:"]+/y;
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? '';
    let end = at + 1;
    if (character === '"') end = endOfString(text, at);
    else if (!PUNCTUATION.includes(character) && character > ' ') {
      word.lastIndex = at;
      word.test(text);
      end = word.lastIndex;
    }
    if (character > ' ') yield text.slice(at, end);
    at = end;
  }
}
