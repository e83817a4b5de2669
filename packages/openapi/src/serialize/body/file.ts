import { type JsonValue, member, pointerTo, stringMember } from '../../document/json.js';
import { mediaTypeEssence } from '../../operations/media-types.js';
import { type BodyFile } from './content.js';
import { invalidArgument } from '../encode.js';

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
/** A media type (RFC 9110, section 8.3.1) without characters that could end a header. */
const MIME_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:[ \t]*;[ \t]*[\w!#$&^.+-]+=[\w!#$&^.+-]+)*$/;

/**
 * Parses a file argument: text, or an object with `name`, `mime_type`, and `content` in base64 or a `download_link`, as in ChatGPT's
 * `openaiFileIdRefs`. Each of the three may be a data URL.
 *
 * @throws {InvalidArgumentsError} the value is neither
 */
export function parseFile(value: JsonValue, pointer: string): BodyFile {
  if (typeof value === 'string') {
    const source = parseDataUrl(value, pointer) ?? { source: Buffer.from(value) };
    return { name: undefined, mimeType: undefined, ...source };
  }
  const [content, link] = [stringMember(value, 'content'), stringMember(value, 'download_link')];
  const described = { name: stringMember(value, 'name'), mimeType: mimeTypeOf(value, pointer) };
  if (content !== undefined) {
    const place = pointerTo(pointer, 'content');
    return { ...described, ...(parseDataUrl(content, place) ?? { source: decodeBase64(content, place) }) };
  }
  if (link !== undefined) {
    const place = pointerTo(pointer, 'download_link');
    return { ...described, ...(parseDataUrl(link, place) ?? { source: { url: link, pointer: place } }) };
  }
  throw invalidArgument(pointer, 'must be text, or a file with `content` in base64 or a `download_link`');
}

/** The beginning of a data URL (RFC 2397), up to its comma. */
const DATA_URL = /^data:([^,;\s]*(?:;[ \t]*[\w!#$&^.+-]+=[^,;\s]*)*)(;[ \t]*base64)?,/i;

/** Decodes a data URL. Returns `undefined` for another text, which may begin like one, such as YAML. */
function parseDataUrl(text: string, pointer: string): Pick<BodyFile, 'source' | 'dataType'> | undefined {
  const [beginning, type = '', base64] = DATA_URL.exec(text) ?? [];
  if (beginning === undefined || (type !== '' && !type.startsWith(';') && !MIME_TYPE.test(type))) return undefined;
  const bytes = percentDecode(text.slice(beginning.length));
  const dataType = type === '' || type.startsWith(';') ? undefined : type;
  return { source: base64 === undefined ? bytes : decodeBase64(bytes.toString('latin1'), pointer), dataType };
}

/** Decodes percent-encoded bytes, which need not be UTF-8; other bytes stay as they are (WHATWG URL, "percent-decode"). */
function percentDecode(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1');
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(decoded, 'latin1');
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
