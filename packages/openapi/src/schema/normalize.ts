import { type OpenApiVersion } from '../document/document.js';
import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  member,
  pointerTo,
  stringMember,
} from '../document/json.js';
import { type SchemaKeyword, mapSchemas, schemaKeyword } from '../document/schema-keywords.js';
import { FILE_REFERENCES } from '../operations/files.js';
import { isPattern } from '../patterns/validity.js';
import { withFittingEnum } from './enum-types.js';
import { FILE, fileArgument } from './file-schema.js';
import { plainKeyword } from './keywords.js';
import { SchemaReferences, isUnrestricted, readOnlyProperties } from './definitions.js';

type Schema = JsonObject | boolean;

/**
 * Converts Schema Objects of a document to one JSON Schema 2020-12 with its own `$defs`.
 *
 * `nullable`, boolean `exclusiveMinimum` and `example` of 3.0 are translated. Only keywords of JSON Schema with valid values are kept, so
 * that no document makes a validator throw. `discriminator`, `xml` and extensions do not affect validity and are dropped.
 */
export class SchemaNormalizer {
  readonly #root: JsonObject;
  readonly #version: OpenApiVersion;
  readonly #files: ReadonlySet<string>;
  readonly #references: SchemaReferences;

  /** @param files the pointers of schemas that describe files; the schema of a file argument replaces them */
  constructor(root: JsonObject, version: OpenApiVersion, files: ReadonlySet<string> = new Set()) {
    this.#root = root;
    this.#version = version;
    this.#files = files;
    this.#references = new SchemaReferences(root);
  }

  /** Normalizes a schema of the document. The result is complete after the call of {@link definitions}. */
  normalize(place: Located): JsonObject {
    this.#references.startReading(place.pointer);
    const schema = this.#read(place);
    if (isObject(schema)) return schema;
    return schema ? {} : { not: {} };
  }

  /** Returns the `$defs` of all schemas normalized so far. Call it once, at the end. */
  definitions(): JsonObject {
    return this.#references.inlineSingleUses((target) => this.#read(target));
  }

  #read({ value, pointer }: Located): Schema {
    return this.#schema(value, pointer, pointer);
  }

  /** @param owner the pointer of the definition that this schema is part of, as long as both apply to the same value */
  #schema(value: JsonValue, pointer: string, owner: string | undefined): Schema {
    if (typeof value === 'boolean') return value;
    if (this.#files.has(pointer)) return this.#file(value, pointer);
    if (!isObject(value)) return {};
    const schema = withFittingEnum(withNumericBounds(value));
    const reference = stringMember(schema, '$ref');
    if (reference === undefined) return withNull(schema, this.#keywords(schema, pointer, owner));
    // 3.0 ignores everything beside `$ref`; a description is kept because it helps a model.
    const { $ref: _, ...beside } = this.#version === '3.0' ? { description: schema['description'] ?? null } : schema;
    const siblings = this.#keywords(beside as JsonObject, pointer, owner);
    return withNull(schema, this.#references.refer(reference, siblings, pointer, owner));
  }

  #file(schema: JsonValue, pointer: string): JsonObject {
    return fileArgument(this.#references.referToBuiltIn(FILE, pointer), stringMember(schema, 'description'));
  }

  #keywords(schema: JsonObject, pointer: string, owner: string | undefined): JsonObject {
    const entries = Object.entries(schema).flatMap(([keyword, value]): [string, JsonValue][] => {
      const read = this.#keyword(keyword, value, pointerTo(pointer, keyword), owner);
      return read === undefined ? [] : [[keyword, read]];
    });
    const result: JsonObject = Object.fromEntries(entries);
    if (Array.isArray(result['items'])) {
      // Before 2020-12 a list under `items` was a tuple.
      result['prefixItems'] = result['items'];
      delete result['items'];
    }
    // "Exactly one" cannot be checked if an alternative is unknown.
    if (Array.isArray(result['oneOf']) && result['oneOf'].some(isUnrestricted)) delete result['oneOf'];
    if (Array.isArray(result['required'])) {
      const readOnly = readOnlyProperties(this.#root, schema);
      result['required'] = result['required'].filter((name) => !readOnly.has(name as string));
    }
    if (isObject(result['dependentSchemas'])) {
      result['allOf'] = [...((result['allOf'] ?? []) as JsonValue[]), ...conditions(result['dependentSchemas'])];
      delete result['dependentSchemas'];
    }
    const example = member(schema, 'example');
    if (example !== undefined) result['examples'] ??= [example];
    return result;
  }

  #keyword(name: string, value: JsonValue, pointer: string, owner: string | undefined): JsonValue | undefined {
    const keyword = schemaKeyword(name);
    if (keyword === undefined) return plainKeyword(name, value);
    const { shape, isApplicator, inPlace, patternKeys } = keyword;
    if (!isApplicator || !hasShape(value, name === 'items' ? ['one', 'list'] : [shape])) return undefined;
    const isMap = shape === 'map' && isObject(value);
    const schemas = isMap && patternKeys ? withPatternKeys(value) : value;
    const normalized = mapSchemas(keyword, schemas, (schema, ...path) => {
      const place = pointerTo(pointer, ...path);
      if (isMap && path[0] === FILE_REFERENCES) return this.#fileReferences(schema, place);
      return this.#schema(schema, place, inPlace ? owner : undefined);
    });
    // An unresolved reference allows anything; under `not` and `if` that would reverse its meaning.
    const isUnresolved = shape === 'one' && member(value, '$ref') !== undefined && isUnrestricted(normalized);
    return isUnresolved ? undefined : normalized;
  }

  /** Documents describe ChatGPT's files as strings, although ChatGPT sends objects. */
  #fileReferences(schema: JsonValue, pointer: string): Schema {
    const normalized = this.#schema(schema, pointer, undefined);
    if (!isObject(normalized) || normalized['type'] !== 'array' || this.#files.has(pointerTo(pointer, 'items'))) {
      return normalized;
    }
    return {
      ...normalized,
      items: { anyOf: [this.#references.referToBuiltIn(FILE, pointer), normalized['items'] ?? {}] },
    };
  }
}

/** Whether the value of a keyword has one of its possible shapes. An empty list is invalid. */
function hasShape(value: JsonValue, shapes: readonly SchemaKeyword['shape'][]): boolean {
  if (Array.isArray(value)) return shapes.includes('list') && value.length > 0;
  if (isObject(value)) return shapes.includes('one') || shapes.includes('map');
  return typeof value === 'boolean' && shapes.includes('one');
}

function withPatternKeys(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).filter(([pattern]) => isPattern(pattern)));
}

/** Rewrites `dependentSchemas`: Ajv mistakes its map for a schema, and a property named `properties` in it for the keyword. */
function conditions(schemas: JsonObject): JsonObject[] {
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return Object.entries(schemas).map(([name, schema]) => ({ if: { required: [name] }, then: schema }));
}

/** Converts `minimum: 1, exclusiveMinimum: true` of 3.0 to `exclusiveMinimum: 1`. */
function withNumericBounds(schema: JsonObject): JsonObject {
  const result = { ...schema };
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (schema[exclusive] !== true || typeof schema[bound] !== 'number') continue;
    result[exclusive] = schema[bound];
    delete result[bound];
  }
  return result;
}

/** Keywords that may reject null although `type` allows it. */
const COMPOSING_KEYWORDS = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'const', 'if'];

/** Applies `nullable: true` of 3.0, also beside `$ref` or `allOf`, where the standard ignores it and authors expect it to work. */
function withNull(source: JsonObject, schema: JsonObject): JsonObject {
  if (source['nullable'] !== true) return schema;
  if (COMPOSING_KEYWORDS.some((keyword) => Object.hasOwn(schema, keyword)))
    return { anyOf: [schema, { type: 'null' }] };
  const { type, enum: values } = schema;
  if (typeof type === 'string') schema['type'] = [type, 'null'];
  if (Array.isArray(type) && !type.includes('null')) schema['type'] = [...type, 'null'];
  if (Array.isArray(values) && !values.includes(null)) schema['enum'] = [...values, null];
  return schema;
}
