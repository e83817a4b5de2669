/**
 * The text of a document as it came over the wire. JSON is UTF-8 (RFC 8259, section 8.1); YAML may also be UTF-16 or UTF-32, which it
 * shows by a byte order mark or by the zero bytes of its first character (YAML 1.2.2, section 5.2).
 *
 * @returns text without a byte order mark; bytes that are no text of its encoding are `U+FFFD`
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second, third, fourth] = bytes;
  if (first === 0 && second === 0) return decodeUtf32(bytes, 'big');
  if (third === 0 && fourth === 0 && (second === 0 || (first === 0xff && second === 0xfe))) {
    return decodeUtf32(bytes, 'little');
  }
  if ((first === 0xfe && second === 0xff) || (first === 0 && bytes.length > 1)) return decode('utf-16be', bytes);
  if ((first === 0xff && second === 0xfe) || second === 0) return decode('utf-16le', bytes);
  return decode('utf-8', bytes);
}

function decode(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes);
}

/** `TextDecoder` has no UTF-32 (WHATWG Encoding, section 14.2). */
function decodeUtf32(bytes: Uint8Array, order: 'big' | 'little'): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.byteLength; at += 4) {
    const point = view.getUint32(at, order === 'little');
    text += point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
  }
  return text.replace(/^\uFEFF/, '');
}
