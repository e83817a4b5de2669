import {
  type JsonObject,
  type JsonValue,
  isObject,
  listMember,
  mapMembers,
  member,
  objectMember,
} from '../document/json.js';
import { isInteger, isNumber } from '../numbers/exact-number.js';
import { withDigitStrings } from './digit-strings.js';
import { canNullMeanOmitted } from './null-meaning.js';
import { mergedObject } from '../arguments/merged-object.js';
import { isPortablePattern } from './patterns.js';
import { ANNOTATIONS, DESCRIBABLE, describeWith, pick } from '../schema/annotations.js';
import { typesOf, valuesOf } from '../schema/argument-schemas.js';
import { MAX_LEVELS, MAX_PROPERTIES, isWithinLimits } from './strict-limits.js';

/**
 * Converts the schema of arguments to the subset that OpenAI enforces (`strict: true`, "Structured Outputs").
 *
 * The result allows every valid call. Unsupported keywords move to descriptions, and calls are checked against the original schema. The subset
 * requires all properties, so an optional property may be null, which `removeOmittedNulls` removes.
 *
 * @returns `undefined` if the subset cannot express the schema: values of any type, objects with arbitrary properties, conditions, optional
 *   properties that may also be null, or more than OpenAI's limits
 */
export function strictSchema(argumentsSchema: JsonObject): JsonObject | undefined {
  const schema = new StrictConverter(argumentsSchema).write();
  return schema && isWithinLimits(schema) && canNullMeanOmitted(argumentsSchema) ? schema : undefined;
}

const BOUNDS = ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'multipleOf'];

/** The keywords of the subset by type, beside `type`, `enum` and `description`. */
const KEYWORDS: { readonly [type: string]: readonly string[] } = {
  array: ['items', 'minItems', 'maxItems'],
  integer: BOUNDS,
  number: BOUNDS,
  object: ['properties', 'required', 'additionalProperties'],
  string: ['pattern', 'format'],
};

const KNOWN = new Set([...ANNOTATIONS, 'type', 'enum', 'const', ...Object.values(KEYWORDS).flat()]);
/** Keywords that are described if they are not kept. */
const DESCRIBABLE_KEYWORDS = [...DESCRIBABLE, ...BOUNDS, 'pattern', 'format'];

const FORMATS = new Set(['date', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'time', 'uuid']);

type StrictSchema = JsonObject | undefined;

class StrictConverter {
  readonly #root: JsonObject;
  #properties = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  write(): StrictSchema {
    const { $defs: definitions, ...parameters } = this.#root;
    const root = this.#schema(parameters, 0);
    const $defs =
      root && this.#map(isObject(definitions) ? definitions : {}, (definition) => this.#schema(definition, 1));
    return $defs && (Object.keys($defs).length > 0 ? { ...root, $defs } : root);
  }

  #schema(schema: JsonValue, level: number): StrictSchema {
    if (!isObject(schema) || level > MAX_LEVELS) return undefined;
    const { $ref, allOf, anyOf, oneOf, ...beside } = schema;
    const composed = [$ref, allOf, anyOf, oneOf].filter((value) => value !== undefined);
    if (composed.length === 0) return this.#value(schema, level);
    if (composed.length > 1) return undefined;
    if (allOf !== undefined) return this.#allOf(schema, level);
    if (!hasOnlyAnnotations(beside)) return undefined;
    return $ref === undefined ? this.#union(beside, [anyOf ?? oneOf ?? []].flat(), level) : reference(beside, $ref);
  }

  /** `allOf` composes an object, or describes a reference as in 3.0. */
  #allOf(schema: JsonObject, level: number): StrictSchema {
    const merged = mergedObject(this.#root, schema);
    if (merged !== undefined) return this.#value(merged, level);
    const { allOf, ...beside } = schema;
    const [part, ...others] = [allOf ?? []].flat();
    const isOne = isObject(part) && others.length === 0 && hasOnlyAnnotations(beside);
    return isOne ? this.#schema({ ...part, ...beside }, level + 1) : undefined;
  }

  #union(beside: JsonObject, alternatives: JsonValue[], level: number): StrictSchema {
    const anyOf = alternatives.map((alternative) => this.#schema(alternative, level + 1));
    return anyOf.every(isObject) ? { ...describeWith(beside, pick(beside, DESCRIBABLE)), anyOf } : undefined;
  }

  /** Converts a schema without references and compositions. Each of its types becomes an alternative. */
  #value(given: JsonObject, level: number): StrictSchema {
    const schema = withDigitStrings(given);
    if (!Object.keys(schema).every((keyword) => KNOWN.has(keyword))) return undefined;
    const types = possibleTypes(schema);
    const [type, ...others] = types.filter((each) => each !== 'null');
    if (type === undefined) return types.length > 0 ? { ...describeWith(schema, []), type: 'null' } : undefined;
    if (others.length > 0) {
      const alternatives = types.map((each) => ofType(schema, each));
      return this.#union(Object.fromEntries(pick(schema, ANNOTATIONS)), alternatives, level);
    }
    const written = this.#valueOfType(schema, type, level);
    return written && types.includes('null') ? orNull(written) : written;
  }

  #valueOfType(schema: JsonObject, type: string, level: number): StrictSchema {
    const values = valuesOf(schema)?.filter((value) => isOfType(value, type));
    if (values !== undefined && (type === 'object' || type === 'array')) return undefined;
    const content = this.#content(Object.fromEntries(pick(schema, KEYWORDS[type] ?? [])), type, level);
    if (content === undefined) return undefined;
    const left = DESCRIBABLE_KEYWORDS.filter((keyword) => !(keyword in content));
    return {
      ...describeWith(schema, pick(schema, left)),
      type,
      ...(values && { enum: [...new Set(values)] }),
      ...content,
    };
  }

  #content(keywords: JsonObject, type: string, level: number): StrictSchema {
    if (type === 'object') return this.#object(keywords, level);
    if (type === 'array') {
      const items = this.#schema(keywords['items'] ?? true, level + 1);
      return items && { ...keywords, items };
    }
    const { pattern, format } = keywords;
    if (typeof pattern === 'string' && !isPortablePattern(pattern)) delete keywords['pattern'];
    if (typeof format === 'string' && !FORMATS.has(format)) delete keywords['format'];
    return keywords;
  }

  /** An object that lists properties without `additionalProperties` is treated as closed. */
  #object(keywords: JsonObject, level: number): StrictSchema {
    const own = objectMember(keywords, 'properties') ?? {};
    const names = Object.keys(own);
    const required = listMember(keywords, 'required') ?? [];
    const isOpen = member(keywords, 'additionalProperties') ?? names.length === 0;
    if (isOpen !== false || !required.every((name) => Object.hasOwn(own, name as string))) return undefined;
    // Count while converting, because shared parts multiply.
    this.#properties += names.length;
    if (this.#properties > MAX_PROPERTIES) return undefined;
    const properties = this.#map(own, (property, name) => {
      const written = this.#schema(property, level + 1);
      return written && !required.includes(name) ? orNull(written) : written;
    });
    return properties && { properties, required: names, additionalProperties: false };
  }

  #map(
    schemas: JsonObject,
    write: (schema: JsonValue, name: string) => StrictSchema,
  ): { [name: string]: JsonObject } | undefined {
    const written = mapMembers(schemas, write);
    const isWhole = (map: { [name: string]: StrictSchema }): map is { [name: string]: JsonObject } =>
      Object.values(map).every(isObject);
    return isWhole(written) ? written : undefined;
  }
}

function hasOnlyAnnotations(beside: JsonObject): boolean {
  return Object.keys(beside).every((keyword) => (ANNOTATIONS as readonly string[]).includes(keyword));
}

/** A reference must stand alone, so its description is put around it. */
function reference(beside: JsonObject, $ref: JsonValue): JsonObject {
  const described = describeWith(beside, pick(beside, DESCRIBABLE));
  return Object.keys(described).length === 0 ? { $ref } : { ...described, anyOf: [{ $ref }] };
}

/** Returns the types of a schema that at least one of its values has. */
function possibleTypes(schema: JsonObject): string[] {
  const values = valuesOf(schema);
  const named = typesOf(schema);
  const types = new Set((named.length > 0 ? named : (values ?? []).map(typeOf)) as string[]);
  if (types.has('number')) types.delete('integer');
  return [...types].filter((type) => values?.some((value) => isOfType(value, type)) ?? true);
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (isNumber(value)) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isOfType(value: JsonValue, type: string): boolean {
  return type === 'integer' ? isInteger(value) : typeOf(value) === type;
}

/** Returns the keywords of a schema that apply to values of one type. */
function ofType(schema: JsonObject, type: string): JsonObject {
  return { type, ...Object.fromEntries(pick(schema, ['enum', 'const', ...(KEYWORDS[type] ?? [])])) };
}

const SCALARS: readonly JsonValue[] = ['boolean', 'integer', 'number', 'string'];

function orNull(schema: JsonObject): JsonObject {
  const { description, ...content } = schema;
  const { type, enum: values, anyOf } = content;
  if (type === 'null' || Array.isArray(type)) return schema;
  if (type !== undefined && SCALARS.includes(type)) {
    return { ...schema, type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }) };
  }
  const alternatives = Array.isArray(anyOf) ? anyOf : [content];
  if (alternatives.some((alternative) => member(alternative, 'type') === 'null')) return schema;
  return { ...(description !== undefined && { description }), anyOf: [...alternatives, { type: 'null' }] };
}
