import { type JsonObject, type JsonValue } from '../document/json.js';
import {
  type Alternatives,
  alternativesOf,
  isOmittedByNull,
  isOptional,
  itemSchemas,
  propertyNames,
  propertySchemas,
} from '../arguments/alternatives.js';
import { areDistinct } from '../arguments/branch-choice.js';

/** More locations than the arguments of any sensible operation have; alternatives may multiply them. */
const MAX_LOCATIONS = 5000;

/**
 * Returns whether null means "omitted" for every optional property of the arguments. A parameter that is null is omitted anyway (RFC 6570,
 * section 3.2.1); within the body, a nullable property may really be null.
 */
export function canNullMeanOmitted(argumentsSchema: JsonObject): boolean {
  const locations = new Locations(argumentsSchema);
  locations.add([argumentsSchema]);
  for (const alternatives of locations) {
    const names = [...propertyNames(alternatives)];
    const checked = alternatives.includes(argumentsSchema) ? names.filter((name) => name === 'body') : names;
    const isUnambiguous = (name: string) =>
      !isOptional(alternatives, name) || isOmittedByNull(argumentsSchema, alternatives, name);
    if (!checked.every(isUnambiguous) || locations.size > MAX_LOCATIONS) return false;
    for (const name of names) locations.add(propertySchemas(alternatives, name));
    locations.add(itemSchemas(alternatives));
  }
  return true;
}

/** Locations of the arguments; those with the same alternatives count once. Locations can be added during iteration. */
class Locations {
  readonly #root: JsonObject;
  readonly #locations = new Map<string, Alternatives>();
  readonly #numbers = new Map<JsonObject, number>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  get size(): number {
    return this.#locations.size;
  }

  add(schemas: readonly JsonValue[]): void {
    const alternatives = alternativesOf(this.#root, schemas);
    // The value says which of these alternatives it is.
    if (alternatives.length > 1 && areDistinct(this.#root, alternatives)) {
      for (const alternative of alternatives) this.#add([alternative]);
    } else {
      this.#add(alternatives);
    }
  }

  #add(alternatives: Alternatives): void {
    const key = alternatives
      .map((alternative) => this.#numberOf(alternative))
      .toSorted()
      .join();
    if (!this.#locations.has(key)) this.#locations.set(key, alternatives);
  }

  [Symbol.iterator](): Iterator<Alternatives> {
    return this.#locations.values();
  }

  #numberOf(alternative: JsonObject): number {
    const number = this.#numbers.get(alternative) ?? this.#numbers.size;
    this.#numbers.set(alternative, number);
    return number;
  }
}
