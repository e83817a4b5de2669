import { pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type PathQuery } from '../operations/path-query.js';
import { invalidArgument } from './encode.js';

/**
 * Compiles a check of the names that an exploded object adds to a request: properties that its schema declares, or any if it declares none,
 * but never the names of other parameters or of properties of other exploded objects.
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
  const names = others.flatMap((other) => [other.name, ...(other.explode ? (other.properties ?? []) : [])]);
  const taken = new Set([...names, ...fixed.map(({ name }) => name)]);
  return (names, pointer) => {
    for (const name of names) {
      const place = pointerTo(pointer, name);
      if (properties !== undefined && !properties.includes(name))
        throw invalidArgument(place, 'is not a declared property of this parameter');
      if (taken.has(name)) throw invalidArgument(place, 'conflicts with another parameter of the same name');
    }
  };
}
