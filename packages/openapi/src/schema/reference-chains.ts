import { objectMember, type JsonObject, type JsonValue, isObject } from '../document/json.js';
import { subschemas } from '../document/schema-keywords.js';
import { definitionOf, DEFINITION } from './argument-schemas.js';
import { targetsOf } from './targets.js';
import { type Expansion, useKey, useOf } from './uses.js';

/** A validator calls itself for each reference of such a chain; thousands exhaust the stack. Published documents have fewer than 20. */
export const MAX_CHAIN_LENGTH = 200;

interface Visit {
  readonly name: string;
  readonly targets: readonly string[];
  next: number;
  longest: number;
}

/**
 * Measures chains of schemas that refer to each other and apply to the same value: `A: {allOf: [{$ref: B}]}`, `B: {allOf: [{$ref: C}]}`, but not
 * `A: {properties: {b: {$ref: B}}}`. Works without recursion, because documents may chain thousands of schemas.
 */
export class ReferenceChains {
  readonly #targetsOf: (name: string) => readonly string[];
  readonly #lengths = new Map<string, number>();

  /** @param targetsOf returns the names of the schemas that a schema refers to and that apply to the same value */
  constructor(targetsOf: (name: string) => readonly string[]) {
    this.#targetsOf = targetsOf;
  }

  /** Measures the schemas of a document, by their `useKey`. */
  static ofDocument(root: JsonObject, expansion: Expansion): ReferenceChains {
    return new ReferenceChains((key) =>
      targetsOf(root, useOf(root, key), ({ inPlace }) => inPlace, expansion).map(useKey),
    );
  }

  /** Returns the number of schemas in the longest chain that begins with a schema. A loop is left where it closes. */
  lengthOf(start: string): number {
    const visits = this.#lengths.has(start) ? [] : [this.#visit(start)];
    const open = new Set([start]);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const target = visit.targets[visit.next];
      visit.next += 1;
      if (target === undefined) {
        this.#lengths.set(visit.name, visit.longest + 1);
        open.delete(visit.name);
        visits.pop();
        const parent = visits.at(-1);
        if (parent) parent.longest = Math.max(parent.longest, visit.longest + 1);
      } else if (this.#lengths.has(target)) {
        visit.longest = Math.max(visit.longest, this.#lengths.get(target) ?? 0);
      } else if (!open.has(target)) {
        open.add(target);
        visits.push(this.#visit(target));
      }
    }
    return this.#lengths.get(start) ?? 0;
  }

  #visit(name: string): Visit {
    return { name, targets: this.#targetsOf(name), next: 0, longest: 0 };
  }
}

/** Returns whether a schema of arguments has a chain of references that is too long to be checked. */
export function hasLongChain(schema: JsonObject): boolean {
  const definitions = objectMember(schema, '$defs') ?? {};
  const chains = new ReferenceChains((name) => referencesInPlace(schema, definitions[name] ?? true));
  return Object.keys(definitions).some((name) => chains.lengthOf(name) > MAX_CHAIN_LENGTH);
}

function referencesInPlace(root: JsonObject, schema: JsonValue): string[] {
  if (!isObject(schema)) return [];
  const nested = subschemas(schema, ({ inPlace }) => inPlace).flatMap((part) => referencesInPlace(root, part));
  const isReference = definitionOf(root, schema) !== undefined;
  return isReference ? [String(schema['$ref']).slice(DEFINITION.length), ...nested] : nested;
}
