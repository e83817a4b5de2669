import { type OpenApiDocument, type OpenApiVersion } from '../document/document.js';
import {
  type JsonObject,
  type JsonValue,
  isObject,
  listMember,
  member,
  pointerTo,
  stringMember,
} from '../document/json.js';
import { referenceOf } from '../document/references.js';
import { type SchemaKeyword, mapSchemas, schemaKeyword } from '../document/schema-keywords.js';
import { FILE_REFERENCES } from '../operations/files.js';
import { isNumber } from '../numbers/exact-number.js';
import { isPattern } from '../patterns/validity.js';
import { withFittingEnum } from './enum-types.js';
import { fileArgument } from './file-schema.js';
import { plainKeyword } from './keywords.js';
import { SchemaReferences, isUnrestricted, readOnlyProperties } from './definitions.js';
import { extendsByReference } from './discriminator/child-schemas.js';
import { pickMembers, withTag } from './discriminator/tagged-schema.js';
import {
  type Expansion,
  type GovernedAlternatives,
  type SchemaContext,
  type SchemaUse,
  childUses,
  contextWithin,
  governedAlternatives,
  referredUse,
  wholeUse,
} from './uses.js';

type Schema = JsonObject | boolean;

/**
 * Converts Schema Objects of a document to one JSON Schema 2020-12 with its own `$defs`.
 *
 * `nullable`, boolean `exclusiveMinimum` and `example` of 3.0 are translated, and each alternative of a discriminator gets the values that
 * select it. Only keywords of JSON Schema with valid values are kept, so that no document makes a validator throw. `xml` and extensions do
 * not affect validity and are dropped.
 */
export class SchemaNormalizer {
  readonly #root: JsonObject;
  readonly #version: OpenApiVersion;
  readonly #files: ReadonlySet<string>;
  readonly #expansion: Expansion;
  readonly #references: SchemaReferences;

  /**
   * @param expansion whether schemas with a discriminator are replaced by their children
   * @param files the pointers of schemas that describe files; the schema of a file argument replaces them
   */
  constructor(
    { json, version }: Pick<OpenApiDocument, 'json' | 'version'>,
    expansion: Expansion,
    files: ReadonlySet<string> = new Set(),
  ) {
    this.#root = json;
    this.#version = version;
    this.#files = files;
    this.#expansion = expansion;
    this.#references = new SchemaReferences(json, expansion);
  }

  /** Normalizes a schema of the document. The result is complete after the call of {@link definitions}. */
  normalize(use: SchemaUse): JsonObject {
    this.#references.startReading(use);
    const schema = this.#read(use);
    if (isObject(schema)) return schema;
    return schema ? {} : { not: {} };
  }

  /** Returns the `$defs` of all schemas normalized so far, or `undefined` if there are more than `max`. Call it once, at the end. */
  definitions(max: number): JsonObject | undefined {
    return this.#references.inlineSingleUses((use) => this.#read(use), max);
  }

  #read(use: SchemaUse): Schema {
    const context = { owner: use, asParent: use.asParent, tag: use.tag };
    const children = childUses(this.#root, use, context, this.#expansion);
    return children === undefined ? this.#schema(use.value, use.pointer, context) : this.#family(use, children);
  }

  /** Replaces a schema by its children, which refer to it. */
  #family(use: SchemaUse, children: readonly SchemaUse[]): JsonObject {
    const { value, pointer, tag } = use;
    const own = pickMembers(value, ['title', 'description', 'deprecated']);
    const annotations = this.#keywords(tag === undefined ? own : withTag(own, tag), pointer, { owner: use });
    const anyOf = children.map((child) => this.#references.refer(child, {}, pointerTo(pointer, 'anyOf'), use));
    return withNull(value as JsonObject, { ...annotations, anyOf });
  }

  #schema(value: JsonValue, pointer: string, context: SchemaContext): Schema {
    if (typeof value === 'boolean') return value;
    if (this.#files.has(pointer)) return this.#file(value, pointer);
    if (!isObject(value)) return {};
    const schema = withFittingEnum(withNumericBounds(value));
    const governed = governedAlternatives(this.#root, value, context);
    if (referenceOf(this.#root, value) === undefined) {
      const tagged = context.tag === undefined ? schema : withTag(schema, context.tag);
      return withNull(schema, this.#keywords(tagged, pointer, context, governed));
    }
    const { $ref: _, ...beside } = this.#version === '3.0' ? besideReferenceIn30(schema) : schema;
    const isTagged = context.tag !== undefined && extendsByReference(this.#root, value);
    const own = isTagged ? withTag(beside as JsonObject, context.tag) : (beside as JsonObject);
    const siblings = this.#keywords(own, pointer, context, governed);
    const use = referredUse(this.#root, value, context, this.#expansion);
    if (use === undefined || 'code' in use) return withNull(schema, siblings);
    return withNull(schema, this.#references.refer(use, siblings, pointer, context.owner));
  }

  #file(schema: JsonValue, pointer: string): JsonObject {
    return fileArgument(this.#references.referToFile(pointer), stringMember(schema, 'description'));
  }

  #keywords(schema: JsonObject, pointer: string, context: SchemaContext, governed?: GovernedAlternatives): JsonObject {
    const entries = Object.entries(schema).flatMap(([name, value]): [string, JsonValue][] => {
      const keyword = schemaKeyword(name);
      const place = () => pointerTo(pointer, name);
      const within = () => contextWithin(schema, name, context);
      const read =
        keyword === undefined
          ? plainKeyword(name, value)
          : name === governed?.keyword
            ? this.#governed(governed, value, place(), within())
            : this.#schemas(name, keyword, value, place(), within());
      return read === undefined ? [] : [[name, read]];
    });
    const result: JsonObject = Object.fromEntries(entries);
    if (Array.isArray(result['items'])) {
      // Before 2020-12 a list under `items` was a tuple.
      result['prefixItems'] = result['items'];
      delete result['items'];
    }
    // "Exactly one" cannot be checked if an alternative is unknown.
    if (Array.isArray(result['oneOf']) && result['oneOf'].some(isUnrestricted)) delete result['oneOf'];
    const requiring = [result, ...(listMember(result, 'allOf') ?? [])].filter((part) => listMember(part, 'required'));
    if (requiring.length > 0) {
      const readOnly = readOnlyProperties(this.#root, schema);
      for (const part of requiring as JsonObject[]) {
        part['required'] = (part['required'] as string[]).filter((name) => !readOnly.has(name));
      }
    }
    if (isObject(result['dependentSchemas'])) {
      result['allOf'] = [...((result['allOf'] ?? []) as JsonValue[]), ...conditions(result['dependentSchemas'])];
      delete result['dependentSchemas'];
    }
    const example = member(schema, 'example');
    if (example !== undefined) result['examples'] ??= [example];
    return result;
  }

  /** Reads the alternatives of a discriminator, each with the values that select it. */
  #governed(
    { alternatives }: GovernedAlternatives,
    value: JsonValue,
    pointer: string,
    context: SchemaContext,
  ): JsonValue | undefined {
    const list = Array.isArray(value) ? value : [];
    const read = alternatives.map(({ target, tag }, index) => {
      const place = pointerTo(pointer, index);
      if (index < list.length || target === undefined)
        return this.#schema(list[index] ?? {}, place, { ...context, tag });
      return this.#references.refer({ ...wholeUse(target), tag }, {}, place, context.owner);
    });
    return read.length === 0 ? undefined : read;
  }

  /** Reads the schemas under a keyword. */
  #schemas(
    name: string,
    keyword: SchemaKeyword,
    value: JsonValue,
    pointer: string,
    context: SchemaContext,
  ): JsonValue | undefined {
    const { shape, isApplicator, patternKeys } = keyword;
    if (!isApplicator || !hasShape(value, name === 'items' ? ['one', 'list'] : [shape])) return undefined;
    const isMap = shape === 'map' && isObject(value);
    const schemas = isMap && patternKeys ? withPatternKeys(value) : value;
    const normalized = mapSchemas(keyword, schemas, (schema, ...path) => {
      const place = pointerTo(pointer, ...path);
      if (isMap && path[0] === FILE_REFERENCES) return this.#fileReferences(schema, place);
      return this.#schema(schema, place, context);
    });
    // An unresolved reference allows anything; under `not` and `if` that would reverse its meaning.
    const isReference = member(value, '$ref') !== undefined || member(value, '$dynamicRef') !== undefined;
    const isUnresolved = shape === 'one' && isReference && isUnrestricted(normalized);
    return isUnresolved ? undefined : normalized;
  }

  /** Documents describe ChatGPT's files as strings, although ChatGPT sends objects. */
  #fileReferences(schema: JsonValue, pointer: string): Schema {
    const normalized = this.#schema(schema, pointer, { owner: undefined });
    if (!isObject(normalized) || normalized['type'] !== 'array' || this.#files.has(pointerTo(pointer, 'items'))) {
      return normalized;
    }
    return {
      ...normalized,
      items: { anyOf: [this.#references.referToFile(pointer), normalized['items'] ?? {}] },
    };
  }
}

/** Returns what is kept beside `$ref` in 3.0, which ignores everything: a description helps a model, and authors expect `readOnly` to work. */
function besideReferenceIn30({ description = null, readOnly = null }: JsonObject): JsonObject {
  return { description, readOnly };
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
  if (schema['exclusiveMinimum'] !== true && schema['exclusiveMaximum'] !== true) return schema;
  const result = { ...schema };
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (schema[exclusive] !== true || !isNumber(schema[bound])) continue;
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
