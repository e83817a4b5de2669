import { type JsonObject, type JsonValue, isObject, pointerTo } from './json.js';

/** Members whose values are data and not part of the description. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);
/** Members whose members have names of the author's own. */
const MAPS = new Set([
  'properties',
  'patternProperties',
  'schemas',
  'parameters',
  'requestBodies',
  'pathItems',
  'paths',
]);

/**
 * Visits every object of a document that is part of its description: not those inside of examples, defaults and
 * extensions, which may look like anything.
 *
 * @param visit gets the object and a function that tells where it stands, for which there is rarely need
 */
export function eachObject(root: JsonObject, visit: (object: JsonObject, pointer: () => string) => void): void {
  const tokens: string[] = [];
  const pointer = () => pointerTo('', ...tokens);
  const walk = (value: JsonValue): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isObject(value)) visit(value, pointer);
    const isMap = MAPS.has(tokens.at(-1) ?? '');
    for (const [key, item] of Object.entries(value)) {
      if (typeof item !== 'object' || (!isMap && (DATA.has(key) || key.startsWith('x-')))) continue;
      tokens.push(key);
      walk(item);
      tokens.pop();
    }
  };
  walk(root);
}
