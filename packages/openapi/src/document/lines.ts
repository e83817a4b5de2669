import { type TextPosition } from './errors.js';

const BREAKS = /\r\n?|\n/g;

/** Returns the offset of each line. A line ends with CR, LF or CRLF (YAML 1.2.2, section 5.4). */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: found } of text.matchAll(BREAKS)) starts.push(index + found.length);
  return starts;
}

/** Returns the position of an offset. @param starts the result of {@link lineStarts} */
export function positionAt(starts: readonly number[], offset: number): TextPosition {
  const line = lineAt(starts, offset);
  return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
}

/** Returns the line of an offset, counted from 0. */
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
