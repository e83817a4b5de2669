import { type JsonObject, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type Notices, isOmitted, omitEmpty } from './empty-values.js';
import { checkMembers, checkNames } from './exploded-names.js';
import { partsWriter } from './styles.js';

/** Returns the value of the `cookie` header (RFC 6265, section 4.2), if there are cookies. @throws {InvalidArgumentsError} */
export type CookieWriter = (args: JsonObject, notices: Notices) => string | undefined;

/**
 * Compiles cookie parameters. Values with the style `form` are percent-encoded, because a cookie must not contain spaces, quotes, commas and
 * semicolons. Values with the style `cookie` (OAS 3.2.0, section 4.12.3) are sent unchanged, or rejected if they are invalid. The standard does
 * not define the separator of an exploded value; here each part becomes a cookie, since `&` would make them one.
 */
export function cookieWriter(parameters: readonly Parameter[]): CookieWriter {
  const cookies = parameters.filter(({ location }) => location === 'cookie');
  const writers = cookies.map((parameter) => ({
    parameter,
    pointer: pointerTo('', parameter.argument),
    write: partsWriter(parameter, { checkNames: checkNames(parameter, cookies) }),
  }));
  const check = checkMembers(cookies);
  return (args, notices) => {
    check(args);
    const pairs = writers.flatMap(({ parameter, pointer, write }) => {
      const value = member(args, parameter.argument);
      if (isOmitted(parameter, value, pointer)) return [];
      const written = write(value, pointer);
      if (written.length === 0) omitEmpty(parameter, pointer, notices);
      return written;
    });
    return pairs.length === 0 ? undefined : pairs.join('; ');
  };
}
