import {
  type JsonObject,
  type JsonValue,
  isObject,
  listMember,
  mapMembers,
  member,
  pointerTo,
  textsOf,
} from '../document/json.js';
import { type Conversion } from './conversion.js';
import { convertResponse } from './responses.js';
import { schemeOf, serversOf } from './servers.js';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

/** Converts the responses and schemes of all operations. Their parameters are left to `convertParameters`. */
export function convertOperations(json: JsonObject, conversion: Conversion): JsonValue {
  const paths = member(json, 'paths') ?? null;
  if (!isObject(paths)) return paths;
  return mapMembers(paths, (pathItem, path) => {
    if (!isObject(pathItem) || path.startsWith('x-')) return pathItem;
    return mapMembers(pathItem, (operation, method): JsonValue => {
      if (!METHODS.has(method) || !isObject(operation)) return operation;
      return convertOperation(json, operation, pointerTo('/paths', path, method), conversion);
    });
  });
}

function convertOperation(
  json: JsonObject,
  operation: JsonObject,
  pointer: string,
  conversion: Conversion,
): JsonObject {
  const { schemes: _1, produces: _2, responses, ...others } = operation;
  const owner = listMember(operation, 'produces') === undefined ? json : operation;
  const mediaTypes = textsOf(owner, 'produces');
  const place = pointerTo(pointer, 'responses');
  const convert = (response: JsonValue, name: string): JsonValue =>
    isObject(response) && !name.startsWith('x-')
      ? convertResponse(response, { place, original: place, name }, mediaTypes, conversion)
      : response;
  return {
    ...others,
    ...ownServers(json, operation),
    ...(responses !== undefined && { responses: isObject(responses) ? mapMembers(responses, convert) : responses }),
  };
}

/** An operation with schemes of its own has the server of one of these. */
function ownServers(json: JsonObject, operation: JsonObject): { servers?: JsonObject[] } {
  const schemes = textsOf(operation, 'schemes');
  const usual = schemeOf(textsOf(json, 'schemes'));
  if (schemes.length === 0 || schemes.includes(usual)) return {};
  return { servers: serversOf({ ...json, schemes }) };
}
