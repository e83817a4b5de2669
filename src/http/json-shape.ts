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
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at];
    if (code === QUOTE) at = endOfString(bytes, at);
    else if (code === COMMA) count++;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > levels) return 'levels';
      if (!isClosedNext(bytes, at)) count++;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (count > values) return 'values';
  }
  return undefined;
}

/** Returns the index of the quote that ends the string which begins at `start`; the length of the text if it does not end. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start + 1); at !== -1; at = bytes.indexOf(QUOTE, at + 1)) {
    let escapes = 0;
    while (bytes[at - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return bytes.length;
}

/** Returns whether the list or object that begins at `start` is empty. */
function isClosedNext(bytes: Buffer, start: number): boolean {
  let at = start + 1;
  while ((bytes[at] ?? COMMA) <= SPACE) at++;
  return bytes[at] === CLOSE_LIST || bytes[at] === CLOSE_OBJECT;
}
