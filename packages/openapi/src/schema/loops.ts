import { type JsonObject } from '../document/json.js';
import { type SchemaKeyword } from '../document/schema-keywords.js';
import { targetsOf } from './targets.js';
import { type Expansion, useKey, useOf } from './uses.js';

interface Visit {
  readonly key: string;
  readonly targets: readonly string[];
  next: number;
  /** the earliest visit that can be reached from this one */
  earliest: number;
}

/**
 * Finds schemas that apply to the same value endlessly: `A: {allOf: [{$ref: A}]}`, but not the tree `A: {properties: {child: {$ref: A}}}`.
 *
 * Two schemas are in the same loop if in-place references lead from each to the other. These are the strongly connected components of the
 * graph of in-place references (Tarjan 1972), found in linear time, and without recursion because documents may chain thousands of schemas.
 */
export class SchemaLoops {
  readonly #root: JsonObject;
  readonly #expansion: Expansion;
  readonly #select: (keyword: SchemaKeyword) => boolean;
  readonly #order = new Map<string, number>();
  readonly #components = new Map<string, number>();
  readonly #sizes = new Map<number, number>();
  readonly #open: string[] = [];

  /** @param select the keywords whose references count; by default those that apply to the same value */
  constructor(
    root: JsonObject,
    expansion: Expansion,
    select: (keyword: SchemaKeyword) => boolean = ({ inPlace }) => inPlace,
  ) {
    this.#root = root;
    this.#expansion = expansion;
    this.#select = select;
  }

  /** Returns the loop of a schema, by its `useKey`; its size is 1 if the schema is in none, or refers only to itself. */
  loopOf(key: string): { id: number; size: number } {
    const id = this.#component(key);
    return { id, size: this.#sizes.get(id) ?? 1 };
  }

  /** Returns whether a reference from one schema to another closes a loop. */
  closes(from: string, to: string): boolean {
    return this.#component(from) === this.#component(to);
  }

  /** Returns whether a schema is part of a loop. */
  has(key: string): boolean {
    return this.#targets(key).some((target) => this.closes(key, target));
  }

  #component(key: string): number {
    if (!this.#components.has(key)) this.#explore(key);
    return this.#components.get(key) ?? -1;
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

  #visit(key: string): Visit {
    const order = this.#order.size;
    this.#order.set(key, order);
    this.#open.push(key);
    return { key, targets: this.#targets(key), next: 0, earliest: order };
  }

  #leave({ key, earliest }: Visit, parent: Visit | undefined): void {
    if (parent) parent.earliest = Math.min(parent.earliest, earliest);
    if (earliest !== this.#order.get(key)) return;
    for (let member = this.#open.pop(); member !== undefined; member = this.#open.pop()) {
      this.#components.set(member, earliest);
      this.#sizes.set(earliest, (this.#sizes.get(earliest) ?? 0) + 1);
      if (member === key) return;
    }
  }

  #targets(key: string): string[] {
    return targetsOf(this.#root, useOf(this.#root, key), this.#select, this.#expansion).map(useKey);
  }
}
