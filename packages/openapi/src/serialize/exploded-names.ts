import { type JsonObject, isObject, member, pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type PathQuery } from '../operations/path-query.js';
import { invalidArgument } from './encode.js';

/**
 * Compiles a check of the names that an exploded object adds to a request: properties that its schema declares, or any if it declares none,
 * but never names that other parameters may be written under, such as those of properties of other exploded objects.
 *
 * @param all all parameters of the same location
 * @param fixed pairs that are the same in every request
 */
export function checkNames(
  parameter: Parameter,
  all: readonly Parameter[],
  fixed: PathQuery['fixed'] = [],
): (names: readonly string[], pointer: string) => void {
  const { properties } = parameter;
  const others = all.filter((other) => other !== parameter);
  const taken = new Set([...others.flatMap(writtenNames), ...fixed.map(({ name }) => name)]);
  const prefixes = others.filter(isDeep).map(({ name }) => `${name}[`);
  return (names, pointer) => {
    for (const name of names) {
      const place = pointerTo(pointer, name);
      if (properties !== undefined && !properties.includes(name))
        throw invalidArgument(place, 'is not a declared property of this parameter');
      if (taken.has(name) || prefixes.some((prefix) => name.startsWith(prefix)))
        throw invalidArgument(place, 'conflicts with another parameter of the same name');
    }
  };
}

/**
 * Compiles a check that exploded objects of any members do not share one, which the server could not tell apart.
 *
 * @param all all parameters of the same location
 */
export function checkMembers(all: readonly Parameter[]): (args: JsonObject) => void {
  const open = all.filter(
    (parameter) => parameter.explode && !parameter.content && !isDeep(parameter) && parameter.properties === undefined,
  );
  if (open.length < 2) return () => undefined;
  return (args) => {
    const seen = new Set<string>();
    for (const { argument } of open) {
      const value = member(args, argument);
      for (const [name, item] of isObject(value) ? Object.entries(value) : []) {
        if (item === null) continue;
        if (seen.has(name))
          throw invalidArgument(pointerTo('', argument, name), 'conflicts with another parameter of the same name');
        seen.add(name);
      }
    }
  };
}

/** Returns the names that a parameter may be written under, except for those of a deep object, which begin with its name and a bracket. */
function writtenNames(parameter: Parameter): readonly string[] {
  const { name, content, explode, properties, acceptsOnlyObjects } = parameter;
  if (content || (!explode && !isDeep(parameter))) return [name];
  const members = isDeep(parameter) ? [] : (properties ?? []);
  return acceptsOnlyObjects ? members : [name, ...members];
}

function isDeep({ style, content }: Parameter): boolean {
  return style === 'deepObject' && !content;
}
