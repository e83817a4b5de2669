import { type JsonValue, isObject, stringMember } from '../document/json.js';
import { firstOf, isAllowedBy } from '../operations/media-types.js';
import { type RequestBody } from '../operations/request-body.js';
import { type BodyWriter, type Content, type PendingContent, contentOf } from './content.js';
import { scalarText, unfit } from './encode.js';
import { fileOf } from './file.js';
import { formWriter } from './form.js';
import { multipartWriter } from './multipart.js';

const BODY = '/body';

/** Compiles how a body of its media type is written. */
export function bodyWriter(body: RequestBody): BodyWriter {
  return WRITERS[body.kind](body);
}

const WRITERS: Record<RequestBody['kind'], (body: RequestBody) => BodyWriter> = {
  json: ({ mediaType }) => textual(mediaType, (content) => JSON.stringify(content)),
  form: ({ mediaType, styled }) => textual(mediaType, formWriter(styled)),
  multipart: multipartWriter,
  text: ({ mediaType }) => textual(mediaType, (content) => scalarText(content, BODY) ?? ''),
  binary:
    ({ mediaType }) =>
    (content) =>
      binary(mediaType, content),
};

function textual(contentType: string, write: (content: JsonValue) => string): BodyWriter {
  return (content) => ({ contentType, body: write(content), fileBytes: 0 });
}

/** A body that is one file. Where the document leaves its type open, the file's own is said, as long as it is allowed. */
function binary(mediaType: string, content: JsonValue): Content | PendingContent {
  const file = fileOf(content, BODY);
  const own = isObject(content) ? stringMember(content, 'mime_type') : undefined;
  if (own !== undefined && mediaType.includes('*') && !isAllowedBy(own, mediaType)) {
    throw unfit(`${BODY}/mime_type`, `must be ${mediaType}`);
  }
  return contentOf([file], ([read]) => {
    const bytes = read?.bytes ?? new Uint8Array();
    const contentType = mediaType.includes('*') ? (read?.mimeType ?? '') : (firstOf(mediaType) ?? mediaType);
    return { contentType, body: bytes, fileBytes: bytes.length };
  });
}
