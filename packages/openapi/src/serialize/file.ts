import { type JsonValue, member, pointerTo, stringMember } from '../document/json.js';
import { essenceOf } from '../operations/media-types.js';
import { type BodyFile } from './content.js';
import { unfit } from './encode.js';

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
/** RFC 9110, section 8.3.1; nothing that could break out of a header. */
const MIME_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w!#$&^.+-]+=[\w!#$&^.+-]+)*$/;

/**
 * A file of the arguments: text as it is; or an object with a `name`, a `mime_type`, and a `content` in base64 or a `download_link`, as
 * ChatGPT's `openaiFileIdRefs` have it.
 *
 * @throws {InvalidArgumentsError} it is neither
 */
export function fileOf(value: JsonValue, pointer: string): BodyFile {
  if (typeof value === 'string') return { name: undefined, mimeType: undefined, source: Buffer.from(value) };
  const [content, link] = [stringMember(value, 'content'), stringMember(value, 'download_link')];
  const described = { name: stringMember(value, 'name'), mimeType: mimeTypeOf(value, pointer) };
  if (content !== undefined) return { ...described, source: decoded(content, pointerTo(pointer, 'content')) };
  if (link !== undefined) return { ...described, source: { url: link, pointer: pointerTo(pointer, 'download_link') } };
  throw unfit(pointer, 'must be text, or a file with a `content` in base64 or a `download_link`');
}

function decoded(content: string, pointer: string): Uint8Array {
  const text = content.replace(/\s+/g, '');
  if (!BASE64.test(text)) throw unfit(pointer, 'is not base64');
  return Buffer.from(text, 'base64');
}

function mimeTypeOf(value: JsonValue, pointer: string): string | undefined {
  const mimeType = member(value, 'mime_type') ?? null;
  if (mimeType === null || mimeType === '') return undefined;
  if (typeof mimeType === 'string' && MIME_TYPE.test(mimeType) && essenceOf(mimeType) !== '') return mimeType;
  throw unfit(pointerTo(pointer, 'mime_type'), 'is not a media type');
}
