import { type JsonObject, type JsonValue, isObject, member, objectMember, pointerTokens } from '../document/json.js';
import { composedSchemas } from '../document/composed-schemas.js';
import { followReference } from '../document/references.js';
import { FILE } from './file-schema.js';
import { SchemaLoops } from './loops.js';
import { type Expansion, type SchemaUse, definitionKey, useKey, wholeUse } from './uses.js';

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
  /** the key of the schema that was read when the reference was found */
  readonly within: string;
  /** levels between that schema and the reference */
  readonly level: number;
}

/** Collects the `$defs` of a normalized schema and the references to them. */
export class SchemaReferences {
  readonly #names = new Map<string, { name: string; order: number }>();
  readonly #taken = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #queue: { name: string; use: SchemaUse }[] = [];
  readonly #uses: Use[] = [];
  readonly #loops: SchemaLoops;
  /** the schema that is being read */
  #reading: SchemaUse = wholeUse({ value: true, pointer: '' });

  constructor(root: JsonObject, expansion: Expansion) {
    this.#loops = new SchemaLoops(root, expansion);
  }

  /**
   * Returns a schema that refers to a definition. A reference that closes a loop is dropped.
   *
   * @param siblings keywords beside `$ref`
   * @param pointer where the reference is
   * @param owner the definition that the reference is part of, if both apply to the same value
   */
  refer(use: SchemaUse, siblings: JsonObject, pointer: string, owner: SchemaUse | undefined): JsonObject {
    const { name, order } = this.#names.get(definitionKey(use)) ?? this.#define(use);
    // Only the back reference of a loop is dropped, as in `Pet: oneOf Cat, Dog` with `Cat: allOf Pet, …`.
    const isBackReference = owner !== undefined && order <= (this.#names.get(definitionKey(owner))?.order ?? -1);
    if (isBackReference && this.#loops.closes(useKey(owner), useKey(use))) return siblings;
    const schema = { $ref: `#/$defs/${name}`, ...siblings };
    this.#use(
      name,
      schema,
      pointer,
      Object.keys(siblings).every((keyword) => ANNOTATION_KEYWORDS.has(keyword)),
    );
    return schema;
  }

  /** Returns a schema that refers to the definition of a file. */
  referToFile(pointer: string): JsonObject {
    return this.refer(wholeUse(FILE), {}, pointer, undefined);
  }

  /**
   * Reads all definitions that are referred to, and replaces the only reference to a definition by the definition itself, which models read
   * more easily, down to {@link MAX_INLINED_LEVELS}.
   *
   * @returns the remaining `$defs`: shared and recursive schemas; `undefined` if there are more definitions than `max`
   */
  inlineSingleUses(read: (use: SchemaUse) => Schema, max: number): JsonObject | undefined {
    const definitions = new Map<string, Schema>();
    // A queue instead of recursion, because a chain of references may exceed the stack.
    for (const { name, use } of this.#queue) {
      if (definitions.size === max) return undefined;
      this.startReading(use);
      definitions.set(name, read(use));
    }
    const counts = new Map<string, number>();
    for (const { name } of this.#uses) counts.set(name, (counts.get(name) ?? 0) + 1);
    const heights = new Map<string, number>();
    const keys = new Map(this.#queue.map(({ name, use }) => [name, definitionKey(use)]));
    // A definition is read after its only use is written, so processing uses from the last to the first merges no stale schema.
    for (const { name, schema, isMergeable, within, level } of this.#uses.toReversed()) {
      const definition = definitions.get(name);
      const height = level + (heights.get(keys.get(name) ?? '') ?? 0);
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
  startReading(use: SchemaUse): void {
    this.#reading = use;
  }

  #use(name: string, schema: JsonObject, pointer: string, isMergeable: boolean): void {
    const within = definitionKey(this.#reading);
    const level = pointerTokens(pointer).length - pointerTokens(this.#reading.pointer).length;
    this.#uses.push({ name, schema, isMergeable, within, level });
  }

  #define(use: SchemaUse): { name: string; order: number } {
    const wanted = (pointerTokens(use.pointer).at(-1) ?? '').replace(/[^\w.-]/g, '_') || 'schema';
    let name = wanted;
    let count = this.#counts.get(wanted) ?? 1;
    for (; this.#taken.has(name); count += 1) name = `${wanted}_${count + 1}`;
    this.#counts.set(wanted, count);
    this.#taken.add(name);
    const definition = { name, order: this.#names.size };
    this.#names.set(definitionKey(use), definition);
    this.#queue.push({ name, use });
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
  const target = followReference(root, property, '');
  return target !== undefined && !('code' in target) && member(target.value, 'readOnly') === true;
}

/** Returns whether a schema allows any value, like one whose reference could not be resolved. */
export function isUnrestricted(schema: JsonValue): boolean {
  return (
    schema === true || (isObject(schema) && Object.keys(schema).every((keyword) => ANNOTATION_KEYWORDS.has(keyword)))
  );
}
