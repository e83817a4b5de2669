import { type OpenApiVersion } from '../document/document.js';
import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  mapMembers,
  member,
  pointerTo,
  stringMember,
} from '../document/json.js';
import { isPattern, plainKeyword, schemaKind } from './keywords.js';
import { FILE_REFERENCES } from '../operations/files.js';
import { withFittingEnum } from './enum-types.js';
import { FILE, sentFile } from './file-schema.js';
import { SchemaReferences, allowsAnything, readOnlyProperties } from './definitions.js';

type Schema = JsonObject | boolean;

/**
 * Turns Schema Objects of a document into one JSON Schema 2020-12 with its own `$defs`.
 *
 * Of 3.0's dialect `nullable`, boolean `exclusiveMinimum` and `example` are put into today's words. Only keywords that
 * JSON Schema knows survive, and only with values that they can have, so that no document makes a validator throw.
 * `discriminator`, `xml` and extensions are left out: they say nothing about what is valid.
 */
export class SchemaNormalizer {
  readonly #root: JsonObject;
  readonly #version: OpenApiVersion;
  readonly #files: ReadonlySet<string>;
  readonly #references: SchemaReferences;

  /** @param files where schemas of files stand, in whose place an argument gives a file */
  constructor(root: JsonObject, version: OpenApiVersion, files: ReadonlySet<string> = new Set()) {
    this.#root = root;
    this.#version = version;
    this.#files = files;
    this.#references = new SchemaReferences(root);
  }

  /** The schema that stands at a place of the document; it is complete once {@link definitions} was called. */
  normalize(place: Located): JsonObject {
    const schema = this.#read(place);
    if (isObject(schema)) return schema;
    return schema ? {} : { not: {} };
  }

  /** The `$defs` of all schemas normalized so far. Call it once, after the last. */
  definitions(): JsonObject {
    return this.#references.settle((target) => this.#read(target));
  }

  #read({ value, pointer }: Located): Schema {
    return this.#schema(value, pointer, pointer);
  }

  /** @param owner where the schema stands that this one is a part of, as long as both apply to the same value */
  #schema(value: JsonValue, pointer: string, owner: string | undefined): Schema {
    if (typeof value === 'boolean') return value;
    if (this.#files.has(pointer)) return this.#file(value);
    if (!isObject(value)) return {};
    const schema = withFittingEnum(withNumericBounds(value));
    const reference = stringMember(schema, '$ref');
    if (reference === undefined) return withNull(schema, this.#keywords(schema, pointer, owner));
    // In 3.0 nothing beside a `$ref` counts; a description does no harm and helps a model.
    const { $ref: _, ...beside } = this.#version === '3.0' ? { description: schema['description'] ?? null } : schema;
    const siblings = this.#keywords(beside as JsonObject, pointer, owner);
    return withNull(schema, this.#references.refer(reference, siblings, owner));
  }

  #file(schema: JsonValue): JsonObject {
    return sentFile(this.#references.referToOwn(FILE), stringMember(schema, 'description'));
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
    // "Exactly one" cannot be told where one alternative is not known.
    if (Array.isArray(result['oneOf']) && result['oneOf'].some(allowsAnything)) delete result['oneOf'];
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

  #keyword(keyword: string, value: JsonValue, pointer: string, owner: string | undefined): JsonValue | undefined {
    const kind = schemaKind(keyword);
    if (kind === undefined) return plainKeyword(keyword, value);
    const within = kind.endsWith('in place') ? owner : undefined;
    if (Array.isArray(value)) {
      const isList = kind.startsWith('schemas') || keyword === 'items';
      return isList && value.length > 0
        ? value.map((item, index) => this.#schema(item, pointerTo(pointer, index), within))
        : undefined;
    }
    if (kind.includes('map')) return isObject(value) ? this.#map(value, pointer, within, kind) : undefined;
    if (kind.startsWith('schemas')) return undefined;
    if (!isObject(value) && typeof value !== 'boolean') return undefined;
    const schema = this.#schema(value, pointer, within);
    // `not` and `if` of a reference that leads nowhere would mean the opposite of leaving it open.
    return member(value, '$ref') !== undefined && allowsAnything(schema) ? undefined : schema;
  }

  #map(schemas: JsonObject, pointer: string, owner: string | undefined, kind: string): JsonObject {
    const kept = Object.entries(schemas).filter(([key]) => kind !== 'pattern map' || isPattern(key));
    return mapMembers(Object.fromEntries(kept), (schema, key) => {
      const place = pointerTo(pointer, key);
      return key === FILE_REFERENCES ? this.#fileReferences(schema, place) : this.#schema(schema, place, owner);
    });
  }

  /** Documents describe ChatGPT's files as strings; what is sent are objects. */
  #fileReferences(schema: JsonValue, pointer: string): Schema {
    const normalized = this.#schema(schema, pointer, undefined);
    if (!isObject(normalized) || normalized['type'] !== 'array' || this.#files.has(pointerTo(pointer, 'items'))) {
      return normalized;
    }
    return { ...normalized, items: { anyOf: [this.#references.referToOwn(FILE), normalized['items'] ?? {}] } };
  }
}

/** `dependentSchemas` in other words: Ajv takes its map for a schema, and a property named `properties` in it for the keyword. */
function conditions(schemas: JsonObject): JsonObject[] {
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return Object.entries(schemas).map(([name, schema]) => ({ if: { required: [name] }, then: schema }));
}

/** 3.0's `minimum: 1, exclusiveMinimum: true` is `exclusiveMinimum: 1` today. */
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

/** Keywords that a null would fail although `type` allows it. */
const COMPOSED = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'const', 'if'];

/** 3.0's `nullable: true`, also beside a `$ref` or `allOf`, where authors put it although the standard lets it do nothing. */
function withNull(source: JsonObject, schema: JsonObject): JsonObject {
  if (source['nullable'] !== true) return schema;
  if (COMPOSED.some((keyword) => Object.hasOwn(schema, keyword))) return { anyOf: [schema, { type: 'null' }] };
  const { type, enum: values } = schema;
  if (typeof type === 'string') schema['type'] = [type, 'null'];
  if (Array.isArray(type) && !type.includes('null')) schema['type'] = [...type, 'null'];
  if (Array.isArray(values) && !values.includes(null)) schema['enum'] = [...values, null];
  return schema;
}
