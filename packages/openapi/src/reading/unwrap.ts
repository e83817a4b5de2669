import { type Finding } from '../document/errors.js';

/** A text that was taken out of what it was pasted in. */
export interface Unwrapped {
  readonly text: string;
  /** whether an offset in `text` is the same offset in the source */
  readonly keepsOffsets: boolean;
  readonly warnings: readonly Finding[];
}

/** A string in a string in a string is no accident. */
const MAX_LEVELS = 3;

/**
 * Takes a document out of a Markdown code block, and out of a JSON string that contains it. Returns any other text as it is, without its byte
 * order mark.
 */
export function unwrapText(source: string): Unwrapped {
  let text = source.replace(/^\uFEFF/, '');
  let keepsOffsets = true;
  const warnings: Finding[] = [];
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const block = codeBlock(text);
    const decoded = block === undefined ? decodeString(text) : undefined;
    if (block !== undefined) warnings.push(CODE_BLOCK);
    else if (decoded !== undefined) warnings.push(ENCODED_TWICE);
    else break;
    keepsOffsets &&= decoded === undefined;
    text = block ?? decoded ?? text;
  }
  return { text, keepsOffsets, warnings };
}

const CODE_BLOCK: Finding = {
  code: 'code_block',
  message: 'the document is in a Markdown code block, and is read without it; remove the lines with "```"',
  pointer: '',
};

const ENCODED_TWICE: Finding = {
  code: 'encoded_twice',
  message: 'the document is a JSON string that contains the document, and is decoded; send what the string contains',
  pointer: '',
};

/** A fence that begins its line (CommonMark 0.31.2, section 4.5). Neither JSON nor YAML can have such a line. */
const FENCE = /^(?:```|~~~)[^`\r\n]*$/gm;

const FENCES = ['```', '~~~'];

/** Returns whether a text can be a JSON object as it is, so that it need not be searched for fences. */
function isBraced(text: string): boolean {
  return /^\s*\{/.test(text) && text.trimEnd().endsWith('}');
}

/** Returns whether a line begins with a text. Takes a fraction of the time of an expression. */
function beginsLine(text: string, start: string): boolean {
  for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, at + start.length)) {
    if (at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r') return true;
  }
  return false;
}

/**
 * Returns a text that has one Markdown code block with everything outside of the block replaced by spaces, so that each line keeps its number;
 * otherwise `undefined`. The block may lack its end.
 */
function codeBlock(text: string): string | undefined {
  if (isBraced(text) || !FENCES.some((fence) => beginsLine(text, fence))) return undefined;
  const fences = [...text.matchAll(FENCE)].map(({ index, 0: line }) => ({ start: index, end: index + line.length }));
  const [opening, closing = { start: text.length, end: text.length }] = fences;
  if (opening === undefined || fences.length > 2) return undefined;
  const inside = text.slice(opening.end, closing.start);
  if (inside.trim() === '') return undefined;
  return blank(text.slice(0, opening.end)) + inside + blank(text.slice(closing.start));
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** Decodes a JSON string, with or without its quotes: `"{\"openapi\": …}"` or `{\"openapi\": …}`. */
function decodeString(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('"') && trimmed.endsWith('"')) return parseString(trimmed);
  return /^\{(?:\\[nrt]|\s)*\\"/.test(trimmed) ? parseString(`"${trimmed}"`) : undefined;
}

function parseString(json: string): string | undefined {
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
