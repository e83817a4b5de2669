import { type JsonObject, isObject, listMember, objectMember } from '../document/json.js';
import { definitionOf } from '../schema/subschemas.js';
import { ABOUT } from '../schema/annotations.js';

/** More than any object is put together from; references to references may multiply. */
const MOST_PARTS = 100;

const MERGEABLE = new Set([...ABOUT, 'type', 'properties', 'required']);

const known = new WeakMap<JsonObject, { merged: JsonObject | undefined }>();

/**
 * The object that the parts of an `allOf` describe together, in one piece: that is how documents derive one schema from
 * another. It says the same, no more and no less.
 *
 * @returns always the same object; `undefined` where the parts say more than that there are properties, or the same property
 *   twice
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
  // What is said of the whole counts before what is said of a part.
  return { ...Object.assign({}, ...parts.toReversed()), type: 'object', properties, required: [...required] };
}

/** All that a schema is put together from, itself without its `allOf` first; the schema as it is if that is too much. */
function partsOf(root: JsonObject, schema: JsonObject): JsonObject[] {
  const parts: JsonObject[] = [];
  const waiting = [schema];
  for (const each of waiting) {
    const { $ref, allOf, ...own } = each;
    const definition = definitionOf(root, each);
    const others = [...(definition === undefined ? [] : [definition]), ...(Array.isArray(allOf) ? allOf : [])];
    parts.push($ref === undefined || definition !== undefined ? own : each);
    waiting.push(...others.map((other) => (isObject(other) ? other : { not: {} })));
    if (waiting.length > MOST_PARTS) return [schema];
  }
  return parts;
}
