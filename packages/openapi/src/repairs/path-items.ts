import { isObject, member, pointerTo, type JsonObject, type JsonValue } from '../document/json.js';
import { type Origins } from '../document/origins.js';
import { type Repairs } from './repairs.js';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', '$ref'];

/** Moves path items that are beside `paths` into it, and makes `paths` an object if it is empty. */
export function movePathItems(json: JsonObject, origins: Origins, { draft, findings }: Repairs): void {
  const stated = member(json, 'paths');
  const isEmpty = stated === null || (Array.isArray(stated) && stated.length === 0);
  const paths = isObject(stated) ? stated : {};
  const misplaced = Object.entries(json).filter(
    ([name, value]) => name.startsWith('/') && isPathItem(value) && !Object.hasOwn(paths, name),
  );
  if (isEmpty || (stated === undefined && misplaced.length > 0)) draft.set('', 'paths', {});
  if (isEmpty && misplaced.length === 0) {
    findings.push({
      code: 'empty_value',
      message: '"paths" must be an object, and is read as an empty one',
      pointer: '/paths',
    });
  }
  if (stated !== undefined && !isEmpty && !isObject(stated)) return;
  for (const [path, value] of misplaced) {
    const pointer = pointerTo('', path);
    draft.set('/paths', path, value);
    draft.remove('', path);
    origins.add(pointerTo('/paths', path), pointer);
    const message = `the path ${path} is beside "paths" and is read as a part of it; move it there`;
    findings.push({ code: 'misplaced_path', message, pointer });
  }
}

function isPathItem(value: JsonValue): boolean {
  return isObject(value) && METHODS.some((method) => Object.hasOwn(value, method));
}
