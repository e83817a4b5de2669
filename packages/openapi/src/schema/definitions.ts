import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  member,
  pointerTokens,
  stringMember,
} from '../document/json.js';
import { follow } from '../document/references.js';
import { SchemaLoops } from './loops.js';

type Schema = JsonObject | boolean;

/** The `$defs` of one schema that is put together from a document's, and the references to them. */
export class SchemaReferences {
  readonly #root: JsonObject;
  readonly #names = new Map<string, { name: string; order: number }>();
  readonly #taken = new Set<string>();
  readonly #waiting: { name: string; target: Located }[] = [];
  readonly #uses: { name: string; schema: JsonObject; isMergeable: boolean }[] = [];
  readonly #loops: SchemaLoops;

  constructor(root: JsonObject) {
    this.#root = root;
    this.#loops = new SchemaLoops(root);
  }

  /**
   * A schema that refers to a definition. What cannot be found, or would apply to itself without end, allows anything.
   *
   * @param siblings keywords that stand beside `$ref`
   * @param owner the definition that the reference is applied in place of, if it is
   */
  refer(reference: string, siblings: JsonObject, owner: string | undefined): JsonObject {
    const target = follow(this.#root, reference, '');
    if ('code' in target) return siblings;
    const { name, order } = this.#names.get(target.pointer) ?? this.#define(target);
    // Of a loop the way in stays and the way back goes: `Pet: oneOf Cat, Dog` with `Cat: allOf Pet, …` means just that.
    const isWayBack = owner !== undefined && order <= (this.#names.get(owner)?.order ?? -1);
    if (isWayBack && this.#loops.closes(owner, target.pointer)) return siblings;
    const schema = { $ref: `#/$defs/${name}`, ...siblings };
    this.#uses.push({ name, schema, isMergeable: Object.keys(siblings).every((keyword) => ANNOTATIONS.has(keyword)) });
    return schema;
  }

  /** A schema that stands for one of our own, which is defined once like those of the document. */
  referToOwn(definition: Located): JsonObject {
    const { name } = this.#names.get(definition.pointer) ?? this.#define(definition);
    const schema = { $ref: `#/$defs/${name}` };
    this.#uses.push({ name, schema, isMergeable: true });
    return schema;
  }

  /**
   * Reads the definitions that are referred to, and those that they refer to, and puts each that is used once where it is
   * used: models read a schema more easily without a detour.
   *
   * @returns what remains for `$defs`: shared and recursive schemas
   */
  settle(read: (target: Located) => Schema): JsonObject {
    const definitions = new Map<string, Schema>();
    // A queue and not a recursion: a chain of references may be longer than the stack is deep.
    for (const { name, target } of this.#waiting) definitions.set(name, read(target));
    const counts = new Map<string, number>();
    for (const { name } of this.#uses) counts.set(name, (counts.get(name) ?? 0) + 1);
    // A definition is read after its only use was written, so the last uses go first and nothing merged is stale.
    for (const { name, schema, isMergeable } of this.#uses.toReversed()) {
      const definition = definitions.get(name);
      if (counts.get(name) !== 1 || !isMergeable || !isObject(definition)) continue;
      const { $ref: _, ...siblings } = schema;
      delete schema['$ref'];
      Object.assign(schema, definition, siblings);
      definitions.delete(name);
    }
    return Object.fromEntries(definitions);
  }

  #define(target: Located): { name: string; order: number } {
    const wanted = (pointerTokens(target.pointer).at(-1) ?? '').replace(/[^\w.-]/g, '_') || 'schema';
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${wanted}_${count}`;
    this.#taken.add(name);
    const definition = { name, order: this.#names.size };
    this.#names.set(target.pointer, definition);
    this.#waiting.push({ name, target });
    return definition;
  }
}

const ANNOTATIONS = new Set(['title', 'description', 'default', 'deprecated', 'examples', 'readOnly', 'writeOnly']);

/** How many schemas a schema may be put together from before we stop looking for read-only properties in them. */
const MOST_PARTS = 100;

/** The names of the properties that only answers have, which a request need not give (OAS 3.0.4, 4.7.24 `readOnly`). */
export function readOnlyProperties(root: JsonObject, schema: JsonObject): ReadonlySet<string> {
  const names = new Set<string>();
  const parts = new Set<JsonValue>([schema]);
  for (const part of parts) {
    if (parts.size > MOST_PARTS) break;
    const reference = stringMember(part, '$ref');
    const target = reference === undefined ? undefined : follow(root, reference, '');
    if (target && !('code' in target)) parts.add(target.value);
    const allOf = member(part, 'allOf');
    if (Array.isArray(allOf)) allOf.forEach((each) => parts.add(each));
    const properties = member(part, 'properties');
    for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
      if (isReadOnly(root, property)) names.add(name);
    }
  }
  return names;
}

function isReadOnly(root: JsonObject, property: JsonValue): boolean {
  if (member(property, 'readOnly') === true) return true;
  const reference = stringMember(property, '$ref');
  const target = reference === undefined ? undefined : follow(root, reference, '');
  return target !== undefined && !('code' in target) && member(target.value, 'readOnly') === true;
}

/** Whether a schema allows anything: what remains of a reference that could not be followed. */
export function allowsAnything(schema: JsonValue): boolean {
  return schema === true || (isObject(schema) && Object.keys(schema).every((keyword) => ANNOTATIONS.has(keyword)));
}
