import {
  type JsonObject,
  type JsonValue,
  isObject,
  mapMembers,
  member,
  objectMember,
  pointerTo,
} from '../document/json.js';
import { type Conversion } from './conversion.js';
import { schemaOf } from './parameter.js';

/** The place of a component or of a response of an operation. */
export interface Place {
  /** the pointer of the map that it will be in */
  readonly place: string;
  /** the pointer of the map that it was in */
  readonly original: string;
  readonly name: string;
}

/** Converts a Response Object (OAS 2.0). @param produces the media types of the operation */
export function convertResponse(
  response: JsonObject,
  { place, original, name }: Place,
  produces: readonly string[],
  { origins }: Conversion,
): JsonObject {
  if ('$ref' in response) return response;
  const { schema, examples, headers, ...others } = response;
  const mediaTypes = produces.length > 0 ? produces : [member(schema, 'type') === 'file' ? '*/*' : 'application/json'];
  const content = (mediaType: string): JsonObject => {
    const example = member(examples, mediaType);
    origins.add(pointerTo(place, name, 'content', mediaType, 'schema'), pointerTo(original, name, 'schema'));
    return { schema: schema ?? {}, ...(example !== undefined && { example }) };
  };
  return {
    ...others,
    ...(headers !== undefined && { headers: convertHeaders(headers) }),
    ...(schema !== undefined && { content: Object.fromEntries(mediaTypes.map((type) => [type, content(type)])) }),
  };
}

function convertHeaders(headers: JsonValue): JsonValue {
  if (!isObject(headers)) return headers;
  return mapMembers(headers, (header): JsonValue => {
    const { description } = objectMember({ header }, 'header') ?? {};
    return isObject(header) ? { ...(description !== undefined && { description }), schema: schemaOf(header) } : header;
  });
}
