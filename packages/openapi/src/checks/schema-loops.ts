import { type Finding } from '../document/errors.js';
import { type JsonObject, objectMember, pointerTo, stringMember } from '../document/json.js';
import { SchemaLoops } from '../schema/loops.js';

/** Schemas that are made of themselves, so that no validator could ever be done with them. */
export function loopingSchemas(root: JsonObject): Finding[] {
  const loops = new SchemaLoops(root);
  const schemas = objectMember(objectMember(root, 'components'), 'schemas') ?? {};
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const pointer = pointerTo('/components/schemas', name);
    // A schema that is nothing but a reference is reported with the references.
    const isPlainReference = stringMember(schema, '$ref') !== undefined;
    if (isPlainReference || !loops.has(pointer)) return [];
    const message = `the schema "${name}" is made of itself; that part of it is ignored`;
    return [{ code: 'reference_loop', message, pointer }];
  });
}
