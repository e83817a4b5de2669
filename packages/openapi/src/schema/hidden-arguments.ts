import {
  type JsonObject,
  type JsonValue,
  isObject,
  listMember,
  mapMembers,
  member,
  objectMember,
  pointerTo,
  pointerTokens,
} from '../document/json.js';
import { DEFINITION, definitionOf } from './argument-schemas.js';
import { withoutUnusedDefinitions } from './definition-order.js';

/** Keywords that apply schemas to the same value. */
const COMPOSITIONS = ['allOf', 'anyOf', 'oneOf'] as const;

/**
 * Removes arguments from a schema of arguments, because the caller must not send them: their properties and the requirement to send them. An
 * object that has no other properties is removed with them.
 *
 * @param schema as `argumentsSchema` makes it; it is not changed
 * @param pointers JSON pointers of members, such as `/limit` and `/body/account_id`; none leads into another
 */
export function hideArguments(schema: JsonObject, pointers: readonly string[]): JsonObject {
  return pointers.reduce((shown, pointer) => new ArgumentHider(shown).hide(pointerTokens(pointer)), schema);
}

/** Hides one argument. Definitions on the way to it are copied, because other references need them unchanged. */
class ArgumentHider {
  readonly #root: JsonObject;
  readonly #definitions: JsonObject;
  /** The references to the copies, by the reference to the original and the rest of the path. */
  readonly #copies = new Map<string, string>();

  constructor(root: JsonObject) {
    this.#root = root;
    this.#definitions = { ...objectMember(root, '$defs') };
  }

  hide(path: readonly string[]): JsonObject {
    const { $defs: _, ...schema } = this.#hide(this.#root, path);
    return withoutUnusedDefinitions({ ...schema, $defs: this.#definitions });
  }

  #hide(schema: JsonObject, path: readonly string[]): JsonObject {
    const hidden = this.#hideProperty(schema, path);
    const { $ref } = schema;
    if (typeof $ref === 'string') hidden['$ref'] = this.#copyOf($ref, path);
    for (const keyword of COMPOSITIONS) {
      const parts = listMember(schema, keyword);
      if (parts) hidden[keyword] = parts.map((part) => (isObject(part) ? this.#hide(part, path) : part));
    }
    return hidden;
  }

  #copyOf(reference: string, path: readonly string[]): string {
    const definition = definitionOf(this.#root, { $ref: reference });
    if (!isObject(definition)) return reference;
    const key = pointerTo(reference, ...path);
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const name = this.#freeName(reference.slice(DEFINITION.length));
    // A definition may refer to itself.
    this.#copies.set(key, DEFINITION + name);
    this.#definitions[name] = {};
    this.#definitions[name] = this.#hide(definition, path);
    return DEFINITION + name;
  }

  #freeName(name: string): string {
    for (let number = 2; ; number++) {
      const free = `${name}_${number}`;
      if (!Object.hasOwn(this.#definitions, free)) return free;
    }
  }

  #hideProperty(schema: JsonObject, [name = '', ...inner]: readonly string[]): JsonObject {
    if (inner.length === 0) return withoutProperty(schema, name);
    const properties = objectMember(schema, 'properties');
    const property = member(properties, name);
    if (!isObject(property)) return { ...schema };
    const rest = this.#hide(property, inner);
    if (this.#isEmptied(rest)) return withoutProperty(schema, name);
    const changed = {
      ...schema,
      properties: mapMembers(properties ?? {}, (value, key) => (key === name ? rest : value)),
    };
    // The object is always sent, because of the hidden member.
    if (!this.#requiresMembers(rest)) return changed;
    return { ...changed, required: [...new Set([...requiredOf(schema), name])] };
  }

  /** Returns whether an object has no properties left, and declares no others. */
  #isEmptied(schema: JsonObject): boolean {
    const definition = this.#definitionOf(schema);
    if (isObject(definition)) return this.#isEmptied(definition);
    const { properties, additionalProperties = false } = schema;
    if (!isObject(properties) || Object.keys(properties).length > 0 || additionalProperties !== false) return false;
    return ![...COMPOSITIONS, 'patternProperties'].some((keyword) => keyword in schema);
  }

  #requiresMembers(schema: JsonObject, seen = new Set<JsonObject>()): boolean {
    if (seen.has(schema)) return false;
    seen.add(schema);
    const parts = [this.#definitionOf(schema), ...(listMember(schema, 'allOf') ?? [])];
    return requiredOf(schema).length > 0 || parts.some((part) => isObject(part) && this.#requiresMembers(part, seen));
  }

  #definitionOf(schema: JsonObject): JsonValue | undefined {
    return definitionOf({ $defs: this.#definitions }, schema);
  }
}

function withoutProperty(schema: JsonObject, name: string): JsonObject {
  const { properties, required, ...others } = schema;
  const kept = Object.entries(isObject(properties) ? properties : {}).filter(([key]) => key !== name);
  return {
    ...others,
    ...(properties !== undefined && { properties: Object.fromEntries(kept) }),
    ...(required !== undefined && { required: requiredOf(schema).filter((key) => key !== name) }),
  };
}

function requiredOf(schema: JsonObject): JsonValue[] {
  return listMember(schema, 'required') ?? [];
}
