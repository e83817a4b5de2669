import { isExact } from './decimal.js';

/** A number with an exponent, or with at least sixteen digits, without its sign: a JavaScript number holds all others. It may be within a string. */
const CANDIDATE = /\b\d(?:[\d.]{15}|[\d.]*[eE])[\d.eE+-]*(?=\s*(?:[,\]}]|$))/;

/** Returns whether a JSON text may have numbers that a JavaScript number does not hold exactly. Takes a fraction of the time to parse it. */
export function mayHaveInexactNumbers(json: string): boolean {
  return CANDIDATE.test(json);
}

/**
 * Replaces the numbers of a JSON text that a JavaScript number does not hold exactly; everything else stays as it is written.
 *
 * @param json valid JSON
 * @returns the text, and the number of replacements
 */
export function replaceInexactNumbers(
  json: string,
  write: (literal: string) => string,
): { readonly json: string; readonly count: number } {
  const parts: string[] = [];
  let kept = 0;
  let quote = json.indexOf('"');
  let endOfLast = 0;
  for (const { index, 0: digits } of json.matchAll(new RegExp(CANDIDATE, 'g'))) {
    if (isExact(digits)) continue;
    const end = index + digits.length;
    // No string of JSON contains a line break, so that only the strings of this line have to be looked at.
    const lineBreak = json.slice(endOfLast, index).lastIndexOf('\n');
    if (lineBreak !== -1) quote = json.indexOf('"', endOfLast + lineBreak);
    while (quote !== -1 && quote < end) {
      endOfLast = endOfString(json, quote);
      quote = json.indexOf('"', endOfLast);
    }
    if (end <= endOfLast) continue;
    const start = json[index - 1] === '-' ? index - 1 : index;
    parts.push(json.slice(kept, start), write(json.slice(start, end)));
    kept = end;
  }
  return { json: parts.join('') + json.slice(kept), count: parts.length / 2 };
}

/**
 * Puts the numbers of a JSON text that a JavaScript number does not hold exactly into quotes, so that readers keep their digits.
 *
 * @param json valid JSON
 * @returns the text, and the number of strings that were numbers
 */
export function quoteInexactNumbers(json: string): { readonly json: string; readonly count: number } {
  return mayHaveInexactNumbers(json) ? replaceInexactNumbers(json, (literal) => `"${literal}"`) : { json, count: 0 };
}

const BACKSLASH = 0x5c;

/** Returns the offset after the closing quote of a string of valid JSON. */
export function endOfString(json: string, start: number): number {
  let quote = json.indexOf('"', start + 1);
  while (isEscaped(json, quote)) quote = json.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(json: string, at: number): boolean {
  let begin = at;
  while (json.charCodeAt(begin - 1) === BACKSLASH) begin -= 1;
  return (at - begin) % 2 === 1;
}
