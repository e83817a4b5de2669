import { Draft } from '../document/draft.js';
import { type JsonObject, objectMember, stringMember } from '../document/json.js';
import { type Origins } from '../document/origins.js';
import { decodeFragment, encodeFragment } from '../document/references.js';
import { visitObjects } from '../document/visit-objects.js';

/** Rewrites the references within a document to where their targets have moved. */
export function rewriteReferences(json: JsonObject, origins: Origins): JsonObject {
  if (origins.isEmpty) return json;
  const draft = new Draft(json);
  const schemas = objectMember(objectMember(json, 'components'), 'schemas') ?? {};
  visitObjects({ value: json, pointer: '' }, 'OpenAPI', (object, kind, pointer) => {
    const reference = stringMember(object, '$ref');
    if (reference === undefined) return;
    // Swagger 1.2 refers to models by their names, and so do documents that were converted from it.
    const isName = kind === 'Schema' && Object.hasOwn(schemas, reference);
    const target = isName ? `/definitions/${reference}` : decodeFragment(reference.slice(1));
    if (!isName && !reference.startsWith('#/')) return;
    const place = origins.placeOf(target);
    if (place !== target) draft.set(pointer(), '$ref', `#${encodeFragment(place)}`);
  });
  return draft.apply();
}
