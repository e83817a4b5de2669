import { type JsonObject, type JsonValue, isObject, listMember, mapMembers, member, objectMember } from '../document/json.js';
import { areNullsClear } from './can-null-mean-omitted.js';
import { mergedObject } from '../arguments/merged-object.js';
import { isCommonPattern } from './patterns.js';
import { ABOUT, TOLD, describedWith, said } from '../schema/annotations.js';
import { typesOf, valuesOf } from '../schema/subschemas.js';
import { MOST_LEVELS, MOST_PROPERTIES, isWithinLimits } from './strict-limits.js';

/**
 * The schema of arguments in the subset that OpenAI binds a model to (`strict: true`, "Structured Outputs").
 *
 * Of the calls that the document describes none is lost: what the subset cannot say is said in descriptions, and what it
 * allows beyond is refused when the call is checked. All properties are required there, so an optional one may be null, which
 * `withoutLeftOutNulls` reads as left out.
 *
 * @returns `undefined` where that cannot be: values of any kind, objects whose properties the document leaves open,
 *   conditions, optional properties that may be null as well, and whatever exceeds OpenAI's limits
 */
export function strictSchema(argumentsSchema: JsonObject): JsonObject | undefined {
  const schema = new StrictWriter(argumentsSchema).write();
  return schema && isWithinLimits(schema) && areNullsClear(argumentsSchema) ? schema : undefined;
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

const KNOWN = new Set([...ABOUT, 'type', 'enum', 'const', ...Object.values(KEYWORDS).flat()]);
/** What is told of a value wherever it is not written. */
const TELLABLE = [...TOLD, ...BOUNDS, 'pattern', 'format'];

const FORMATS = new Set(['date', 'date-time', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'time', 'uuid']);

type Written = JsonObject | undefined;

class StrictWriter {
  readonly #root: JsonObject;
  #properties = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  write(): Written {
    const { $defs: definitions, ...parameters } = this.#root;
    const root = this.#schema(parameters, 0);
    const $defs =
      root && this.#map(isObject(definitions) ? definitions : {}, (definition) => this.#schema(definition, 1));
    return $defs && (Object.keys($defs).length > 0 ? { ...root, $defs } : root);
  }

  #schema(schema: JsonValue, level: number): Written {
    if (!isObject(schema) || level > MOST_LEVELS) return undefined;
    const { $ref, allOf, anyOf, oneOf, ...beside } = schema;
    const composed = [$ref, allOf, anyOf, oneOf].filter((value) => value !== undefined);
    if (composed.length === 0) return this.#value(schema, level);
    if (composed.length > 1) return undefined;
    if (allOf !== undefined) return this.#whole(schema, level);
    if (!isAbout(beside)) return undefined;
    // A value that has two forms of a `oneOf` is refused when the call is checked.
    return $ref === undefined ? this.#union(beside, [anyOf ?? oneOf ?? []].flat(), level) : reference(beside, $ref);
  }

  /** `allOf` is an object in parts, or the way in which 3.0 says something about a reference. */
  #whole(schema: JsonObject, level: number): Written {
    const merged = mergedObject(this.#root, schema);
    if (merged !== undefined) return this.#value(merged, level);
    const { allOf, ...beside } = schema;
    const [part, ...others] = [allOf ?? []].flat();
    const isOne = isObject(part) && others.length === 0 && isAbout(beside);
    return isOne ? this.#schema({ ...part, ...beside }, level + 1) : undefined;
  }

  #union(beside: JsonObject, alternatives: JsonValue[], level: number): Written {
    const anyOf = alternatives.map((alternative) => this.#schema(alternative, level + 1));
    return anyOf.every(isObject) ? { ...describedWith(beside, said(beside, TOLD)), anyOf } : undefined;
  }

  /** A schema that is not made of others. Each of the types that it names is an alternative. */
  #value(schema: JsonObject, level: number): Written {
    if (!Object.keys(schema).every((keyword) => KNOWN.has(keyword))) return undefined;
    const types = possibleTypes(schema);
    const [type, ...others] = types.filter((each) => each !== 'null');
    if (type === undefined) return types.length > 0 ? { ...describedWith(schema, []), type: 'null' } : undefined;
    if (others.length > 0) {
      const alternatives = types.map((each) => ofType(schema, each));
      return this.#union(Object.fromEntries(said(schema, ABOUT)), alternatives, level);
    }
    const written = this.#valueOfType(schema, type, level);
    return written && types.includes('null') ? orNull(written) : written;
  }

  #valueOfType(schema: JsonObject, type: string, level: number): Written {
    const values = valuesOf(schema)?.filter((value) => isOfType(value, type));
    if (values !== undefined && (type === 'object' || type === 'array')) return undefined;
    const content = this.#content(Object.fromEntries(said(schema, KEYWORDS[type] ?? [])), type, level);
    if (content === undefined) return undefined;
    const left = TELLABLE.filter((keyword) => !(keyword in content));
    return {
      ...describedWith(schema, said(schema, left)),
      type,
      ...(values && { enum: [...new Set(values)] }),
      ...content,
    };
  }

  #content(keywords: JsonObject, type: string, level: number): Written {
    if (type === 'object') return this.#object(keywords, level);
    if (type === 'array') {
      const items = this.#schema(keywords['items'] ?? true, level + 1);
      return items && { ...keywords, items };
    }
    const { pattern, format } = keywords;
    if (typeof pattern === 'string' && !isCommonPattern(pattern)) delete keywords['pattern'];
    if (typeof format === 'string' && !FORMATS.has(format)) delete keywords['format'];
    return keywords;
  }

  /** A document that lists properties and says nothing of others describes only calls without them. */
  #object(keywords: JsonObject, level: number): Written {
    const own = objectMember(keywords, 'properties') ?? {};
    const names = Object.keys(own);
    const required = listMember(keywords, 'required') ?? [];
    const isOpen = member(keywords, 'additionalProperties') ?? names.length === 0;
    if (isOpen !== false || !required.every((name) => Object.hasOwn(own, name as string))) return undefined;
    // Parts that are shared become many, so it is not enough to count them in the end.
    this.#properties += names.length;
    if (this.#properties > MOST_PROPERTIES) return undefined;
    const properties = this.#map(own, (property, name) => {
      const written = this.#schema(property, level + 1);
      return written && !required.includes(name) ? orNull(written) : written;
    });
    return properties && { properties, required: names, additionalProperties: false };
  }

  #map(
    schemas: JsonObject,
    write: (schema: JsonValue, name: string) => Written,
  ): { [name: string]: JsonObject } | undefined {
    const written = mapMembers(schemas, write);
    const isWhole = (map: { [name: string]: Written }): map is { [name: string]: JsonObject } =>
      Object.values(map).every(isObject);
    return isWhole(written) ? written : undefined;
  }
}

function isAbout(beside: JsonObject): boolean {
  return Object.keys(beside).every((keyword) => (ABOUT as readonly string[]).includes(keyword));
}

/** A reference stands alone, so what is said of it stands around it. */
function reference(beside: JsonObject, $ref: JsonValue): JsonObject {
  const described = describedWith(beside, said(beside, TOLD));
  return Object.keys(described).length === 0 ? { $ref } : { ...described, anyOf: [{ $ref }] };
}

/** The types that a schema names, as far as there are values of them. */
function possibleTypes(schema: JsonObject): string[] {
  const values = valuesOf(schema);
  const named = typesOf(schema);
  const types = new Set((named.length > 0 ? named : (values ?? []).map(typeOf)) as string[]);
  if (types.has('number')) types.delete('integer');
  return [...types].filter((type) => values?.some((value) => isOfType(value, type)) ?? true);
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isOfType(value: JsonValue, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;
}

/** What a schema says of values of one type. */
function ofType(schema: JsonObject, type: string): JsonObject {
  return { type, ...Object.fromEntries(said(schema, ['enum', 'const', ...(KEYWORDS[type] ?? [])])) };
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
