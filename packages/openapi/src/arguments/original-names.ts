import { InvalidArgumentsError } from '../document/errors.js';
import { type JsonObject, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';

/**
 * Arguments under the names that models take, where they were given under those that the document has: both are accepted.
 *
 * @throws {InvalidArgumentsError} one was given under both
 */
export type Renaming = (args: JsonObject) => JsonObject;

export function renaming(parameters: readonly Parameter[]): Renaming {
  const aliases = new Map(
    parameters.filter(({ argument, fullName }) => argument !== fullName).map((each) => [each.fullName, each.argument]),
  );
  if (aliases.size === 0) return (args) => args;
  return (args) => {
    const names = Object.keys(args);
    if (!names.some((name) => aliases.has(name))) return args;
    for (const name of names) {
      const alias = aliases.get(name);
      if (alias === undefined || !Object.hasOwn(args, alias)) continue;
      const message = `\`${name}\` is given twice: \`${alias}\` stands for it`;
      throw new InvalidArgumentsError([{ pointer: pointerTo('', name), message }]);
    }
    return Object.fromEntries(Object.entries(args).map(([name, value]) => [aliases.get(name) ?? name, value]));
  };
}
