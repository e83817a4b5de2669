const CLUSTERS = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** The number of code units before the end that are inspected for a cluster that crosses it. */
const CONTEXT = 256;
/** The number of code units after the end that decide whether a cluster crosses it. */
export const TRUNCATION_CONTEXT = 2;

/**
 * Truncates a text without splitting what reads as one character (a grapheme cluster, Unicode Standard Annex 29): an emoji of several code
 * points, a letter with its combining marks, a line break of CR and LF.
 *
 * @param length the maximum number of UTF-16 code units; a cluster of hundreds of them is split between its code points
 */
export function truncateText(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = Math.max(0, length - CONTEXT);
  const around = text.slice(start, length + TRUNCATION_CONTEXT);
  const crossing = CLUSTERS.segment(around).containing(length - start)?.index ?? 0;
  return crossing > 0 || start === 0 ? text.slice(0, start + crossing) : truncateAtCodePoint(text, length);
}

function truncateAtCodePoint(text: string, length: number): string {
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  return text.slice(0, splitsPair ? length - 1 : length);
}
