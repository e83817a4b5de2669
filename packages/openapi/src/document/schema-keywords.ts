import { type JsonObject, type JsonValue, isObject, mapMembers } from './json.js';

/** Describes a keyword of JSON Schema 2020-12, or of an earlier draft, whose value holds schemas. */
export interface SchemaKeyword {
  /** a schema, a list of schemas, or a map of schemas */
  readonly shape: 'one' | 'list' | 'map';
  /** the schemas take part in validation; others are only definitions or annotations */
  readonly isApplicator: boolean;
  /** an in-place applicator: its schemas apply to the same value and not to a part of it (Core, section 10.2) */
  readonly inPlace: boolean;
  /** the keys of the map are regular expressions */
  readonly patternKeys: boolean;
}

type Shape = SchemaKeyword['shape'];

const keyword = (shape: Shape, options: Partial<SchemaKeyword> = {}): SchemaKeyword => ({
  shape,
  isApplicator: true,
  inPlace: false,
  patternKeys: false,
  ...options,
});
const inPlace = (shape: Shape) => keyword(shape, { inPlace: true });
const inert = (shape: Shape) => keyword(shape, { isApplicator: false });

/** All keywords that hold schemas. */
export const SCHEMA_KEYWORDS: { readonly [name: string]: SchemaKeyword } = {
  not: inPlace('one'),
  if: inPlace('one'),
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: inPlace('one'),
  else: inPlace('one'),
  allOf: inPlace('list'),
  anyOf: inPlace('list'),
  oneOf: inPlace('list'),
  dependentSchemas: inPlace('map'),
  // Before 2020-12 also a list.
  items: keyword('one'),
  prefixItems: keyword('list'),
  contains: keyword('one'),
  unevaluatedItems: keyword('one'),
  properties: keyword('map'),
  patternProperties: keyword('map', { patternKeys: true }),
  additionalProperties: keyword('one'),
  propertyNames: keyword('one'),
  unevaluatedProperties: keyword('one'),
  $defs: inert('map'),
  definitions: inert('map'),
  contentSchema: inert('one'),
};

/** Returns the description of a keyword that holds schemas, `undefined` for any other. */
export function schemaKeyword(name: string): SchemaKeyword | undefined {
  return Object.hasOwn(SCHEMA_KEYWORDS, name) ? SCHEMA_KEYWORDS[name] : undefined;
}

/**
 * Changes each schema in the value of a keyword. Returns the very same value if no schema changes.
 *
 * @param change also gets the path from the value to the schema: nothing, an index or a key
 */
export function mapSchemas(
  { shape }: SchemaKeyword,
  value: JsonValue,
  change: (schema: JsonValue, ...path: (string | number)[]) => JsonValue,
): JsonValue {
  if (Array.isArray(value)) {
    const changed = value.map((schema, index) => change(schema, index));
    return changed.every((schema, index) => schema === value[index]) ? value : changed;
  }
  return shape === 'map' && isObject(value) ? mapUnlessSame(value, change) : change(value);
}

/** Changes the direct subschemas of a schema. Returns the very same object if none of them changes. */
export function mapSubschemas(schema: JsonObject, change: (subschema: JsonValue) => JsonValue): JsonObject {
  return mapUnlessSame(schema, (value, name) => {
    const keyword = schemaKeyword(name);
    return keyword === undefined ? value : mapSchemas(keyword, value, (subschema) => change(subschema));
  });
}

/** Lists the direct subschemas of a schema under the keywords that `select` accepts. */
export function subschemas(schema: JsonObject, select: (keyword: SchemaKeyword) => boolean): JsonValue[] {
  return Object.entries(schema).flatMap(([name, value]) => {
    const keyword = schemaKeyword(name);
    return keyword === undefined || !select(keyword) ? [] : schemasUnder(keyword, value);
  });
}

/** Lists the schemas in the value of a keyword. */
export function schemasUnder({ shape }: SchemaKeyword, value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  if (shape !== 'map') return [value];
  return isObject(value) ? Object.values(value) : [];
}

function mapUnlessSame(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  const changed = mapMembers(object, change);
  return Object.keys(changed).every((key) => changed[key] === object[key]) ? object : changed;
}
