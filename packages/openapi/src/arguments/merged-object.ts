import { type JsonObject, isObject, listMember, objectMember } from '../document/json.js';
import { definitionOf } from '../schema/argument-schemas.js';
import { ANNOTATIONS } from '../schema/annotations.js';

/** More parts than any real object has; references to references may multiply. */
const MAX_PARTS = 100;

const MERGEABLE = new Set([...ANNOTATIONS, 'type', 'properties', 'required']);

const known = new WeakMap<JsonObject, { merged: JsonObject | undefined }>();

/**
 * Merges the parts of an `allOf`, by which documents derive one object schema from another, into one equivalent schema.
 *
 * @returns the same object for each call; `undefined` if the parts have other keywords than those of plain objects, or the same property twice
 */
export function mergedObject(root: JsonObject, schema: JsonObject): JsonObject | undefined {
  const found = known.get(schema) ?? { merged: merge(root, schema) };
  known.set(schema, found);
  return found.merged;
}

function merge(root: JsonObject, schema: JsonObject): JsonObject | undefined {
  const parts = partsOf(root, schema);
  const entries = parts.flatMap((part) => Object.entries(objectMember(part, 'properties') ?? {}));
  const properties = Object.fromEntries(entries);
  const isPlain = parts.every(
    (part) => Object.keys(part).every((keyword) => MERGEABLE.has(keyword)) && (part['type'] ?? 'object') === 'object',
  );
  if (!isPlain || entries.length === 0 || entries.length !== Object.keys(properties).length) return undefined;
  const required = new Set(parts.flatMap((part) => listMember(part, 'required') ?? []));
  // Annotations of the whole take precedence over those of a part.
  return { ...Object.assign({}, ...parts.toReversed()), type: 'object', properties, required: [...required] };
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
