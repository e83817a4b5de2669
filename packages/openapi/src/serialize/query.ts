import { type JsonObject, type JsonValue, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type PathQuery } from '../operations/path-query.js';
import { type Encode, percentEncode, scalarText } from './encode.js';
import { checkNames } from './exploded-names.js';
import { partsWriter, type StyleOptions, type SerializedField } from './styles.js';

/** Returns the query of a request, without the question mark. @throws {InvalidArgumentsError} a value is invalid */
export type QueryWriter = (args: JsonObject) => string;

/** Serializes one value as `name=value` pairs. */
type PairsWriter = (value: JsonValue, pointer: string) => string[];

/**
 * Compiles query parameters of the styles `form` (RFC 6570, section 3.2.8), `spaceDelimited`, `pipeDelimited` and `deepObject` (OAS
 * 3.1.1, 4.8.12.3).
 *
 * @param fixed pairs at the beginning of every query, which no argument sets
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

/** Compiles the serialization of a query parameter or form field. */
export function pairsWriter(
  parameter: SerializedField & Pick<Parameter, 'allowReserved'>,
  check?: StyleOptions['checkNames'],
): PairsWriter {
  const encode = parameter.allowReserved ? encodeExceptReserved : percentEncode;
  const write = partsWriter(parameter, { encode, checkNames: check });
  if (parameter.style !== 'deepObject' || parameter.content) return write;
  const key = percentEncode(parameter.name, parameter.pointer);
  return (value, pointer) =>
    typeof value === 'object' ? deepPairs(key, value, encode, pointer) : write(value, pointer);
}

/**
 * Percent-encodes for `allowReserved` (OAS 3.1.1, section 4.8.12.2): reserved characters stay, except for those that would end the query or
 * the pair, or that servers decode differently. `%` is always encoded, so that the server receives the given value.
 */
const encodeExceptReserved: Encode = (text, pointer) =>
  percentEncode(text, pointer).replaceAll(/%(?:3A|2F|3F|40|21|24|28|29|2A|2C|3B|3D)/g, decodeURIComponent);

/**
 * Serializes `color[R]=100&color[G]=200`. The standard does not define deeper values; they are written as the servers that introduced the style
 * read them: `a[b][c]=1` and `a[b][0]=1`.
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
