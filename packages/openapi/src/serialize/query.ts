import { type JsonObject, type JsonValue, isContainer, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type PathQuery } from '../operations/path-query.js';
import { deepLeaves } from './deep-leaves.js';
import { type Notices, isOmitted, omitEmpty } from './empty-values.js';
import { type Encode, formEncode, scalarText } from './encode.js';
import { checkMembers, checkNames } from './exploded-names.js';
import { partsWriter, type StyleOptions, type SerializedField } from './styles.js';

/** Returns the query of a request, without the question mark. @throws {InvalidArgumentsError} a value is invalid */
export type QueryWriter = (args: JsonObject, notices: Notices) => string;

/** Serializes one value as `name=value` pairs. */
type PairsWriter = (value: JsonValue, pointer: string, notices: Notices) => string[];

/**
 * Compiles query parameters of the styles `form` (RFC 6570, section 3.2.8), `spaceDelimited`, `pipeDelimited` and `deepObject` (OAS
 * 3.1.1, 4.8.12.3).
 *
 * @param fixed pairs at the beginning of every query, which no argument sets
 */
export function queryWriter(parameters: readonly Parameter[], fixed: PathQuery['fixed'] = []): QueryWriter {
  const inQuery = parameters.filter(({ location }) => location === 'query');
  const writers = inQuery.map((parameter) => ({
    parameter,
    pointer: pointerTo('', parameter.argument),
    write: pairsWriter(parameter, checkNames(parameter, inQuery, fixed)),
  }));
  const check = checkMembers(inQuery);
  const beginning = fixed.map(({ text }) => text).join('&');
  return (args, notices) => {
    check(args);
    let query = beginning;
    for (const { parameter, pointer, write } of writers) {
      const value = member(args, parameter.argument);
      if (isOmitted(parameter, value, pointer)) continue;
      for (const pair of write(value, pointer, notices)) query += query === '' ? pair : `&${pair}`;
    }
    return query;
  };
}

/** The fields of a query parameter or form field that determine its serialization. */
type PairsField = SerializedField & Pick<Parameter, 'allowReserved' | 'required' | 'ifEmpty'>;

/** Compiles the serialization of a query parameter or form field. */
export function pairsWriter(parameter: PairsField, check?: StyleOptions['checkNames']): PairsWriter {
  const encode = parameter.allowReserved ? encodeExceptReserved : formEncode;
  const write = partsWriter(parameter, { encode, encodeName: formEncode, checkNames: check });
  const { name, style, content, ifEmpty } = parameter;
  const ifNothing = (key: string, pointer: string, notices: Notices) => {
    if (ifEmpty === 'send') return [`${formEncode(key, pointer)}=`];
    omitEmpty(parameter, pointer, notices);
    return [];
  };
  return (value, pointer, notices) => {
    if (style === 'deepObject' && !content && isContainer(value)) {
      return deepLeaves(name, value, pointer).flatMap((leaf) => {
        const text = scalarText(leaf.value, leaf.pointer);
        if (text === undefined) return ifNothing(leaf.name, leaf.pointer, notices);
        return [`${formEncode(leaf.name, leaf.pointer)}=${encode(text, leaf.pointer)}`];
      });
    }
    const pairs = write(value, pointer);
    return pairs.length > 0 ? pairs : ifNothing(name, pointer, notices);
  };
}

/**
 * Percent-encodes for `allowReserved` (OAS 3.1.1, section 4.8.12.2): reserved characters stay, except for those that would end the query or
 * the pair, or that servers decode differently. `%` is always encoded, so that the server receives the given value.
 */
const encodeExceptReserved: Encode = (text, pointer) =>
  formEncode(text, pointer).replaceAll(/%(?:3A|2F|3F|40|21|24|28|29|2A|2C|3B|3D)/g, decodeURIComponent);
