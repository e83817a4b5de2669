import { InvalidArgumentsError } from '../document/errors.js';
import { type JsonObject, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';

/**
 * Renames arguments from their original names to their portable names; both are accepted.
 *
 * @throws {InvalidArgumentsError} an argument has both names
 */
export type RenameArguments = (args: JsonObject) => JsonObject;

export function compileRenaming(parameters: readonly Parameter[]): RenameArguments {
  const aliases = new Map(
    parameters
      .filter(({ argument, originalName }) => argument !== originalName)
      .map((each) => [each.originalName, each.argument]),
  );
  if (aliases.size === 0) return (args) => args;
  return (args) => {
    const names = Object.keys(args);
    if (!names.some((name) => aliases.has(name))) return args;
    for (const name of names) {
      const alias = aliases.get(name);
      if (alias === undefined || !Object.hasOwn(args, alias)) continue;
      const message = `\`${name}\` is duplicated: \`${alias}\` is the same argument`;
      throw new InvalidArgumentsError([{ pointer: pointerTo('', name), message }]);
    }
    return Object.fromEntries(Object.entries(args).map(([name, value]) => [aliases.get(name) ?? name, value]));
  };
}
