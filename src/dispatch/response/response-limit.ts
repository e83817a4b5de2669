import type { Settings } from '../../config/index.js';
import type { ResponseHead, ResponseLimit } from '../../egress/index.js';
import { BYTES_PER_BYTE } from '../held/held-bytes.js';
import { contentTypeOf, kindOf, lookLikeFile } from '../files/media-type.js';
import { holdsFiles } from './lift-contents.js';

/** Four bytes make the longest character. */
const MAX_CHARACTER_BYTES = 4;

/**
 * How much of an answer is read: of text what may come along of it, of a file as much as a file may have. JSON goes on beyond what text may
 * have where it has begun to hold files by then.
 */
export function responseLimit(limits: Settings['call'], head: ResponseHead): ResponseLimit {
  const { maxResponseCharacters, maxFileBytes, maxTotalFileBytes } = limits;
  const contentType = contentTypeOf(head);
  const kind = kindOf(contentType);
  const file = { perByte: BYTES_PER_BYTE.file, after: 0 };
  if (kind === 'file') {
    const bytes = Number(head.headers['content-length'] ?? 0) > maxFileBytes ? 0 : maxFileBytes;
    return { bytes, held: file };
  }
  const bytes = maxResponseCharacters * MAX_CHARACTER_BYTES;
  const withFiles = bytes + Math.ceil(maxTotalFileBytes / 3) * 4;
  // JSON may name further files by their URLs.
  const json = { ...file, after: BYTES_PER_BYTE.file * maxTotalFileBytes };
  if (kind === 'json') return { bytes, held: json, raise: { to: withFiles, when: holdsFiles } };
  if (kind === 'text') return { bytes, held: { perByte: BYTES_PER_BYTE.text, after: 0 } };
  const isFile = (body: Buffer) => lookLikeFile(body, true);
  if (contentType !== null) return { bytes, held: file, raise: { to: maxFileBytes, when: isFile } };
  return { bytes, held: json, raise: { to: withFiles, when: (body) => isFile(body) || holdsFiles(body) } };
}
