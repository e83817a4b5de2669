import { pointerTo } from '../json.js';
import { type Parameter } from '../operations/parameters.js';
import { unfit } from './encode.js';

/**
 * What an exploded object may add: the properties that its schema declares, or any where it declares none; and never a name that is
 * another parameter's, or another object's to add.
 *
 * @param all the parameters of its location, itself included
 */
export function checkNames(
  parameter: Parameter,
  all: readonly Parameter[],
): (names: readonly string[], pointer: string) => void {
  const { properties } = parameter;
  const others = all.filter((other) => other !== parameter);
  const taken = new Set(others.flatMap((other) => [other.name, ...(other.explode ? (other.properties ?? []) : [])]));
  return (names, pointer) => {
    for (const name of names) {
      const place = pointerTo(pointer, name);
      if (properties !== undefined && !properties.includes(name))
        throw unfit(place, 'is not declared for this parameter');
      if (taken.has(name)) throw unfit(place, 'would set another parameter of the same name');
    }
  };
}
