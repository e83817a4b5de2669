import { type JsonObject, type Located, member, objectMember, pointerTo, stringMember } from '../document/json.js';
import { type Conversion, reportLoss } from './conversion.js';
import { arrayStyle, schemaOf } from './parameter.js';

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/**
 * Converts the parameters in the body or form of an operation to a Request Body Object.
 *
 * @param pointer where the request body will be
 * @param consumes the media types of the operation
 */
export function convertBody(
  parameters: readonly Located<JsonObject>[],
  pointer: string,
  consumes: readonly string[],
  conversion: Conversion,
): JsonObject {
  const body = parameters.find(({ value }) => value['in'] === 'body');
  if (body === undefined) return formBody(parameters, pointer, consumes, conversion);
  const schema = member(body.value, 'schema') ?? schemaOf(body.value);
  const mediaTypes = consumes.length > 0 ? consumes : ['application/json'];
  conversion.origins.add(pointer, body.pointer);
  for (const mediaType of mediaTypes) {
    conversion.origins.add(pointerTo(pointer, 'content', mediaType, 'schema'), pointerTo(body.pointer, 'schema'));
  }
  return { ...descriptionOf(body.value), content: Object.fromEntries(mediaTypes.map((name) => [name, { schema }])) };
}

/** Converts a body's own fields. Extensions such as `x-example` are kept. */
function descriptionOf(parameter: JsonObject): JsonObject {
  const kept = Object.entries(parameter).filter(([name]) => /^(?:description|required|x-.*)$/.test(name));
  return Object.fromEntries(kept);
}

interface Field {
  readonly name: string;
  readonly value: JsonObject;
  /** its pointer */
  readonly at: string;
}

function formBody(
  fields: readonly Located<JsonObject>[],
  pointer: string,
  consumes: readonly string[],
  conversion: Conversion,
): JsonObject {
  const hasFile = fields.some(({ value }) => isFileField(value));
  const stated = consumes.find((mediaType) => (hasFile ? /^multipart\// : /^(?:multipart\/|.*form)/).test(mediaType));
  const mediaType = stated ?? (hasFile ? MULTIPART : FORM);
  const place = pointerTo(pointer, 'content', mediaType, 'schema', 'properties');
  const named = fields.map(({ value, pointer: at }): Field => ({ name: stringMember(value, 'name') ?? '', value, at }));
  reportSeparators(named, mediaType, conversion);
  for (const { name, at } of named) conversion.origins.add(pointerTo(place, name), at);
  const required = named.filter(({ value }) => value['required'] === true).map(({ name }) => name);
  const properties = Object.fromEntries(named.map(({ name, value }) => [name, fieldSchema(value)]));
  const encoding = mediaType === FORM ? stylesOf(named, conversion) : [];
  const schema: JsonObject = { type: 'object', properties, ...(required.length > 0 && { required }) };
  const content = { schema, ...(encoding.length > 0 && { encoding: Object.fromEntries(encoding) }) };
  return { ...(required.length > 0 && { required: true }), content: { [mediaType]: content } };
}

/** The styles of lists. OpenAPI 3.0 has them for urlencoded forms only; in other forms, each item is a part (OAS 3.0.4, section 4.7.15). */
function stylesOf(fields: readonly Field[], conversion: Conversion): (readonly [string, JsonObject])[] {
  return fields.flatMap(({ name, value }) => {
    const style = member(value, 'type') === 'array' ? arrayStyle(value, 'formData', conversion) : undefined;
    return style === undefined || Object.keys(style).length === 0 ? [] : [[name, style] as const];
  });
}

function isFileField(field: JsonObject): boolean {
  return member(field, 'type') === 'file' || member(member(field, 'items'), 'type') === 'file';
}

function fieldSchema(field: JsonObject): JsonObject {
  const { description } = field;
  const own = objectMember(field, 'schema') ?? schemaOf(field);
  const schema: JsonObject = description === undefined ? own : { description, ...own };
  return schema['type'] === 'file' ? { ...schema, type: 'string', format: 'binary' } : schema;
}

/** Reports lists of a form whose separator OpenAPI 3 cannot express. */
function reportSeparators(fields: readonly Field[], mediaType: string, conversion: Conversion): void {
  for (const { name, value, at } of fields) {
    if (member(value, 'type') !== 'array') continue;
    const format = stringMember(value, 'collectionFormat') ?? (conversion.isSwagger ? 'csv' : 'multi');
    const isKept = mediaType === FORM ? arrayStyle(value, 'formData', conversion) !== undefined : format === 'multi';
    if (isKept) continue;
    const message = `OpenAPI 3 cannot express the collectionFormat "${format}" of the field "${name}" in ${mediaType}; each item is sent as a field of its own`;
    reportLoss(conversion, message, at);
  }
}
