import { isObject, type JsonObject, objectMember } from '../document/json.js';
import { resolve } from '../document/references.js';
import { isJson, mediaTypeForAccept } from './media-types.js';

/** Prefers JSON to any other media type. */
export const ACCEPT_JSON = 'application/json, */*;q=0.5';

const SUCCESS = /^2/;
const DEFAULT = /^default$/i;

/** Longer headers gain nothing, and some servers reject them. */
const MAX_TYPES = 10;
const MAX_CHARACTERS = 500;

/**
 * Returns the `accept` header of an operation (RFC 9110, section 12.5.1): the media types of its successful responses, JSON first, and then
 * anything else.
 */
export function acceptHeader(root: JsonObject, operation: JsonObject): string {
  const successes = responsesOf(root, operation, SUCCESS);
  const responses = successes.length > 0 ? successes : responsesOf(root, operation, DEFAULT);
  const declared = responses.flatMap((response) => Object.keys(objectMember(response, 'content') ?? {}));
  if (declared.every((type) => type === 'application/json')) return ACCEPT_JSON;
  const types = [...new Set(declared.flatMap((type) => mediaTypeForAccept(type) ?? []))];
  const json = types.filter(isJson);
  const others = types.filter((type) => !isJson(type));
  const preferred = [...json, ...(json.length === 0 ? others : others.map((type) => `${type};q=0.9`))];
  const header = [...preferred.slice(0, MAX_TYPES), '*/*;q=0.5'].join(', ');
  return preferred.length === 0 || header.length > MAX_CHARACTERS ? ACCEPT_JSON : header;
}

/** Returns the responses of an operation whose status matches. */
export function responsesOf(root: JsonObject, operation: JsonObject, status: RegExp): JsonObject[] {
  const responses = Object.entries(objectMember(operation, 'responses') ?? {}).filter(([each]) => status.test(each));
  return responses.flatMap(([, value]) => {
    const found = resolve(root, { value, pointer: '' });
    return 'code' in found || !isObject(found.value) ? [] : [found.value];
  });
}
