import { stringMember, type JsonObject } from '@countersign/openapi';
import type { RawFile } from '../files/file-budget.js';
import { FileOmittedError } from '../files/file-budget.js';
import { sanitizeFileName } from '../files/file-name.js';
import { isMediaType } from '../files/media-type.js';
import { parseString } from './json-string.js';

/**
 * Reads a file that is included in the response itself, `{name, mime_type, content}`.
 *
 * @param contents the lifted contents; the item's `content` is an index into them
 * @throws {FileOmittedError} a member is missing or invalid
 */
export function readInlineFile(item: JsonObject, contents: readonly string[]): RawFile {
  const name = sanitizeFileName(stringMember(item, 'name') ?? '');
  if (name === undefined) throw new FileOmittedError('the file must have a name');
  const mediaType = stringMember(item, 'mime_type')?.trim().toLowerCase() ?? '';
  if (!isMediaType(mediaType)) throw new FileOmittedError('the file must have a mime_type such as application/pdf');
  const literal = contents[Number(stringMember(item, 'content') ?? Number.NaN)];
  const bytes = literal === undefined ? undefined : decodeBase64(literal);
  if (bytes === undefined) throw new FileOmittedError("the file's content must be base64");
  return { name, mediaType, bytes };
}

/**
 * Decodes base64 (RFC 4648, sections 4 and 5), with or without line breaks and padding.
 *
 * @param literal a JSON string literal
 * @returns `undefined` if the string is not base64
 */
function decodeBase64(literal: string): Buffer | undefined {
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
