import type { Settings } from '../../config/index.js';
import type { ResponseHead, ResponseLimit } from '../../egress/index.js';
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
  if (kind === 'file') return { bytes: Number(head.headers['content-length'] ?? 0) > maxFileBytes ? 0 : maxFileBytes };
  const bytes = maxResponseCharacters * MAX_CHARACTER_BYTES;
  const withFiles = bytes + Math.ceil(maxTotalFileBytes / 3) * 4;
  if (kind === 'json') return { bytes, raise: { to: withFiles, when: holdsFiles } };
  if (kind === 'text') return { bytes };
  if (contentType !== null) return { bytes, raise: { to: maxFileBytes, when: (body) => lookLikeFile(body, true) } };
  return { bytes, raise: { to: withFiles, when: (body) => lookLikeFile(body, true) || holdsFiles(body) } };
}
