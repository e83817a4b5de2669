import { stringMember } from '../document/json.js';
import { isPortableName, withDigest } from '../document/names.js';
import { type DeclaredOperation } from './operation-plan.js';

/** Returns the `operationId` of an operation, if it has one (OAS 3.1.1, section 4.8.10). */
export function declaredId({ operation }: DeclaredOperation): string | undefined {
  const id = stringMember(operation.value, 'operationId');
  return id === '' ? undefined : id;
}

/** Returns the operations whose `operationId` an earlier one has already, and that one. */
export function duplicateIds(places: readonly DeclaredOperation[]): Map<DeclaredOperation, DeclaredOperation> {
  const first = new Map<string, DeclaredOperation>();
  const duplicates = new Map<DeclaredOperation, DeclaredOperation>();
  for (const place of places) {
    const id = declaredId(place);
    const earlier = id === undefined ? undefined : first.get(id);
    if (earlier !== undefined) duplicates.set(place, earlier);
    else if (id !== undefined) first.set(id, place);
  }
  return duplicates;
}

/**
 * Assigns an id to each operation: its `operationId`, or a name made from method and path, which stays the same when the document grows.
 * `GET /notes/{id}` becomes `get_notes_by_id`; part of a digest is appended if the name is not unique. Of operations with the same
 * `operationId`, the first keeps it.
 */
export function operationIds(places: readonly DeclaredOperation[]): Map<DeclaredOperation, string> {
  const declared = new Set(places.map(declaredId));
  const duplicates = duplicateIds(places);
  const ownId = (place: DeclaredOperation) => (duplicates.has(place) ? undefined : declaredId(place));
  const nameless = places.filter((place) => ownId(place) === undefined);
  const counts = new Map<string, number>();
  for (const name of nameless.map(madeId)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const made = (place: DeclaredOperation) => {
    const name = madeId(place);
    const isFree = counts.get(name) === 1 && isPortableName(name) && !declared.has(name);
    return isFree ? name : withDigest(name, `${place.method} ${place.path}`);
  };
  return new Map(places.map((place) => [place, ownId(place) ?? made(place)]));
}

function madeId({ method, path }: DeclaredOperation): string {
  const words = path
    .replace(/\{([^{}]*)\}/g, ' by $1 ')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [method.toLowerCase(), ...(words.length > 0 ? words : ['root'])].join('_');
}
