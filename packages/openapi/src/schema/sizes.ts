import { type OpenApiDocument } from '../document/document.js';
import { type JsonObject, type Located } from '../document/json.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { SchemaNormalizer } from './normalize.js';
import { targetsOf } from './targets.js';

interface Measured {
  readonly characters: number;
  /** the schemas that it refers to */
  readonly targets: readonly Located[];
}

/** Computes how large the schemas of operations are when they are written out. Each schema of the document is written only once for it. */
export class SchemaSizes {
  readonly #root: JsonObject;
  readonly #normalizer: SchemaNormalizer;
  readonly #measured = new Map<string, Measured>();

  constructor({ json, version }: OpenApiDocument) {
    this.#root = json;
    this.#normalizer = new SchemaNormalizer(json, version);
  }

  /**
   * Returns the characters of all schemas of an operation, each definition once, and the pointers of these.
   *
   * @param max ends the count once it is exceeded, so that counting costs no more than what is allowed
   */
  written({ parameters, body }: OperationPlan, max: number): { characters: number; definitions: ReadonlySet<string> } {
    const definitions = new Set<string>();
    const queue: Located[] = [...parameters, ...(body === undefined ? [] : [body])].map(({ schema }) => schema);
    let characters = 0;
    for (const schema of queue) {
      const { characters: own, targets } = this.#measure(schema);
      characters += own;
      if (characters > max) break;
      for (const target of targets) {
        if (definitions.has(target.pointer)) continue;
        definitions.add(target.pointer);
        queue.push(target);
      }
    }
    return { characters, definitions };
  }

  #measure(schema: Located): Measured {
    const known = this.#measured.get(schema.pointer);
    if (known !== undefined) return known;
    const found = targetsOf(this.#root, schema.value, ({ isApplicator }) => isApplicator);
    const targets = new Map(found.map((target) => [target.pointer, target]));
    const { length } = JSON.stringify(this.#normalizer.normalize(schema));
    const measured = { characters: length, targets: [...targets.values()] };
    this.#measured.set(schema.pointer, measured);
    return measured;
  }
}
