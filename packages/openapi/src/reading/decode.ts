/**
 * Decodes the text of a document. JSON is UTF-8 (RFC 8259, section 8.1). YAML may also be UTF-16, which is recognized by its byte order mark
 * or by the zero byte of its first character (YAML 1.2.2, section 5.2). UTF-32 is not supported, as in browsers (WHATWG Encoding).
 *
 * @returns the text without a byte order mark; bytes that are invalid in its encoding become `U+FFFD`
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xfe && second === 0xff) || (first === 0 && bytes.length > 1)) return decode('utf-16be', bytes);
  if ((first === 0xff && second === 0xfe) || second === 0) return decode('utf-16le', bytes);
  return decode('utf-8', bytes);
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes);
}
