import { type Finding } from '../errors.js';
import { type JsonObject, objectMember, pointerTo, stringMember } from '../json.js';
import { isPattern } from './keywords.js';
import { SchemaLoops } from './loops.js';
import { eachObject } from '../walk.js';

/** What schemas say that cannot be checked: patterns that are no regular expressions, schemas made of themselves. */
export function ineffectiveSchemas(root: JsonObject): Finding[] {
  return [...invalidPatterns(root), ...bottomlessSchemas(root)];
}

function invalidPatterns(root: JsonObject): Finding[] {
  const findings: Finding[] = [];
  eachObject(root, (object, pointer) => {
    const pattern = stringMember(object, 'pattern');
    if (pattern === undefined || isPattern(pattern)) return;
    const message = `"${pattern}" is not a regular expression; the pattern is ignored`;
    findings.push({ code: 'invalid_pattern', message, pointer: pointerTo(pointer(), 'pattern') });
  });
  return findings;
}

function bottomlessSchemas(root: JsonObject): Finding[] {
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
