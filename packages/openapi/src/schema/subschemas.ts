import { type JsonObject, type JsonValue, isObject, listMember, mapMembers, member, stringMember } from '../document/json.js';
import { schemaKind } from './keywords.js';

/**
 * A schema with its direct parts changed, those of `$defs` among them. Nothing is copied where nothing changes: it is the very
 * same object if all parts are.
 */
export function mapParts(schema: JsonObject, change: (part: JsonValue) => JsonValue): JsonObject {
  return mapKept(schema, (value, keyword) => {
    const kind = keyword === '$defs' ? 'map' : schemaKind(keyword);
    if (kind === undefined) return value;
    if (Array.isArray(value)) return listKept(value, change);
    return kind.includes('map') && isObject(value) ? mapKept(value, change) : change(value);
  });
}

function mapKept(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  const changed = mapMembers(object, change);
  return Object.keys(changed).every((key) => changed[key] === object[key]) ? object : changed;
}

function listKept(list: JsonValue[], change: (value: JsonValue) => JsonValue): JsonValue[] {
  const changed = list.map(change);
  return changed.every((value, index) => value === list[index]) ? list : changed;
}

const DEFINITION = '#/$defs/';

/** What a schema of arguments refers to, which is always one of its own `$defs`. */
export function definitionOf(root: JsonObject, schema: JsonObject): JsonValue | undefined {
  const reference = stringMember(schema, '$ref');
  return reference?.startsWith(DEFINITION)
    ? member(member(root, '$defs'), reference.slice(DEFINITION.length))
    : undefined;
}

/**
 * The types that a schema names. Where it names none but describes properties or items, it cannot but mean an object or an
 * array, though JSON Schema allows it anything else then.
 *
 * @returns `[]` if it may be of any type
 */
export function typesOf(schema: JsonObject): JsonValue[] {
  const type = member(schema, 'type');
  if (type !== undefined) return [type].flat();
  if ('properties' in schema) return ['object'];
  return 'items' in schema ? ['array'] : [];
}

/** The only values that a schema allows, `undefined` if it does not list them. */
export function valuesOf(schema: JsonObject): JsonValue[] | undefined {
  const constant = member(schema, 'const');
  return constant === undefined ? listMember(schema, 'enum') : [constant];
}
