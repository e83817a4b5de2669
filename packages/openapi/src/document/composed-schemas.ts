import { type JsonObject, type Located, isObject, listMember, pointerTo } from './json.js';
import { followReference } from './references.js';

/** Beyond this many parts a schema is not looked into any further: references to references may multiply. */
const MAX_PARTS = 100;

/**
 * Lists the schemas that a schema is composed of: itself, the target of its `$ref`, and the schemas under the given keywords, each with
 * its own parts.
 */
export function composedSchemas(
  root: JsonObject,
  schema: Located,
  keywords: readonly ('allOf' | 'anyOf' | 'oneOf')[],
): Located<JsonObject>[] {
  const parts: Located<JsonObject>[] = [];
  const seen = new Set<JsonObject>();
  const queue = [schema];
  for (const { value, pointer } of queue) {
    if (!isObject(value) || seen.has(value) || parts.length === MAX_PARTS) continue;
    seen.add(value);
    parts.push({ value, pointer });
    const target = followReference(root, value, pointer);
    if (target !== undefined && !('code' in target)) queue.push(target);
    for (const keyword of keywords) {
      const list = listMember(value, keyword) ?? [];
      queue.push(...list.map((part, index) => ({ value: part, pointer: pointerTo(pointer, keyword, index) })));
    }
  }
  return parts;
}
