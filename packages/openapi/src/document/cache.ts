import { type JsonObject } from './json.js';

/** Values that are computed once for each object of a document. Documents may share objects. */
export class ObjectCache<T> {
  readonly #byRoot = new WeakMap<JsonObject, WeakMap<JsonObject, { value: T | undefined }>>();

  /** @returns `undefined` while the value of the very same object is computed */
  get(root: JsonObject, object: JsonObject, compute: () => T | undefined): T | undefined {
    const known = this.#byRoot.get(root) ?? new WeakMap<JsonObject, { value: T | undefined }>();
    this.#byRoot.set(root, known);
    const found = known.get(object);
    if (found !== undefined) return found.value;
    const entry: { value: T | undefined } = { value: undefined };
    known.set(object, entry);
    entry.value = compute();
    return entry.value;
  }
}
