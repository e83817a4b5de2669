import { stringMember, type JsonObject } from '@countersign/openapi';
import type { RawFile } from '../files/file-budget.js';
import { FileOmittedError } from '../files/file-budget.js';
import { sanitizeFileName } from '../files/file-name.js';
import { isMediaType } from '../files/media-type.js';

/**
 * Reads a file that is included in the response itself, `{name, mime_type, content}`.
 *
 * @param contents the lifted contents, `undefined` if not base64; the item's `content` is an index into them
 * @throws {FileOmittedError} a member is missing or invalid
 */
export function readInlineFile(item: JsonObject, contents: readonly (Buffer | undefined)[]): RawFile {
  const name = sanitizeFileName(stringMember(item, 'name') ?? '');
  if (name === undefined) throw new FileOmittedError('the file must have a name');
  const mediaType = stringMember(item, 'mime_type')?.trim().toLowerCase() ?? '';
  if (!isMediaType(mediaType)) throw new FileOmittedError('the file must have a mime_type such as application/pdf');
  const bytes = contents[Number(stringMember(item, 'content') ?? Number.NaN)];
  if (bytes === undefined) throw new FileOmittedError("the file's content must be base64");
  return { name, mediaType, bytes };
}
