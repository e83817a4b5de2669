const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What a JSON text has too much of. */
export type ShapeProblem = 'levels' | 'values';

export interface ShapeLimits {
  levels: number;
  /** Members of all objects and items of all lists. */
  values: number;
}

/** Returns which limit a JSON text exceeds, without parsing it; `undefined` if none. The text may be invalid. */
export function shapeProblem(text: string, { levels, values }: ShapeLimits): ShapeProblem | undefined {
  let [depth, commas] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA) {
      if (++commas > values) return 'values';
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > levels) return 'levels';
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return undefined;
}

/** Returns the index of the quote that ends the string which begins at `start`; the length of the text if it does not end. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}
