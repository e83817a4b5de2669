import { type JsonObject, type JsonValue, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type PathQuery } from '../operations/path-query.js';
import { type Encode, percentEncode, scalarText } from './encode.js';
import { checkNames } from './exploded-names.js';
import { partsWriter, type StyleOptions, type Written } from './styles.js';

/** Writes the query of a request, without its question mark. @throws {InvalidArgumentsError} a value cannot be written */
export type QueryWriter = (args: JsonObject) => string;

/** Writes one value as `name=value` pairs. */
type PairsWriter = (value: JsonValue, pointer: string) => string[];

/**
 * Compiles query parameters of the styles `form` (RFC 6570, section 3.2.8), `spaceDelimited`, `pipeDelimited` and `deepObject` (OAS
 * 3.1.1, 4.8.12.3).
 *
 * @param fixed pairs that come first in every query, and that no argument sets
 */
export function queryWriter(parameters: readonly Parameter[], fixed: PathQuery['fixed'] = []): QueryWriter {
  const inQuery = parameters.filter(({ location }) => location === 'query');
  const writers = inQuery.map((parameter) => ({
    argument: parameter.argument,
    pointer: pointerTo('', parameter.argument),
    write: pairsWriter(parameter, checkNames(parameter, inQuery, fixed)),
  }));
  const beginning = fixed.map(({ text }) => text).join('&');
  return (args) => {
    let query = beginning;
    for (const { argument, pointer, write } of writers) {
      const value = member(args, argument);
      if (value === undefined || value === null) continue;
      for (const pair of write(value, pointer)) query += query === '' ? pair : `&${pair}`;
    }
    return query;
  };
}

/** Compiles how a parameter of a query, or a field of a form, is written. */
export function pairsWriter(
  parameter: Written & Pick<Parameter, 'allowReserved'>,
  check?: StyleOptions['checkNames'],
): PairsWriter {
  const encode = parameter.allowReserved ? encodeButReserved : percentEncode;
  const write = partsWriter(parameter, { encode, checkNames: check });
  if (parameter.style !== 'deepObject' || parameter.content) return write;
  const key = percentEncode(parameter.name, parameter.pointer);
  return (value, pointer) =>
    typeof value === 'object' ? deepPairs(key, value, encode, pointer) : write(value, pointer);
}

/**
 * Percent-encodes as `allowReserved` has it (OAS 3.1.1, 4.8.12.2): reserved characters stay, but for those that would end the query or the
 * pair, or that a server reads as something else. A `%` is always encoded, so that what arrives is what was given.
 */
const encodeButReserved: Encode = (text, pointer) =>
  percentEncode(text, pointer).replaceAll(/%(?:3A|2F|3F|40|21|24|28|29|2A|2C|3B|3D)/g, decodeURIComponent);

/**
 * `color[R]=100&color[G]=200`. The standard leaves deeper values undefined; they are written as the servers that invented
 * the style read them, `a[b][c]=1` and `a[b][0]=1`.
 */
function deepPairs(key: string, value: JsonValue, encode: Encode, pointer: string): string[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) => {
      const place = pointerTo(pointer, name);
      return deepPairs(`${key}%5B${percentEncode(name, place)}%5D`, item, encode, place);
    });
  }
  const text = scalarText(value, pointer);
  return text === undefined ? [] : [`${key}=${encode(text, pointer)}`];
}
