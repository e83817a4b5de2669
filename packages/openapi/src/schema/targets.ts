import { type JsonObject, type JsonValue, type Located, isObject, stringMember } from '../document/json.js';
import { follow } from '../document/references.js';
import { type SchemaKeyword, subschemas } from '../document/schema-keywords.js';

/** Lists the schemas that a schema refers to under the keywords that `select` accepts. References that cannot be resolved are left out. */
export function targetsOf(root: JsonObject, schema: JsonValue, select: (keyword: SchemaKeyword) => boolean): Located[] {
  return references(schema, select).flatMap((reference) => {
    const target = follow(root, reference, '');
    return 'code' in target ? [] : [target];
  });
}

function references(schema: JsonValue, select: (keyword: SchemaKeyword) => boolean): string[] {
  if (!isObject(schema)) return [];
  const own = stringMember(schema, '$ref');
  const nested = subschemas(schema, select).flatMap((subschema) => references(subschema, select));
  return own === undefined ? nested : [own, ...nested];
}
