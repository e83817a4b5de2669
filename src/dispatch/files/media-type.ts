import { isUtf8 } from 'node:buffer';

/** What a body is by its media type; `unknown` says neither, and the bytes must tell. */
export type Kind = 'json' | 'text' | 'file' | 'unknown';

/** `application/json`, and the suffix of RFC 6839, section 3.1. Not the lines of `application/x-ndjson`, nor `application/json-seq`. */
const JSON_TYPE = /[/+](?:x-)?json$/;
/** Text whose bytes need not be UTF-8, so that looking at them would not tell. */
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

/** @returns `null` where the answer has none, or an empty one */
export function contentTypeOf({ headers }: { headers: Readonly<Record<string, string>> }): string | null {
  return headers['content-type'] || null;
}

/** The type and subtype of a media type, in lower case, without its parameters. */
export function essenceOf(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** @param contentType `null` where the answer has none */
export function kindOf(contentType: string | null): Kind {
  if (contentType === null) return 'unknown';
  const essence = essenceOf(contentType);
  if (JSON_TYPE.test(essence)) return 'json';
  if (TEXT_TYPE.test(essence)) return 'text';
  if (FILE_TYPE.test(essence) || FILE_APPLICATION.test(essence)) return 'file';
  return readParameters(contentType).has('charset') ? 'text' : 'unknown';
}

/** Whether it is `type/subtype` (RFC 6838, section 4.2), without parameters. */
export function isMediaType(text: string): boolean {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(text);
}

/** @returns the essence; `application/octet-stream` (RFC 9110, section 8.3) where there is none */
export function mediaTypeOf(contentType: string | null): string {
  const essence = essenceOf(contentType ?? '');
  return isMediaType(essence) ? essence : 'application/octet-stream';
}

/**
 * Whether bytes of a type that nobody knows are a file: they are neither UTF-8 without a NUL, nor do they begin with the mark of UTF-16.
 *
 * @param isCut the bytes end somewhere: their last character may be half
 */
export function lookLikeFile(bytes: Buffer, isCut: boolean): boolean {
  if (/^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2))) return false;
  return bytes.includes(0) || !isUtf8(isCut ? withoutHalfCharacter(bytes) : bytes);
}

/** Of four bytes the first says how many belong together. */
function withoutHalfCharacter(bytes: Buffer): Buffer {
  const last = bytes.subarray(-3).findLastIndex((byte) => byte >= 0xc0);
  return last === -1 ? bytes : bytes.subarray(0, Math.max(0, bytes.length - 3) + last);
}

/** `; name=value` or `; name="value"`; a quoted string that does not end goes to the end. */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)|([^;]*))/g;

/**
 * The parameters of a header's value (RFC 9110, section 5.6.6).
 *
 * @returns by their names in lower case; the first counts where a name comes twice
 */
export function readParameters(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, token = ''] of header.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? token.trim());
  }
  return parameters;
}
