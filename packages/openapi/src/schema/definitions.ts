import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  member,
  objectMember,
  pointerTokens,
  stringMember,
} from '../document/json.js';
import { composedSchemas } from '../document/composed-schemas.js';
import { follow } from '../document/references.js';
import { SchemaLoops } from './loops.js';

type Schema = JsonObject | boolean;

/**
 * The levels down to which definitions are inlined. Deeper schemas remain references, because a chain of thousands of schemas would exceed the
 * stack of whatever reads the result.
 */
const MAX_INLINED_LEVELS = 40;

/** A reference to a definition. */
interface Use {
  readonly name: string;
  readonly schema: JsonObject;
  readonly isMergeable: boolean;
  /** the pointer of the schema that was read when the reference was found */
  readonly within: string;
  /** levels between that schema and the reference */
  readonly level: number;
}

/** Collects the `$defs` of a normalized schema and the references to them. */
export class SchemaReferences {
  readonly #root: JsonObject;
  readonly #names = new Map<string, { name: string; order: number }>();
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #queue: { name: string; target: Located }[] = [];
  readonly #uses: Use[] = [];
  readonly #loops: SchemaLoops;
  /** the pointer of the schema that is being read */
  #reading = '';

  constructor(root: JsonObject) {
    this.#root = root;
    this.#loops = new SchemaLoops(root);
  }

  /**
   * Returns a schema that refers to a definition. A reference that cannot be resolved or that closes a loop is dropped.
   *
   * @param siblings keywords beside `$ref`
   * @param pointer where the reference is
   * @param owner the pointer of the definition that the reference is part of, if both apply to the same value
   */
  refer(reference: string, siblings: JsonObject, pointer: string, owner: string | undefined): JsonObject {
    const target = follow(this.#root, reference, '');
    if ('code' in target) return siblings;
    const { name, order } = this.#names.get(target.pointer) ?? this.#define(target);
    // Only the back reference of a loop is dropped, as in `Pet: oneOf Cat, Dog` with `Cat: allOf Pet, …`.
    const isBackReference = owner !== undefined && order <= (this.#names.get(owner)?.order ?? -1);
    if (isBackReference && this.#loops.closes(owner, target.pointer)) return siblings;
    const schema = { $ref: `#/$defs/${name}`, ...siblings };
    this.#use(
      name,
      schema,
      pointer,
      Object.keys(siblings).every((keyword) => ANNOTATION_KEYWORDS.has(keyword)),
    );
    return schema;
  }

  /** Returns a schema that refers to a built-in definition. */
  referToBuiltIn(definition: Located, pointer: string): JsonObject {
    const { name } = this.#names.get(definition.pointer) ?? this.#define(definition);
    const schema = { $ref: `#/$defs/${name}` };
    this.#use(name, schema, pointer, true);
    return schema;
  }

  /**
   * Reads all definitions that are referred to, and replaces the only reference to a definition by the definition itself, which models read
   * more easily, down to {@link MAX_INLINED_LEVELS}.
   *
   * @returns the remaining `$defs`: shared and recursive schemas
   */
  inlineSingleUses(read: (target: Located) => Schema): JsonObject {
    const definitions = new Map<string, Schema>();
    // A queue instead of recursion, because a chain of references may exceed the stack.
    for (const { name, target } of this.#queue) {
      this.startReading(target.pointer);
      definitions.set(name, read(target));
    }
    const counts = new Map<string, number>();
    for (const { name } of this.#uses) counts.set(name, (counts.get(name) ?? 0) + 1);
    const heights = new Map<string, number>();
    const pointers = new Map(this.#queue.map(({ name, target }) => [name, target.pointer]));
    // A definition is read after its only use is written, so processing uses from the last to the first merges no stale schema.
    for (const { name, schema, isMergeable, within, level } of this.#uses.toReversed()) {
      const definition = definitions.get(name);
      const height = level + (heights.get(pointers.get(name) ?? '') ?? 0);
      if (counts.get(name) !== 1 || !isMergeable || !isObject(definition) || height > MAX_INLINED_LEVELS) continue;
      heights.set(within, Math.max(height, heights.get(within) ?? 0));
      const { $ref: _, ...siblings } = schema;
      delete schema['$ref'];
      Object.assign(schema, definition, siblings);
      definitions.delete(name);
    }
    return Object.fromEntries(definitions);
  }

  /** Announces the schema whose references follow. */
  startReading(pointer: string): void {
    this.#reading = pointer;
  }

  #use(name: string, schema: JsonObject, pointer: string, isMergeable: boolean): void {
    const within = this.#reading;
    const level = pointerTokens(pointer).length - pointerTokens(within).length;
    this.#uses.push({ name, schema, isMergeable, within, level });
  }

  #define(target: Located): { name: string; order: number } {
    const wanted = (pointerTokens(target.pointer).at(-1) ?? '').replace(/[^\w.-]/g, '_') || 'schema';
    let name = wanted;
    let count = this.#counts.get(wanted) ?? 1;
    for (; this.#taken.has(name); count += 1) name = `${wanted}_${count + 1}`;
    this.#counts.set(wanted, count);
    this.#taken.add(name);
    const definition = { name, order: this.#names.size };
    this.#names.set(target.pointer, definition);
    this.#queue.push({ name, target });
    return definition;
  }
}

const ANNOTATION_KEYWORDS = new Set([
  'title',
  'description',
  'default',
  'deprecated',
  'examples',
  'readOnly',
  'writeOnly',
]);

/** Returns the names of read-only properties, which a request need not have (OAS 3.0.4, section 4.7.24, `readOnly`). */
export function readOnlyProperties(root: JsonObject, schema: JsonObject): ReadonlySet<string> {
  const parts = composedSchemas(root, { value: schema, pointer: '' }, ['allOf']);
  const properties = parts.flatMap(({ value }) => Object.entries(objectMember(value, 'properties') ?? {}));
  return new Set(properties.filter(([, property]) => isReadOnly(root, property)).map(([name]) => name));
}

function isReadOnly(root: JsonObject, property: JsonValue): boolean {
  if (member(property, 'readOnly') === true) return true;
  const reference = stringMember(property, '$ref');
  const target = reference === undefined ? undefined : follow(root, reference, '');
  return target !== undefined && !('code' in target) && member(target.value, 'readOnly') === true;
}

/** Returns whether a schema allows any value, like one whose reference could not be resolved. */
export function isUnrestricted(schema: JsonValue): boolean {
  return (
    schema === true || (isObject(schema) && Object.keys(schema).every((keyword) => ANNOTATION_KEYWORDS.has(keyword)))
  );
}
