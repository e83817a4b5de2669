import { type JsonObject, type JsonValue, pointerTokens } from './json.js';

/** A change of one member of an object; without a value, it is removed. */
interface Edit {
  readonly holder: string;
  readonly name: string;
  readonly value: JsonValue | undefined;
}

/** Collects changes of a document, and applies them to a copy once all are known. */
export class Draft {
  readonly #edits: Edit[] = [];

  constructor(private readonly json: JsonObject) {}

  /** @param holder the pointer of the object or list */
  set(holder: string, name: string | number, value: JsonValue): void {
    this.#edits.push({ holder, name: String(name), value });
  }

  remove(holder: string, name: string): void {
    this.#edits.push({ holder, name, value: undefined });
  }

  /** Returns the changed document, or the very same one if nothing changes. Objects that do not change are shared with the original. */
  apply(): JsonObject {
    if (this.#edits.length === 0) return this.json;
    const copies = new Map<string, JsonObject | JsonValue[]>();
    const root = copyOf(this.json);
    copies.set('', root);
    for (const { holder, name, value } of this.#edits) {
      const object = copyAt(root, holder, copies);
      if (value === undefined) Reflect.deleteProperty(object, name);
      else define(object, name, value);
    }
    return root as JsonObject;
  }
}

/** Copies the objects on the way to a pointer, each once. */
function copyAt(
  root: JsonObject | JsonValue[],
  pointer: string,
  copies: Map<string, JsonObject | JsonValue[]>,
): JsonObject | JsonValue[] {
  let object = root;
  let path = '';
  for (const token of pointerTokens(pointer)) {
    path += `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const known = copies.get(path);
    const copy = known ?? copyOf((object as JsonObject)[token] as JsonObject | JsonValue[]);
    if (known === undefined) {
      copies.set(path, copy);
      define(object, token, copy);
    }
    object = copy;
  }
  return object;
}

function copyOf<T extends JsonObject | JsonValue[]>(value: T): T {
  return (Array.isArray(value) ? [...value] : { ...value }) as T;
}

/** Defines a member, also one named `__proto__`. */
function define(object: JsonObject | JsonValue[], name: string, value: JsonValue): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}
