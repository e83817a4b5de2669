import { type JsonValue, isContainer, pointerTo, stringMember } from '../document/json.js';

/**
 * Finds the schemas of a file that `$anchor`, `$dynamicAnchor` or, until draft 7, an `$id` of only a fragment names. Those within a schema that
 * has an `$id` belong to another resource than the file (JSON Schema 2020-12 Core, section 8.2).
 *
 * @returns JSON pointers by name
 */
export function anchorsOf(file: JsonValue): ReadonlyMap<string, string> {
  const anchors = new Map<string, string>();
  const visit = (value: JsonValue, pointer: string): void => {
    if (!isContainer(value)) return;
    const id = stringMember(value, '$id') ?? '#';
    if (!id.startsWith('#') && pointer !== '') return;
    const names = [stringMember(value, '$anchor'), stringMember(value, '$dynamicAnchor'), /^#(.+)/s.exec(id)?.[1]];
    for (const name of names) if (name !== undefined && !anchors.has(name)) anchors.set(name, pointer);
    for (const [key, inner] of Object.entries(value)) visit(inner, pointerTo(pointer, key));
  };
  visit(file, '');
  return anchors;
}
