import type { ResponseBounds } from '../../actions/index.js';
import type { Settings } from '../../config/index.js';
import { type ResponseHead, type ResponseLimit, MEMORY_PER_BYTE } from '../../egress/index.js';
import { contentTypeOf, essenceOf, EVENT_STREAM, kindOf, looksLikeFile } from '../files/media-type.js';
import { holdsFiles } from './lift-contents.js';
import { readCharacters } from './read-json.js';

/** The longest character takes four bytes, in any charset. */
const MAX_CHARACTER_BYTES = 4;

/**
 * Returns how much of a response is read: of text as much as the caller may get, of a file as much as a file may have. JSON that has begun to
 * contain files by the limit of text is read further.
 */
export function responseLimit(limits: Settings['call'], head: ResponseHead, bounds?: ResponseBounds): ResponseLimit {
  const { maxResponseCharacters, maxFileBytes, maxTotalFileBytes } = limits;
  const contentType = contentTypeOf(head);
  const kind = kindOf(contentType);
  const file = { perByte: MEMORY_PER_BYTE.file, afterBody: 0 };
  if (kind === 'file') {
    const bytes = Number(head.headers['content-length'] ?? 0) > maxFileBytes ? 0 : maxFileBytes;
    return { bytes, memory: file };
  }
  const bytes = maxResponseCharacters * MAX_CHARACTER_BYTES;
  const jsonBytes = Math.max(bytes, readCharacters(maxResponseCharacters, bounds));
  const withFiles = jsonBytes + Math.ceil(maxTotalFileBytes / 3) * 4;
  // JSON may name further files by URL.
  const json = { ...file, afterBody: MEMORY_PER_BYTE.file * maxTotalFileBytes };
  if (kind === 'json') return { bytes: jsonBytes, memory: json, raise: { to: withFiles, when: holdsFiles } };
  if (kind === 'text') {
    const isStream = contentType !== null && essenceOf(contentType) === EVENT_STREAM;
    return { bytes, memory: { perByte: MEMORY_PER_BYTE.text, afterBody: 0 }, keepAtDeadline: isStream };
  }
  const isFile = (body: Buffer) => looksLikeFile(body, true);
  if (contentType !== null) return { bytes, memory: file, raise: { to: maxFileBytes, when: isFile } };
  return { bytes, memory: json, raise: { to: withFiles, when: (body) => isFile(body) || holdsFiles(body) } };
}
