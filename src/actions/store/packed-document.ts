import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Makes 60,000 characters of base64. A `text` column holds 65,535 bytes. */
const PART_BYTES = 45_000;

/** The length of every part but the last. */
export const FULL_PART_CHARACTERS = (PART_BYTES / 3) * 4;

/** A document or its original text, compressed and split into parts. */
export type PackedDocument = string[];

/** Compresses a text and splits it into parts. */
export async function pack(text: string): Promise<PackedDocument> {
  const bytes = await promisify(gzip)(text);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += PART_BYTES) {
    parts.push(bytes.subarray(start, start + PART_BYTES).toString('base64'));
  }
  return parts;
}

/** Joins and decompresses parts. @returns the text in UTF-8 */
export function unpack(parts: PackedDocument): Promise<Buffer> {
  return promisify(gunzip)(Buffer.concat(parts.map((data) => Buffer.from(data, 'base64'))));
}

/** Returns the number of bytes of the unpacked text, which is less than 4 GiB (RFC 1952, section 2.3.1: ISIZE). */
export function unpackedBytes(parts: PackedDocument): number {
  const end = Buffer.from(parts.slice(-2).join(''), 'base64');
  return end.readUInt32LE(end.length - 4);
}
