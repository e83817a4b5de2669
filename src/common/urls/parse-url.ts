/**
 * Parses a URL (WHATWG URL Standard); returns `undefined` if it is invalid. `URL.canParse` cannot be used: once V8 has optimized a caller, Node
 * 20 and 22 reject every URL with a Latin-1 letter, such as `https://münchen.example/`.
 */
export function parseUrl(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
