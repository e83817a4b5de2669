import { parseString } from './json-string.js';

/**
 * Decodes base64 (RFC 4648, sections 4 and 5), with or without line breaks and padding.
 *
 * @param literal a JSON string literal
 * @returns `undefined` if the string is not base64
 */
export function decodeBase64(literal: string): Buffer | undefined {
  const written = parseString(literal);
  if (written === undefined) return undefined;
  const text = (/[^!-~]/.test(written) ? removeWhiteSpace(written) : written).replace(/={1,2}$/, '');
  if (text.length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  // Node skips invalid characters and stops at padding, which makes the result too short.
  return bytes.length === Math.floor((text.length * 3) / 4) ? bytes : undefined;
}

/**
 * Removes white space and writes each UTF-8 octet as one character: Node would decode `Ł` as `A`.
 *
 * Works octet by octet, which is many times faster than a regular expression if there are millions of line breaks.
 */
function removeWhiteSpace(text: string): string {
  const octets = Buffer.from(text);
  let length = 0;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0;
    if (octet > 0x20 || !isWhiteSpace(octet)) octets[length++] = octet;
  }
  return octets.toString('latin1', 0, length);
}

function isWhiteSpace(octet: number): boolean {
  return octet === 0x20 || octet === 0x0a || octet === 0x0d || octet === 0x09;
}
