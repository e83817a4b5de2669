import { type JsonObject, objectMember, pointerTo } from '../../document/json.js';
import { childAlternatives } from './alternatives.js';

/** Schemas are replaced by their children in operations up to this size. A family with many members may make up most of a document. */
export const MAX_EXPANDED_CHARACTERS = 200_000;
export const MAX_EXPANDED_DEFINITIONS = 1000;

const known = new WeakMap<JsonObject, boolean>();

/** Returns whether a document has schemas with a discriminator that their children replace. */
export function hasFamilies(root: JsonObject): boolean {
  const found = known.get(root) ?? findFamily(root);
  known.set(root, found);
  return found;
}

function findFamily(root: JsonObject): boolean {
  const schemas = objectMember(objectMember(root, 'components'), 'schemas') ?? {};
  return Object.entries(schemas).some(
    ([name, value]) =>
      childAlternatives(root, { value, pointer: pointerTo('/components/schemas', name) }) !== undefined,
  );
}
