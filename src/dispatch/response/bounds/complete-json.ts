import { endOfString, isEscaped } from '../json-string.js';

/** Shorter texts are not cut: part of a name or an id would be taken for the whole. */
export const MIN_CUT_TEXT = 256;

const STRUCTURE = /["{}[\],:]/g;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * Completes JSON whose end is missing: leaves out an incomplete number, word, key or short text at its end, and closes what is open. Does not check
 * whether the rest is valid.
 *
 * @param margin the number of characters to leave out at the end of an incomplete text
 */
export function completeJson(json: string, margin: number): string {
  const open: string[] = [];
  const structure = new RegExp(STRUCTURE);
  // What comes before is complete, except for what is open.
  let completeEnd = 0;
  let isKey = false;
  for (let found = structure.exec(json); found !== null; found = structure.exec(json)) {
    const [sign] = found;
    const at = found.index;
    if (sign === '"') {
      const end = endOfString(json, at);
      if (end === undefined) return close(json, completeEnd, open, isKey ? '' : incompleteText(json, at, margin));
      structure.lastIndex = end;
      if (!isKey) completeEnd = end;
      continue;
    }
    if (sign === '{' || sign === '[') open.push(sign);
    else if (sign === '}' || sign === ']') open.pop();
    if (sign !== ':') completeEnd = sign === ',' ? at : at + 1;
    isKey = sign === '{' || (sign === ',' && open.at(-1) === '{');
  }
  return close(json, completeEnd, open, '');
}

/** @param incomplete the beginning of the last text, with everything after the complete part; empty if it is left out */
function close(json: string, completeEnd: number, open: readonly string[], incomplete: string): string {
  const closing = open.toReversed().map((bracket) => CLOSING[bracket]);
  return (incomplete === '' ? json.slice(0, completeEnd) : incomplete) + closing.join('');
}

/** @returns the JSON up to its last text, which is cut and closed; empty if the text is short */
function incompleteText(json: string, start: number, margin: number): string {
  const end = json.length - margin;
  if (end - start <= MIN_CUT_TEXT) return '';
  return `${json.slice(0, characterStart(json, end))}"`;
}

/** Returns the position, or that of the escape sequence or surrogate pair that it is in. */
function characterStart(json: string, position: number): number {
  if (/[\uD800-\uDBFF]/.test(json.charAt(position - 1))) return position - 1;
  const slash = json.lastIndexOf('\\', position - 1);
  const isInEscape = /^\\(?:u[\dA-Fa-f]{0,3})?$/.test(json.slice(Math.max(slash, 0), position));
  return isInEscape && isEscaped(json, slash + 1) ? slash : position;
}
