import { type JsonObject, type JsonValue } from '../document/json.js';
import {
  type Forms,
  formsOf,
  isLeftOutByNull,
  isOptional,
  itemSchemas,
  propertyNames,
  propertySchemas,
} from '../arguments/alternatives.js';

/** More places than the arguments of any sensible operation have; alternatives may multiply them. */
const MOST_PLACES = 5000;

/**
 * Whether every null in the place of an optional property is read as left out, wherever in the arguments it may be. A
 * parameter may be null besides, since it is left out then anyway (RFC 6570, section 3.2.1); within the body a null may be
 * just what is meant.
 */
export function areNullsClear(argumentsSchema: JsonObject): boolean {
  const places = new Places(argumentsSchema);
  places.add([argumentsSchema]);
  for (const forms of places) {
    const names = [...propertyNames(forms)];
    const doubtful = forms.includes(argumentsSchema) ? names.filter((name) => name === 'body') : names;
    const isClear = (name: string) => !isOptional(forms, name) || isLeftOutByNull(argumentsSchema, forms, name);
    if (!doubtful.every(isClear) || places.size > MOST_PLACES) return false;
    for (const name of names) places.add(propertySchemas(forms, name));
    places.add(itemSchemas(forms));
  }
  return true;
}

/** Places of the arguments, those that leave the same forms being one; they may be added while they are gone through. */
class Places {
  readonly #root: JsonObject;
  readonly #places = new Map<string, Forms>();
  readonly #numbers = new Map<JsonObject, number>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  get size(): number {
    return this.#places.size;
  }

  add(schemas: readonly JsonValue[]): void {
    const forms = formsOf(this.#root, schemas);
    const key = forms
      .map((form) => this.#numberOf(form))
      .toSorted()
      .join();
    if (!this.#places.has(key)) this.#places.set(key, forms);
  }

  [Symbol.iterator](): Iterator<Forms> {
    return this.#places.values();
  }

  #numberOf(form: JsonObject): number {
    const number = this.#numbers.get(form) ?? this.#numbers.size;
    this.#numbers.set(form, number);
    return number;
  }
}
