import { type JsonObject, type JsonValue, isObject, listMember, objectMember } from '../document/json.js';
import { definitionOf, typesOf, valuesOf } from '../schema/argument-schemas.js';
import { isOfType } from '../schema/enum-types.js';
import { ANNOTATIONS } from '../schema/annotations.js';

/** More parts than any real object has; references to references may multiply. */
const MAX_PARTS = 100;

const MERGEABLE = new Set([...ANNOTATIONS, 'type', 'properties', 'required']);

const known = new WeakMap<JsonObject, { merged: JsonObject | undefined }>();

/**
 * Merges the parts of an `allOf`, by which documents derive one object schema from another, into one equivalent schema.
 *
 * @returns the same object for each call; `undefined` if the parts have other keywords than those of plain objects, or the same property twice,
 *   unless one part only restricts its values
 */
export function mergedObject(root: JsonObject, schema: JsonObject): JsonObject | undefined {
  const found = known.get(schema) ?? { merged: merge(root, schema) };
  known.set(schema, found);
  return found.merged;
}

function merge(root: JsonObject, schema: JsonObject): JsonObject | undefined {
  const parts = partsOf(root, schema);
  const entries = parts.flatMap((part) => Object.entries(objectMember(part, 'properties') ?? {}));
  const properties = mergeProperties(entries);
  const isPlain = parts.every(
    (part) => Object.keys(part).every((keyword) => MERGEABLE.has(keyword)) && (part['type'] ?? 'object') === 'object',
  );
  if (!isPlain || entries.length === 0 || properties === undefined) return undefined;
  const required = new Set(parts.flatMap((part) => listMember(part, 'required') ?? []));
  // Annotations of the whole take precedence over those of a part.
  return { ...Object.assign({}, ...parts.toReversed()), type: 'object', properties, required: [...required] };
}

/** Merges properties. One that several parts describe must be a scalar that one of them restricts to some values, as children of a schema do. */
function mergeProperties(entries: readonly (readonly [string, JsonValue])[]): JsonObject | undefined {
  const properties = new Map<string, JsonValue>();
  for (const [name, property] of entries) {
    const other = properties.get(name);
    const merged = other === undefined ? property : mergeScalars(other, property);
    if (merged === undefined) return undefined;
    properties.set(name, merged);
  }
  return Object.fromEntries(properties);
}

const SCALAR_KEYWORDS = new Set([...ANNOTATIONS, 'type', 'enum', 'const']);

function mergeScalars(one: JsonValue, other: JsonValue): JsonValue | undefined {
  if (!isScalar(one) || !isScalar(other)) return undefined;
  const [first, second] = [valuesOf(one), valuesOf(other)];
  const types = [one, other].map(typesOf).filter((list) => list.length > 0);
  if (first === undefined && second === undefined) return undefined;
  const values = (first ?? second ?? []).filter(
    (value) =>
      (second?.includes(value) ?? true) && types.every((list) => list.some((type) => isOfType(String(type), value))),
  );
  if (values.length === 0) return undefined;
  const { const: _, enum: __, ...annotations } = { ...other, ...one };
  return { ...annotations, ...(values.length === 1 ? { const: values[0] ?? null } : { enum: values }) };
}

function isScalar(schema: JsonValue): schema is JsonObject {
  const isPlain = isObject(schema) && Object.keys(schema).every((keyword) => SCALAR_KEYWORDS.has(keyword));
  return isPlain && (valuesOf(schema) ?? []).every((value) => typeof value !== 'object' || value === null);
}

/** Returns the parts of a schema, itself without its `allOf` first; only the schema itself if there are too many. */
function partsOf(root: JsonObject, schema: JsonObject): JsonObject[] {
  const parts: JsonObject[] = [];
  const waiting = [schema];
  for (const each of waiting) {
    const { $ref, allOf, ...own } = each;
    const definition = definitionOf(root, each);
    const others = [...(definition === undefined ? [] : [definition]), ...(Array.isArray(allOf) ? allOf : [])];
    parts.push($ref === undefined || definition !== undefined ? own : each);
    waiting.push(...others.map((other) => (isObject(other) ? other : { not: {} })));
    if (waiting.length > MAX_PARTS) return [schema];
  }
  return parts;
}
