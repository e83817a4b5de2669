import { type JsonObject, type JsonValue, pointerTo } from '../document/json.js';
import { type Field, type ObjectKind } from '../document/visit-objects.js';
import { isUsedByCalls } from '../document/relevance.js';
import { type Repairs } from './repairs.js';

/** Objects that are described by nothing but their absence of restrictions. */
const MAY_BE_EMPTY: ReadonlySet<ObjectKind> = new Set(['Schema', 'Media Type']);
/** Null in their place may be a mistake of another kind. */
const NEVER_NULL: ReadonlySet<ObjectKind> = new Set(['Operation', 'Path Item', 'Parameter']);

/**
 * Replaces empty lists by empty objects where the standard has objects: PHP writes both as `[]`. Removes null, which YAML reads in `key:`
 * without a value.
 *
 * @param value null, an empty list, or an empty object in place of a list
 */
export function repairEmptyValue(
  value: JsonValue,
  name: string,
  { holder, field, pointer }: { holder: Field; field: Field; pointer: () => string },
  repairs: Repairs,
): void {
  if (typeof holder !== 'string') {
    if (value !== null || MAY_BE_EMPTY.has(field as ObjectKind)) replace(pointer(), name, {}, repairs);
    return;
  }
  if (value === null) {
    if (NEVER_NULL.has(field as ObjectKind)) return;
    repairs.draft.remove(pointer(), name);
    report(`"${name}" is null, and is read as if it were absent`, pointerTo(pointer(), name), repairs);
  } else if (typeof field === 'string' || 'mapOf' in field) {
    replace(pointer(), name, {}, repairs);
  } else if (!Array.isArray(value) && holder !== 'Schema') {
    replace(pointer(), name, [], repairs);
  }
}

function replace(holder: string, name: string, value: JsonValue, repairs: Repairs): void {
  repairs.draft.set(holder, name, value);
  const kind = Array.isArray(value) ? 'a list' : 'an object';
  report(`"${name}" must be ${kind}, and is read as an empty one`, pointerTo(holder, name), repairs);
}

function report(message: string, pointer: string, { findings }: Repairs): void {
  if (isUsedByCalls(pointer)) findings.push({ code: 'empty_value', message, pointer });
}

/** `[[]]` is how PHP writes the requirement `{}`. */
export function repairRequirements(owner: JsonObject, pointer: () => string, draft: Repairs['draft']): void {
  const requirements = owner['security'];
  if (!Array.isArray(requirements) || !requirements.some(isEmptyList)) return;
  draft.set(
    pointer(),
    'security',
    requirements.map((requirement) => (isEmptyList(requirement) ? {} : requirement)),
  );
}

function isEmptyList(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}
