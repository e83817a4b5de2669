import { type ScanError, type SyntaxKind, createScanner } from 'jsonc-parser';
import { type Finding, type TextPosition } from '../document/errors.js';
import { lineStarts, positionAt } from '../document/lines.js';

/** The kinds of tokens; `jsonc-parser` declares them as constants that exist only for its own compiler. */
const CLOSING: ReadonlySet<SyntaxKind> = new Set([2, 4]);
const COMMA: SyntaxKind = 5;
const COMMENTS: ReadonlySet<SyntaxKind> = new Set([12, 13]);
const TRIVIA: ReadonlySet<SyntaxKind> = new Set([14, 15]);
const END: SyntaxKind = 17;
const BEFORE_VALUE: ReadonlySet<SyntaxKind | undefined> = new Set([1, 3, COMMA, undefined]);
const NO_ERROR: ScanError = 0;

/** JSON of which comments and trailing commas were replaced by spaces, so that every offset stays the same. */
export interface PlainJson {
  readonly text: string;
  readonly warning: Finding & { readonly position: TextPosition };
}

/**
 * Removes `//` and `/* *\/` comments and trailing commas from a text that begins like JSON.
 *
 * @returns `undefined` if it has none of these; the result may still be no JSON
 */
export function removeComments(text: string): PlainJson | undefined {
  if (!/^\s*(?:[{[]|\/[/*])/.test(text)) return undefined;
  const scanner = createScanner(text);
  const removed: { offset: number; length: number }[] = [];
  let comma: { offset: number; length: number } | undefined;
  let previous: SyntaxKind | undefined;
  for (let kind = scanner.scan(); kind !== END; kind = scanner.scan()) {
    if (scanner.getTokenError() !== NO_ERROR) return undefined;
    if (TRIVIA.has(kind)) continue;
    const token = { offset: scanner.getTokenOffset(), length: scanner.getTokenLength() };
    if (COMMENTS.has(kind)) {
      removed.push(token);
      continue;
    }
    if (CLOSING.has(kind) && comma !== undefined) removed.push(comma);
    comma = kind === COMMA && !BEFORE_VALUE.has(previous) ? token : undefined;
    previous = kind;
  }
  const parts = removed.toSorted((one, other) => one.offset - other.offset);
  const [first] = parts;
  if (first === undefined) return undefined;
  const position = positionAt(lineStarts(text.slice(0, first.offset)), first.offset);
  return { text: withoutParts(text, parts), warning: { ...WARNING, position } };
}

const WARNING: Finding = {
  code: 'json_comments',
  message: 'JSON has neither comments nor commas before a closing bracket; they are ignored, so remove them',
  pointer: '',
};

function withoutParts(text: string, removed: readonly { offset: number; length: number }[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { offset, length } of removed) {
    parts.push(text.slice(at, offset), text.slice(offset, offset + length).replace(/[^\r\n]/g, ' '));
    at = offset + length;
  }
  return parts.join('') + text.slice(at);
}
