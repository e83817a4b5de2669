/** Where something is in a text. Both count from 1; columns count as JavaScript does, in units of UTF-16. */
export interface Place {
  line: number;
  column: number;
}

const BREAKS = /\r\n?|\n/g;

/** @returns where each line begins; a line ends in CR, LF or both (YAML 1.2.2, section 5.4) */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: found } of text.matchAll(BREAKS)) starts.push(index + found.length);
  return starts;
}

/** @param starts of {@link lineStarts} */
export function placeAt(starts: readonly number[], offset: number): Place {
  const line = lineAt(starts, offset);
  return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
}

/** @returns which line an offset is in, counted from 0 */
export function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
