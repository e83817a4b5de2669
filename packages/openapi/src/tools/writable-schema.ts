import { type JsonObject, type JsonValue, isObject, listMember, member, objectMember } from '../document/json.js';
import { mapSchemas, schemaKeyword } from '../document/schema-keywords.js';
import { definitionOf } from '../schema/argument-schemas.js';
import { withoutUnusedDefinitions } from '../schema/definition-order.js';

/** Deeper schemas remain as they are: a definition of a tool ends there. */
const MAX_LEVELS = 100;
/** More references than the schema of a property has. */
const MAX_REFERENCES = 10;

/**
 * Removes the read-only properties of a request body: an API ignores or rejects them (JSON Schema 2020-12 Validation, section 9.4). Calls may
 * contain them nevertheless, because callers send back what they have read. Parameters remain, also if they share the schema of such a
 * property. The result is the very same object if nothing changes.
 */
export function writableSchema(argumentsSchema: JsonObject): JsonObject {
  const write = (schema: JsonValue, level: number): JsonValue => {
    if (!isObject(schema) || level > MAX_LEVELS) return schema;
    const written = mapApplied(schema, (subschema) => write(subschema, level + 1));
    return withoutReadOnly(argumentsSchema, written);
  };
  const written = mapApplied(argumentsSchema, (subschema) => write(subschema, 1));
  return written === argumentsSchema ? argumentsSchema : withoutUnusedDefinitions(written);
}

/** Changes the direct subschemas of a schema, except under `not` and `if`: a subschema that allows less makes the whole allow more there. */
function mapApplied(schema: JsonObject, change: (subschema: JsonValue) => JsonValue): JsonObject {
  const entries = Object.entries(schema).map(([name, value]): [string, JsonValue] => {
    const keyword = name === 'not' || name === 'if' ? undefined : schemaKeyword(name);
    return [name, keyword === undefined ? value : mapSchemas(keyword, value, (subschema) => change(subschema))];
  });
  return entries.every(([name, value]) => value === schema[name]) ? schema : Object.fromEntries(entries);
}

function withoutReadOnly(root: JsonObject, schema: JsonObject): JsonObject {
  const properties = Object.entries(objectMember(schema, 'properties') ?? {});
  const writable = properties.filter(([, property]) => !isReadOnly(root, property, 0));
  if (writable.length === properties.length) return schema;
  const names = new Set(writable.map(([name]) => name));
  const isWritable = (name: JsonValue) => names.has(String(name)) || !properties.some(([other]) => other === name);
  const required = listMember(schema, 'required')?.filter(isWritable);
  return { ...schema, properties: Object.fromEntries(writable), ...(required && { required }) };
}

/** Returns whether a schema says that its value is read-only: itself, by what it refers to or is composed of, or in all alternatives to null. */
function isReadOnly(root: JsonObject, schema: JsonValue, level: number): boolean {
  if (!isObject(schema) || level > MAX_REFERENCES) return false;
  if (typeof schema['readOnly'] === 'boolean') return schema['readOnly'];
  const composed = [definitionOf(root, schema) ?? [], listMember(schema, 'allOf') ?? []].flat();
  const alternatives = (listMember(schema, 'anyOf') ?? listMember(schema, 'oneOf') ?? []).filter(
    (alternative) => member(alternative, 'type') !== 'null',
  );
  const isPartReadOnly = (part: JsonValue) => isReadOnly(root, part, level + 1);
  return composed.some(isPartReadOnly) || (alternatives.length > 0 && alternatives.every(isPartReadOnly));
}
