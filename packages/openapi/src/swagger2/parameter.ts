import { type JsonObject, type JsonValue, type Located, isObject, member, stringMember } from '../document/json.js';
import { type Conversion, reportLoss } from './conversion.js';

/** The fields of a Parameter Object that are not part of its schema (OAS 2.0, "Parameter Object", and OAS 3.0.4, section 4.7.12). */
const OWN_FIELDS = new Set([
  'name',
  'in',
  'description',
  'required',
  'deprecated',
  'allowEmptyValue',
  'collectionFormat',
  'style',
  'explode',
  'allowReserved',
  'examples',
]);

/** The fields by which Swagger 2.0 describes a value beside `in`. */
const OLD_FIELDS = ['type', 'items', 'format', 'enum', 'collectionFormat', 'default', 'pattern'];

/** Returns whether a parameter is described as in Swagger 2.0. */
export function isOldParameter(value: JsonValue): value is JsonObject {
  if (!isObject(value) || '$ref' in value || typeof value['in'] !== 'string') return false;
  return isInBody(value) || isOldValue(value);
}

export function isInBody(parameter: JsonObject): boolean {
  return parameter['in'] === 'body' || parameter['in'] === 'formData';
}

function isOldValue(parameter: JsonObject): boolean {
  return !('schema' in parameter) && !('content' in parameter) && OLD_FIELDS.some((name) => name in parameter);
}

/** Converts a parameter of a path, query or header (OAS 2.0, "Parameter Object"). */
export function convertParameter({ value, pointer }: Located<JsonObject>, conversion: Conversion): JsonObject {
  const location = stringMember(value, 'in') ?? '';
  const own = Object.entries(value).filter(([name]) => OWN_FIELDS.has(name) || name.startsWith('x-'));
  const { collectionFormat: _, ...kept } = Object.fromEntries(own);
  const style = member(value, 'type') === 'array' ? arrayStyle(value, location, conversion) : {};
  if (style === undefined) return { ...kept, ...separatedText({ value, pointer }, conversion) };
  return { ...kept, ...style, schema: schemaOf(value) };
}

/** Returns the schema of a value that Swagger 2.0 describes beside `in`. */
export function schemaOf(parameter: JsonObject): JsonObject {
  const entries = Object.entries(parameter).filter(([name]) => !OWN_FIELDS.has(name) && !name.startsWith('x-'));
  const isNullable = parameter['x-nullable'] === true;
  return { ...Object.fromEntries(entries), ...(isNullable && { nullable: true }) };
}

const STYLES: { readonly [format: string]: JsonObject } = {
  csv: { style: 'form', explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
};

/** Returns the style of a list, `undefined` if OpenAPI 3 has none for its separator (OAS 3.0.4, section 4.7.12.2). */
export function arrayStyle(parameter: JsonObject, location: string, conversion: Conversion): JsonObject | undefined {
  const stated = stringMember(parameter, 'collectionFormat');
  const format = stated ?? (conversion.isSwagger ? 'csv' : undefined);
  if (format === undefined) return {};
  if (location === 'query' || location === 'formData')
    return Object.hasOwn(STYLES, format) ? STYLES[format] : undefined;
  return format === 'csv' || format === 'multi' ? { style: 'simple' } : undefined;
}

const SEPARATORS: { readonly [format: string]: string } = { ssv: 'spaces', tsv: 'tabs', pipes: '"|"' };

/** Describes a list with a separator that OpenAPI 3 cannot express as a text that the caller separates. */
function separatedText({ value, pointer }: Located<JsonObject>, conversion: Conversion): JsonObject {
  const format = stringMember(value, 'collectionFormat') ?? '';
  const separator = SEPARATORS[format] ?? `the format "${format}"`;
  const name = stringMember(value, 'name') ?? '';
  const message = `OpenAPI 3 cannot express the collectionFormat "${format}" of the parameter "${name}"; callers send a text with the items separated by ${separator}`;
  reportLoss(conversion, message, pointer);
  const description = [stringMember(value, 'description'), `A list of items, separated by ${separator}.`];
  return { description: description.filter(Boolean).join(' '), schema: { type: 'string' } };
}
