import { type JsonObject, type JsonValue, isObject, member, pointerTo } from '../json.js';
import { type Parameter } from '../operations/parameters.js';
import { percentEncode, pieces, scalarText } from './encode.js';

/** Writes the query of a request, without its question mark. @throws {InvalidArgumentsError} a value cannot be written */
export type QueryWriter = (args: JsonObject) => string;

/** Writes one value as `name=value` pairs. */
type PairsWriter = (value: JsonValue) => string[];

/** Compiles query parameters of the styles `form` (RFC 6570, section 3.2.8) and `deepObject` (OAS 3.1.1, 4.8.12.3). */
export function queryWriter(parameters: readonly Parameter[]): QueryWriter {
  const writers = parameters
    .filter(({ location }) => location === 'query')
    .map((parameter) => ({ argument: parameter.argument, write: pairsWriter(parameter) }));
  return (args) => {
    let query = '';
    for (const { argument, write } of writers) {
      const value = member(args, argument);
      if (value === undefined || value === null) continue;
      for (const pair of write(value)) query += query === '' ? pair : `&${pair}`;
    }
    return query;
  };
}

function pairsWriter({ name, argument, style, explode, asJson }: Parameter): PairsWriter {
  const pointer = pointerTo('', argument);
  const key = percentEncode(name, pointer);
  const scalar: PairsWriter = (value) => pieces(value, explode, percentEncode, pointer).map((text) => `${key}=${text}`);
  if (asJson) return (value) => scalar(JSON.stringify(value));
  if (style === 'deepObject') return (value) => deepPairs(key, value, pointer);
  return (value) => {
    if (typeof value !== 'object') return scalar(value);
    const texts = pieces(value, explode, percentEncode, pointer);
    if (explode) return isObject(value) ? texts : texts.map((text) => `${key}=${text}`);
    return texts.length === 0 ? [] : [`${key}=${texts.join(',')}`];
  };
}

/**
 * `color[R]=100&color[G]=200`. The standard leaves deeper values undefined; they are written as the servers that invented
 * the style read them, `a[b][c]=1` and `a[b][0]=1`.
 */
function deepPairs(key: string, value: JsonValue, pointer: string): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) => {
      const place = pointerTo(pointer, name);
      return deepPairs(`${key}%5B${percentEncode(name, place)}%5D`, item, place);
    });
  }
  const text = scalarText(value, pointer);
  return text === undefined ? [] : [`${key}=${percentEncode(text, pointer)}`];
}
