import { type JsonObject, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { checkNames } from './exploded-names.js';
import { partsWriter } from './styles.js';

/** Writes the value of the `cookie` header (RFC 6265, section 4.2), or nothing. @throws {InvalidArgumentsError} */
export type CookieWriter = (args: JsonObject) => string | undefined;

/**
 * Compiles cookie parameters. Values of the style `form` are percent-encoded: a cookie cannot carry spaces, quotes, commas and semicolons.
 * Those of OAS 3.2's `cookie` (section 4.12.3) go as they are, and are refused where they cannot. The standard leaves open what stands between the parts of an exploded value; here each is a
 * cookie, since `&` would make all of them one.
 */
export function cookieWriter(parameters: readonly Parameter[]): CookieWriter {
  const cookies = parameters.filter(({ location }) => location === 'cookie');
  const writers = cookies.map((parameter) => ({
    argument: parameter.argument,
    pointer: pointerTo('', parameter.argument),
    write: partsWriter(parameter, { checkNames: checkNames(parameter, cookies) }),
  }));
  return (args) => {
    const pairs = writers.flatMap(({ argument, pointer, write }) => {
      const value = member(args, argument);
      return value === undefined || value === null ? [] : write(value, pointer);
    });
    return pairs.length === 0 ? undefined : pairs.join('; ');
  };
}
