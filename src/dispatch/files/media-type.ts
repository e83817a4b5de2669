import { isUtf8 } from 'node:buffer';

/** The kind of a body by its media type; the bytes decide about `unknown`. */
export type Kind = 'json' | 'text' | 'file' | 'unknown';

/** `application/json`, and the suffix of RFC 6839, section 3.1. Not `application/x-ndjson` or `application/json-seq`. */
const JSON_TYPE = /[/+](?:x-)?json$/;
/** Text types. Their bytes need not be UTF-8, so the bytes alone would not tell. */
const TEXT_TYPE =
  /^text\/|\+(?:xml|yaml)$|^application\/(?:(?:x-)?(?:javascript|ecmascript|yaml|www-form-urlencoded)|xml|xml-dtd|csv|graphql|sql|toml)$/;
const FILE_TYPE = /^(?:image|audio|video|font|model)\/|\+(?:zip|gzip|zstd|cbor|protobuf)$/;
const FILE_APPLICATION = new RegExp(
  `^(?:application|binary)/(?:${[
    'octet-stream|pdf|rtf|postscript|wasm|cbor|x?-?msgpack|(?:x-)?protobuf|java-archive',
    '(?:x-)?(?:zip(?:-compressed)?|gzip|tar|bzip2?|7z-compressed|xz|zstd|rar(?:-compressed)?)|vnd\\.rar',
    'msword|vnd\\.(?:ms-|openxmlformats-|oasis\\.opendocument\\.|apple\\.|sqlite3|apache\\.(?:arrow|parquet)).*',
  ].join('|')})$`,
);

/** The type of events that a server sends for as long as it likes (HTML Standard, section 9.2). */
export const EVENT_STREAM = 'text/event-stream';

/** Types that servers give to bodies whose type they do not know. */
const UNSPECIFIC_TYPE = /^(?:application|binary)\/octet-stream$/;

/** Returns whether a media type says nothing about the body. */
export function isUnspecific(contentType: string | null): boolean {
  return contentType === null || UNSPECIFIC_TYPE.test(essenceOf(contentType));
}

/** @returns `null` if the header is missing or empty */
export function contentTypeOf({ headers }: { headers: Readonly<Record<string, string>> }): string | null {
  return headers['content-type'] || null;
}

/** Returns the type and subtype of a media type, in lower case, without parameters. */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** @param contentType `null` if the response has none */
export function kindOf(contentType: string | null): Kind {
  if (contentType === null) return 'unknown';
  const essence = essenceOf(contentType);
  if (JSON_TYPE.test(essence)) return 'json';
  if (TEXT_TYPE.test(essence)) return 'text';
  if (FILE_TYPE.test(essence) || FILE_APPLICATION.test(essence)) return 'file';
  return readParameters(contentType).has('charset') ? 'text' : 'unknown';
}

/** Returns whether the text is `type/subtype` (RFC 6838, section 4.2), without parameters. */
export function isMediaType(text: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(text);
}

/** @returns the essence; `application/octet-stream` (RFC 9110, section 8.3) if there is none */
export function mediaTypeOf(contentType: string | null): string {
  const essence = essenceOf(contentType ?? '');
  return isMediaType(essence) ? essence : 'application/octet-stream';
}

/**
 * Returns whether bytes of an unknown type are a file: they are not UTF-8 without NUL, and do not begin with a UTF-16 byte order mark.
 *
 * @param isTruncated the end of the bytes is missing: their last character may be incomplete
 */
export function looksLikeFile(bytes: Buffer, isTruncated: boolean): boolean {
  if (/^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2))) return false;
  return bytes.includes(0) || !isUtf8(isTruncated ? dropIncompleteCharacter(bytes) : bytes);
}

/** Returns whether bytes read like a complete JSON array or object. */
export function looksLikeJson(bytes: Buffer): boolean {
  const [first] = /[^\s\uFEFF]/.exec(bytes.toString('utf8', 0, 1024)) ?? [];
  const [last] = /\S\s*$/.exec(bytes.toString('latin1', Math.max(0, bytes.length - 1024))) ?? [];
  const isEnclosed = (first === '{' && last?.[0] === '}') || (first === '[' && last?.[0] === ']');
  return isEnclosed && !looksLikeFile(bytes, false);
}

/** Drops the last lead byte of UTF-8, which is within the last three bytes of an incomplete character, and what follows it. */
function dropIncompleteCharacter(bytes: Buffer): Buffer {
  const last = bytes.subarray(-3).findLastIndex((byte) => byte >= 0xc0);
  return last === -1 ? bytes : bytes.subarray(0, Math.max(0, bytes.length - 3) + last);
}

/** `; name=value` or `; name="value"`; an unterminated quoted string extends to the end. */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)|([^;]*))/g;

/**
 * Parses the parameters of a header value (RFC 9110, section 5.6.6).
 *
 * @returns values by lower-case name; the first value of a duplicate name
 */
export function readParameters(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, token = ''] of header.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? token.trim());
  }
  return parameters;
}
