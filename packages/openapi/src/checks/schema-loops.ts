import { type Finding } from '../document/errors.js';
import { type JsonObject, objectMember, pointerTo, stringMember } from '../document/json.js';
import { SchemaLoops } from '../schema/loops.js';

/** Finds schemas that refer to themselves in place, so that validation would never end. */
export function findLoops(root: JsonObject): Finding[] {
  const loops = new SchemaLoops(root, 'none');
  const schemas = objectMember(objectMember(root, 'components'), 'schemas') ?? {};
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const pointer = pointerTo('/components/schemas', name);
    // A schema that is only a reference is reported with the references.
    const isPlainReference = stringMember(schema, '$ref') !== undefined;
    if (isPlainReference || !loops.has(pointer)) return [];
    const message = `the schema "${name}" refers to itself without a property or item in between; that reference is ignored`;
    return [{ code: 'reference_loop', message, pointer }];
  });
}
