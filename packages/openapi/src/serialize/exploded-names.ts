import { pointerTo } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { type PathQuery } from '../operations/path-query.js';
import { unfit } from './encode.js';

/**
 * What an exploded object may add: the properties that its schema declares, or any where it declares none; and never a name that is
 * another parameter's, or another object's to add.
 *
 * @param all the parameters of its location, itself included
 * @param fixed what is sent there in every request
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
        throw unfit(place, 'is not declared for this parameter');
      if (taken.has(name)) throw unfit(place, 'would set another parameter of the same name');
    }
  };
}
