import { type JsonValue, member, pointerTo, stringMember } from '../../document/json.js';
import { mediaTypeEssence } from '../../operations/media-types.js';
import { type BodyFile } from './content.js';
import { invalidArgument } from '../encode.js';

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
/** A media type (RFC 9110, section 8.3.1) without characters that could end a header. */
const MIME_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w!#$&^.+-]+=[\w!#$&^.+-]+)*$/;

/**
 * Parses a file argument: text, or an object with `name`, `mime_type`, and `content` in base64 or a `download_link`, as in ChatGPT's
 * `openaiFileIdRefs`.
 *
 * @throws {InvalidArgumentsError} the value is neither
 */
export function parseFile(value: JsonValue, pointer: string): BodyFile {
  if (typeof value === 'string') return { name: undefined, mimeType: undefined, source: Buffer.from(value) };
  const [content, link] = [stringMember(value, 'content'), stringMember(value, 'download_link')];
  const described = { name: stringMember(value, 'name'), mimeType: mimeTypeOf(value, pointer) };
  if (content !== undefined) return { ...described, source: decodeBase64(content, pointerTo(pointer, 'content')) };
  if (link !== undefined) return { ...described, source: { url: link, pointer: pointerTo(pointer, 'download_link') } };
  throw invalidArgument(pointer, 'must be text, or a file with `content` in base64 or a `download_link`');
}

function decodeBase64(content: string, pointer: string): Uint8Array {
  const text = content.replace(/\s+/g, '');
  if (!BASE64.test(text)) throw invalidArgument(pointer, 'must be base64');
  return Buffer.from(text, 'base64');
}

function mimeTypeOf(value: JsonValue, pointer: string): string | undefined {
  const mimeType = member(value, 'mime_type') ?? null;
  if (mimeType === null || mimeType === '') return undefined;
  if (typeof mimeType === 'string' && MIME_TYPE.test(mimeType) && mediaTypeEssence(mimeType) !== '') return mimeType;
  throw invalidArgument(pointerTo(pointer, 'mime_type'), 'must be a media type such as image/png');
}
