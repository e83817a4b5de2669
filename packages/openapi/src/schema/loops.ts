import { type JsonObject, type JsonValue, isObject, stringMember, valueAt } from '../document/json.js';
import { follow } from '../document/references.js';
import { schemaKind } from './keywords.js';

interface Visit {
  readonly pointer: string;
  readonly targets: readonly string[];
  next: number;
  /** the earliest visit that is reached from this one */
  earliest: number;
}

/**
 * Finds schemas that are made of themselves: `A: {allOf: [{$ref: A}]}` would apply to the same value for ever, whereas
 * `A: {properties: {child: {$ref: A}}}` is a tree and as it should be.
 *
 * Two schemas are in one loop if each is reached from the other by references that apply to the same value: the strongly
 * connected components of that graph (Tarjan 1972), found in linear time and without recursion, because documents may
 * chain many thousand schemas.
 */
export class SchemaLoops {
  readonly #root: JsonObject;
  readonly #order = new Map<string, number>();
  readonly #components = new Map<string, number>();
  readonly #open: string[] = [];

  constructor(root: JsonObject) {
    this.#root = root;
  }

  /** Whether the schema at one place, which refers to the one at the other, is reached from it again. */
  closes(from: string, to: string): boolean {
    return this.#component(from) === this.#component(to);
  }

  /** Whether a schema is made of itself. */
  has(pointer: string): boolean {
    return this.#targets(pointer).some((target) => this.closes(pointer, target));
  }

  #component(pointer: string): number {
    if (!this.#components.has(pointer)) this.#explore(pointer);
    return this.#components.get(pointer) ?? -1;
  }

  #explore(start: string): void {
    const visits = [this.#visit(start)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const target = visit.targets[visit.next];
      visit.next += 1;
      if (target === undefined) {
        visits.pop();
        this.#leave(visit, visits.at(-1));
      } else if (!this.#order.has(target)) {
        visits.push(this.#visit(target));
      } else if (!this.#components.has(target)) {
        visit.earliest = Math.min(visit.earliest, this.#order.get(target) ?? 0);
      }
    }
  }

  #visit(pointer: string): Visit {
    const order = this.#order.size;
    this.#order.set(pointer, order);
    this.#open.push(pointer);
    return { pointer, targets: this.#targets(pointer), next: 0, earliest: order };
  }

  #leave({ pointer, earliest }: Visit, parent: Visit | undefined): void {
    if (parent) parent.earliest = Math.min(parent.earliest, earliest);
    if (earliest !== this.#order.get(pointer)) return;
    for (let member = this.#open.pop(); member !== undefined; member = this.#open.pop()) {
      this.#components.set(member, earliest);
      if (member === pointer) return;
    }
  }

  #targets(pointer: string): string[] {
    return referencesInPlace(valueAt(this.#root, pointer) ?? {}).flatMap((reference) => {
      const target = follow(this.#root, reference, '');
      return 'code' in target ? [] : [target.pointer];
    });
  }
}

/** The references of a schema that apply to the very value that it applies to. */
function referencesInPlace(schema: JsonValue): string[] {
  if (Array.isArray(schema)) return schema.flatMap(referencesInPlace);
  if (!isObject(schema)) return [];
  const own = stringMember(schema, '$ref');
  const nested = Object.entries(schema).flatMap(([keyword, value]) => {
    const kind = schemaKind(keyword);
    if (kind === 'map in place' && isObject(value)) return Object.values(value).flatMap(referencesInPlace);
    return kind === 'schema in place' || kind === 'schemas in place' ? referencesInPlace(value) : [];
  });
  return own === undefined ? nested : [own, ...nested];
}
