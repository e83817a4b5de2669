const [SPACE, QUOTE, COMMA, BACKSLASH] = [0x20, 0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What a JSON text has too much of. */
export type ShapeProblem = 'levels' | 'values';

export interface ShapeLimits {
  levels: number;
  /** Members of all objects and items of all lists. */
  values: number;
}

/** Returns which limit a JSON text exceeds, without decoding or parsing it; `undefined` if none. The text may be invalid. */
export function shapeProblem(bytes: Buffer, { levels, values }: ShapeLimits): ShapeProblem | undefined {
  let [depth, count] = [0, 0];
  let isFirst = false;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at] as number;
    if (code <= SPACE) continue;
    const isClosing = code === CLOSE_LIST || code === CLOSE_OBJECT;
    if (isClosing) depth--;
    else if (isFirst || code === COMMA) count++;
    isFirst = code === OPEN_LIST || code === OPEN_OBJECT;
    if (isFirst && ++depth > levels) return 'levels';
    if (count > values) return 'values';
    if (code === QUOTE) at = endOfString(bytes, at);
  }
  return undefined;
}

/** Returns the index of the quote that ends the string which begins at `start`; the length of the text if it does not end. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
