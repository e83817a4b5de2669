/** @returns the end of the string literal that begins there; `undefined` if it is not within `maxCharacters` */
export function endOfString(text: string, at: number, maxCharacters = text.length): number | undefined {
  let quote = text.indexOf('"', at + 1);
  while (quote !== -1 && quote - at <= maxCharacters && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 || quote - at > maxCharacters ? undefined : quote + 1;
}

export function isEscaped(text: string, quote: number): boolean {
  let slash = quote;
  while (text[slash - 1] === '\\') slash--;
  return (quote - slash) % 2 === 1;
}

/** @returns the value of a string literal; `undefined` if it has an invalid escape sequence */
export function parseString(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
