import { type JsonValue, isObject, stringMember } from '../../document/json.js';
import { firstConcreteType, isMediaTypeAllowed } from '../../operations/media-types.js';
import { type RequestBody } from '../../operations/request-body.js';
import { type BodyWriter, type Content, type PendingContent, buildContent } from './content.js';
import { type Notices } from '../empty-values.js';
import { scalarText, invalidArgument } from '../encode.js';
import { stringifyExactly } from '../../numbers/exact-number.js';
import { parseFile } from './file.js';
import { formWriter } from './form.js';
import { multipartWriter } from './multipart.js';

const BODY = '/body';

/** Compiles the serialization of a body. */
export function bodyWriter(body: RequestBody): BodyWriter {
  return WRITERS[body.kind](body);
}

const WRITERS: Record<RequestBody['kind'], (body: RequestBody) => BodyWriter> = {
  json: ({ mediaType }) => textWriter(mediaType, (content) => stringifyExactly(content)),
  form: ({ mediaType, styled }) => textWriter(mediaType, formWriter(styled)),
  multipart: multipartWriter,
  text: ({ mediaType }) => textWriter(mediaType, (content) => scalarText(content, BODY) ?? ''),
  binary:
    ({ mediaType }) =>
    (content) =>
      buildBinary(mediaType, content),
};

function textWriter(contentType: string, write: (content: JsonValue, notices: Notices) => string): BodyWriter {
  return (content, notices) => ({ contentType, body: write(content, notices), fileBytes: 0 });
}

/** Serializes a body that is one file. If the media type is a range, the type of the file is used, provided that the range includes it. */
function buildBinary(mediaType: string, content: JsonValue): Content | PendingContent {
  const file = parseFile(content, BODY);
  const own = isObject(content) ? stringMember(content, 'mime_type') : undefined;
  const type = own ?? file.dataType;
  if (type !== undefined && mediaType.includes('*') && !isMediaTypeAllowed(type, mediaType)) {
    throw invalidArgument(own === undefined ? BODY : `${BODY}/mime_type`, `must be ${mediaType}`);
  }
  return buildContent([file], ([read]) => {
    const bytes = read?.bytes ?? new Uint8Array();
    const contentType = mediaType.includes('*') ? (read?.mimeType ?? '') : (firstConcreteType(mediaType) ?? mediaType);
    return { contentType, body: bytes, fileBytes: bytes.length };
  });
}
