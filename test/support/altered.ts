/** Returns a sealed token with another character in its middle. The last characters of base64 hold bits that do not count. */
export function altered(token: string): string {
  const at = Math.floor(token.length / 2);
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}
