const CLUSTERS = new Intl.Segmenter('und', { granularity: 'grapheme' });
/** So much before the cut decides whether it goes through a cluster. */
const CONTEXT = 256;

/**
 * The beginning of a text, never ending in the middle of what reads as one character (a grapheme cluster, Unicode Standard Annex 29): an
 * emoji of several code points, a letter with its combining marks, a line break of CR and LF.
 *
 * @param length of the beginning at most, in UTF-16 code units; a cluster that alone has hundreds is cut between its code points
 */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = Math.max(0, length - CONTEXT);
  const around = text.slice(start, length + 2);
  const crossing = CLUSTERS.segment(around).containing(length - start)?.index ?? 0;
  return crossing > 0 || start === 0 ? text.slice(0, start + crossing) : betweenCodePoints(text, length);
}

function betweenCodePoints(text: string, length: number): string {
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  return text.slice(0, isInsidePair ? length - 1 : length);
}
