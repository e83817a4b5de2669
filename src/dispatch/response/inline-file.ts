import { stringMember, type JsonObject } from '@countersign/openapi';
import { FileLeftOutError, type RawFile } from '../files/file-room.js';
import { presentableName } from '../files/file-name.js';
import { isMediaType } from '../files/media-type.js';

/**
 * Reads a file that stands in the answer itself, `{name, mime_type, content}`.
 *
 * @param contents the lifted ones, one of which the item's `content` names
 * @throws {FileLeftOutError} one of the three is missing or wrong
 */
export function readInlineFile(item: JsonObject, contents: readonly string[]): RawFile {
  const name = presentableName(stringMember(item, 'name') ?? '');
  if (name === undefined) throw new FileLeftOutError('the file needs a name');
  const mediaType = stringMember(item, 'mime_type')?.trim().toLowerCase() ?? '';
  if (!isMediaType(mediaType)) throw new FileLeftOutError('the file needs a mime_type such as application/pdf');
  const literal = contents[Number(stringMember(item, 'content') ?? Number.NaN)];
  const bytes = literal === undefined ? undefined : bytesOf(literal);
  if (bytes === undefined) throw new FileLeftOutError('the file needs its content in base64');
  return { name, mediaType, bytes };
}

/**
 * Decodes base64 (RFC 4648, sections 4 and 5), with line breaks or without, padded or not.
 *
 * @param literal a JSON string
 * @returns `undefined` where it is no base64
 */
function bytesOf(literal: string): Buffer | undefined {
  const written = stringOf(literal);
  if (written === undefined) return undefined;
  const text = (/[^!-~]/.test(written) ? octetsOf(written) : written).replace(/={1,2}$/, '');
  if (text.length % 4 === 1) return undefined;
  const bytes = Buffer.from(text, 'base64');
  // Node passes over what is no base64, and stops at padding: there is too little then.
  return bytes.length === Math.floor((text.length * 3) / 4) ? bytes : undefined;
}

/**
 * The text without white space, and in UTF-8 as one character an octet: Node takes `Ł` for `A` otherwise.
 *
 * Octet by octet, which is many times faster than a pattern where each of millions is followed by a line break.
 */
function octetsOf(text: string): string {
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

function stringOf(literal: string): string | undefined {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined; // an escape that JSON does not have
  }
}
