import { type JsonObject, type JsonValue, listMember, member, stringMember } from '../document/json.js';

/** The beginning of every `$ref` in a schema of arguments; the name of a definition follows. */
export const DEFINITION = '#/$defs/';

/** Resolves the `$ref` of a schema of arguments, which always refers to one of its own `$defs`. */
export function definitionOf(root: JsonObject, schema: JsonObject): JsonValue | undefined {
  const reference = stringMember(schema, '$ref');
  return reference?.startsWith(DEFINITION)
    ? member(member(root, '$defs'), reference.slice(DEFINITION.length))
    : undefined;
}

/**
 * Returns the types of a schema. A schema without `type` that describes properties or items is taken for an object or an array, although
 * JSON Schema allows other types then.
 *
 * @returns `[]` if any type is possible
 */
export function typesOf(schema: JsonObject): JsonValue[] {
  const type = member(schema, 'type');
  if (type !== undefined) return [type].flat();
  if ('properties' in schema) return ['object'];
  return 'items' in schema ? ['array'] : [];
}

/** Returns the values that a schema lists by `const` or `enum`, `undefined` if it lists none. */
export function valuesOf(schema: JsonObject): JsonValue[] | undefined {
  const constant = member(schema, 'const');
  return constant === undefined ? listMember(schema, 'enum') : [constant];
}
