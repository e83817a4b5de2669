import { stringMember } from '../document/json.js';
import { isCommonName, withDigest } from '../document/names.js';
import { type OperationPlace } from './operation-plan.js';

/** The id that the document gives to an operation, if any (OAS 3.1.1, section 4.8.10). */
export function declaredId({ operation }: OperationPlace): string | undefined {
  const id = stringMember(operation.value, 'operationId');
  return id === '' ? undefined : id;
}

/**
 * The ids of operations: the document's own, else one made from method and path, so that it stays the same while the document grows:
 * `GET /notes/{id}` is `get_notes_by_id`. Those that would share one have a part of a digest behind it.
 */
export function operationIds(places: readonly OperationPlace[]): Map<OperationPlace, string> {
  const declared = new Set(places.map(declaredId));
  const nameless = places.filter((place) => declaredId(place) === undefined);
  const counts = new Map<string, number>();
  for (const name of nameless.map(madeId)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const made = (place: OperationPlace) => {
    const name = madeId(place);
    const isFree = counts.get(name) === 1 && isCommonName(name) && !declared.has(name);
    return isFree ? name : withDigest(name, `${place.method} ${place.path}`);
  };
  return new Map(places.map((place) => [place, declaredId(place) ?? made(place)]));
}

function madeId({ method, path }: OperationPlace): string {
  const words = path
    .replace(/\{([^{}]*)\}/g, ' by $1 ')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [method.toLowerCase(), ...(words.length > 0 ? words : ['root'])].join('_');
}
