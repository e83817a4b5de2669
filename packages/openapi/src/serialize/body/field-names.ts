import { type JsonObject, type JsonValue, isContainer, isObject, pointerTo } from '../../document/json.js';
import { type FormField } from '../../operations/encodings.js';
import { deepLeaves } from '../deep-leaves.js';
import { invalidArgument } from '../encode.js';

/**
 * Rejects an object whose members become fields with the names of other fields of the form, because the server could not tell them apart.
 *
 * @param styled the fields that have a style, by name
 * @throws {InvalidArgumentsError}
 */
export function assertDistinctFields(styled: ReadonlyMap<string, FormField>, body: JsonObject, pointer: string): void {
  if (styled.size === 0) return;
  const taken = new Set(Object.keys(body));
  for (const [name, value] of Object.entries(body)) {
    const field = styled.get(name);
    if (field === undefined) continue;
    for (const [member, place] of writtenNames(field, value, pointerTo(pointer, name))) {
      if (member !== name && taken.has(member))
        throw invalidArgument(place, 'conflicts with another field of the same name');
      taken.add(member);
    }
  }
}

/** Returns the names that an object or list adds to a form beside that of its own field, and their places. */
function writtenNames(
  { name, style, explode, content }: FormField,
  value: JsonValue,
  pointer: string,
): [string, string][] {
  if (content || !isContainer(value)) return [];
  if (style === 'deepObject') return deepLeaves(name, value, pointer).map((leaf) => [leaf.name, leaf.pointer]);
  return explode && isObject(value) ? Object.keys(value).map((key) => [key, pointerTo(pointer, key)]) : [];
}
