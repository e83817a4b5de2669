import { dump } from 'js-yaml';
import { format } from 'jsonc-parser';
import { type DocumentFormat } from '../document/document.js';
import { InvalidDocumentError } from '../document/errors.js';
import { type JsonValue, isContainer } from '../document/json.js';
import { stringifyExactly } from '../numbers/exact-number.js';
import { DEFAULT_LIMITS, type DocumentLimits, tooLarge } from '../document/limits.js';
import { parse } from '../reading/parse.js';
import { EXACT_DUMP_SCHEMA } from '../reading/yaml-numbers.js';
import { reindent } from './reindent.js';
import { INDENT } from './yaml-layout.js';

/** A text that people edit is smaller; formatting a larger one would block other requests for seconds. */
export const FORMAT_LIMITS: DocumentLimits = { ...DEFAULT_LIMITS, maxBytes: 8 * 1024 * 1024 };

/**
 * Formats a text, or converts it to the other format. YAML that stays YAML keeps its comments, and a text that keeps its format keeps the
 * spelling of numbers and keys.
 *
 * @param source JSON or YAML, not necessarily an OpenAPI document
 * @param to the format of the result; by default the format of the source
 * @throws {InvalidDocumentError} the text cannot be read, or the text or the result is too large
 */
export function formatDocument(source: string, to?: DocumentFormat): { text: string; format: DocumentFormat } {
  const text = source.replace(/^\uFEFF/, '');
  const { json, format: from = 'json' } = parse(text, FORMAT_LIMITS);
  if (indentationOf(json) > FORMAT_LIMITS.maxBytes) throw new InvalidDocumentError([tooLarge(FORMAT_LIMITS)]);
  const format = to ?? from;
  if (format === 'json') return { text: formatJson(from === 'json' ? text : stringifyExactly(json)), format };
  return {
    text: from === 'yaml' ? reindent(text) : dump(json, { schema: EXACT_DUMP_SCHEMA, lineWidth: -1, noRefs: true }),
    format,
  };
}

/** Returns the number of spaces before all values, each on a line of its own. */
function indentationOf(json: JsonValue, level = 0): number {
  if (!isContainer(json)) return level * INDENT;
  return Object.values(json).reduce<number>((sum, value) => sum + indentationOf(value, level + 1), level * INDENT);
}

/** Changes only the whitespace between tokens: a number may have more digits than JavaScript keeps. */
function formatJson(source: string): string {
  const text = source.trim();
  const parts: string[] = [];
  let at = 0;
  const edits = format(text, undefined, { tabSize: INDENT, insertSpaces: true, eol: '\n' });
  for (const { offset, length, content } of edits) {
    parts.push(text.slice(at, offset), content);
    at = offset + length;
  }
  return `${parts.join('')}${text.slice(at)}\n`;
}
