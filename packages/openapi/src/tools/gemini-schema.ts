import {
  type JsonObject,
  type JsonValue,
  isObject,
  listMember,
  mapMembers,
  member,
  objectMember,
} from '../document/json.js';
import { isNumber } from '../numbers/exact-number.js';
import { DESCRIBABLE, describeWith, pick } from '../schema/annotations.js';
import { definitionOf, typesOf, valuesOf } from '../schema/argument-schemas.js';
import { withDigitStrings } from './digit-strings.js';

/** Gemini rejects declarations that are nested too deeply, without documenting the limit. */
const MAX_LEVELS = 16;
/** Inlined references multiply schemas; later ones are cut to their types. */
const MAX_SCHEMAS = 2_000;

/** Formats by type; Gemini rejects others. */
const FORMATS: { readonly [type: string]: readonly string[] } = {
  string: ['date-time'],
  number: ['float', 'double'],
  integer: ['int32', 'int64'],
};

const KEYWORDS: { readonly [type: string]: readonly string[] } = {
  array: ['minItems', 'maxItems'],
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
};

/** Keywords that are described if they are not kept. */
const REMARKS = [
  ...DESCRIBABLE,
  'enum',
  'const',
  'format',
  'pattern',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'additionalProperties',
];

const SCALARS: JsonObject[] = ['string', 'number', 'boolean', 'object'].map((type) => ({ type }));
/** A value of any type; Gemini has no schema without a type. */
const ANY: JsonObject = { anyOf: [...SCALARS, { type: 'array', items: { anyOf: SCALARS } }] };

/**
 * Converts the schema of arguments to Gemini's `Schema`, a subset of OpenAPI 3.0's: references are inlined, types with null are `nullable`,
 * alternatives have no other fields beside them, and what the subset lacks moves to descriptions.
 *
 * Recursive schemas end where they repeat, others at a depth or size limit. There and for conditions the result allows more than the original,
 * against which calls are checked.
 */
export function geminiSchema(argumentsSchema: JsonObject): JsonObject {
  return new GeminiConverter(argumentsSchema).write();
}

class GeminiConverter {
  readonly #root: JsonObject;
  #schemas = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  write(): JsonObject {
    return this.#schema(this.#root, []);
  }

  /** @param path the definitions and schemas around this one */
  #schema(given: JsonValue, path: readonly JsonObject[]): JsonObject {
    if (!isObject(given)) return ANY;
    const parts = this.#partsOf(given);
    const merged = withDigitStrings(parts.length > 1 ? merge(parts) : given);
    this.#schemas++;
    const isCut = parts.some((part) => path.includes(part)) || path.length > MAX_LEVELS || this.#schemas > MAX_SCHEMAS;
    return isCut && !isScalar(merged) ? outline(merged) : this.#value(merged, [...path, ...parts]);
  }

  #value(schema: JsonObject, path: readonly JsonObject[]): JsonObject {
    const values = valuesOf(schema);
    const types = values && member(schema, 'type') === undefined ? typesOfValues(values) : typesOf(schema);
    const isNullable = types.includes('null') || (values?.includes(null) ?? false);
    const alternatives = listMember(schema, 'anyOf') ?? listMember(schema, 'oneOf');
    if (alternatives !== undefined && !types.includes('object'))
      return this.#union(schema, alternatives, (each) => this.#schema(each, path));
    const [type, ...others] = types.filter((each) => each !== 'null');
    if (type === undefined)
      return types.length > 0
        ? withDescription({ type: 'string', nullable: true }, schema)
        : withDescription(ANY, schema);
    if (others.length > 0) {
      const split = types.map((each) => (each === 'null' ? { type: each } : ofType(schema, each)));
      return this.#union(pickText(schema), split, (each) => this.#value(each as JsonObject, path));
    }
    const content = { type, ...(isNullable && { nullable: true }), ...this.#content(schema, String(type), path) };
    const left = REMARKS.filter((keyword) => !(keyword in content) && !(keyword === 'const' && 'enum' in content));
    const remarks = pick(schema, left).filter(([name, value]) => name !== 'additionalProperties' || value !== false);
    return { ...content, ...describeWith(schema, remarks) };
  }

  #content(schema: JsonObject, type: string, path: readonly JsonObject[]): JsonObject {
    const format = member(schema, 'format');
    return {
      ...Object.fromEntries(pick(schema, KEYWORDS[type] ?? []).filter(([, value]) => isNumber(value))),
      ...(FORMATS[type]?.some((each) => each === format) && { format }),
      ...(type === 'string' && enumOf(schema)),
      ...(type === 'array' && { items: this.#items(schema, path) }),
      ...(type === 'object' && this.#object(schema, path)),
    } as JsonObject;
  }

  #object(schema: JsonObject, path: readonly JsonObject[]): JsonObject {
    const properties = mapMembers(objectMember(schema, 'properties') ?? {}, (property) => this.#schema(property, path));
    if (Object.keys(properties).length === 0) return {};
    const required = (listMember(schema, 'required') ?? []).filter((name) => Object.hasOwn(properties, String(name)));
    return { properties, ...(required.length > 0 && { required: [...new Set(required)] }) };
  }

  #items(schema: JsonObject, path: readonly JsonObject[]): JsonObject {
    const tuple = listMember(schema, 'prefixItems');
    return this.#schema(tuple === undefined ? (schema['items'] ?? true) : { anyOf: tuple }, path);
  }

  /** Writes alternatives. No field may stand beside them, so the first one has the description. */
  #union(
    schema: JsonObject,
    alternatives: readonly JsonValue[],
    write: (alternative: JsonValue) => JsonObject,
  ): JsonObject {
    const isNull = (alternative: JsonValue) => member(alternative, 'type') === 'null';
    const written = alternatives
      .filter((alternative) => !isNull(alternative))
      .map(write)
      .flatMap((alternative) => (listMember(alternative, 'anyOf') as JsonObject[] | undefined) ?? [alternative]);
    const isNullable = alternatives.some(isNull);
    const all = written.map((alternative) => (isNullable ? { ...alternative, nullable: true } : alternative));
    const [only] = all;
    if (only === undefined) return ANY;
    return withDescription(all.length === 1 ? only : { anyOf: all }, schema);
  }

  /** Returns a schema and what it refers to or is composed of, itself first. */
  #partsOf(schema: JsonObject): JsonObject[] {
    const parts = new Set([schema]);
    for (const part of parts) {
      if (parts.size > MAX_SCHEMAS) break;
      for (const other of [definitionOf(this.#root, part), ...(listMember(part, 'allOf') ?? [])])
        if (isObject(other)) parts.add(other);
    }
    return [...parts];
  }
}

/** Merges schemas that all apply. Keywords of earlier ones take precedence, so the result may allow more. */
function merge(parts: readonly JsonObject[]): JsonObject {
  const { $ref: _, allOf: __, ...merged } = Object.assign({}, ...parts.toReversed()) as JsonObject;
  const properties = Object.assign({}, ...parts.toReversed().map((part) => objectMember(part, 'properties') ?? {}));
  const required = parts.flatMap((part) => listMember(part, 'required') ?? []);
  return Object.keys(properties).length > 0 ? { ...merged, properties, required } : merged;
}

/** Writes a schema without its parts. */
function outline(schema: JsonObject): JsonObject {
  const types = typesOf(schema);
  const type = ['object', 'array'].find((each) => types.includes(each));
  if (type === undefined) return withDescription(ANY, schema);
  const items = type === 'array' && { items: ANY };
  return withDescription({ type, ...(types.includes('null') && { nullable: true }), ...items }, schema);
}

/** Returns whether a schema has no parts, so that it can be written wherever it is. */
function isScalar(schema: JsonObject): boolean {
  const types = typesOf(schema);
  const isComposed = 'anyOf' in schema || 'oneOf' in schema;
  return types.length > 0 && !types.includes('object') && !types.includes('array') && !isComposed;
}

function withDescription(written: JsonObject, schema: JsonObject): JsonObject {
  const { description } = describeWith(schema, pick(schema, DESCRIBABLE));
  if (description === undefined) return written;
  const [first, ...others] = listMember(written, 'anyOf') ?? [];
  if (!isObject(first)) return { ...written, description: joined(description, written['description']) };
  return { anyOf: [{ ...first, description: joined(description, first['description']) }, ...others] };
}

function joined(...texts: (JsonValue | undefined)[]): string {
  return [...new Set(texts.filter((text) => typeof text === 'string'))].join(' ');
}

function pickText(schema: JsonObject): JsonObject {
  return Object.fromEntries(pick(schema, ['title', 'description']));
}

/** Returns a schema for one of its types. Formats of other types are left out. */
function ofType(schema: JsonObject, type: JsonValue): JsonObject {
  const { title: _, description: __, format, ...others } = schema;
  const isOfType = FORMATS[String(type)]?.some((each) => each === format);
  return { ...others, type, ...(isOfType && format !== undefined && { format }) };
}

/** Gemini accepts enums of strings that are not empty. */
function enumOf(schema: JsonObject): JsonObject {
  const values = valuesOf(schema)?.filter((value) => value !== null) ?? [];
  const isAccepted = values.length > 0 && values.every((value) => typeof value === 'string' && value !== '');
  return isAccepted ? { enum: [...new Set(values)] } : {};
}

function typesOfValues(values: readonly JsonValue[]): JsonValue[] {
  const typeOf = (value: JsonValue) => {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'array';
    return isNumber(value) ? 'number' : typeof value;
  };
  return [...new Set(values.map(typeOf))];
}
