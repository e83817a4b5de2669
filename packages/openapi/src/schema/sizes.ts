import { type OpenApiDocument } from '../document/document.js';
import { type JsonValue } from '../document/json.js';
import { stringifyExactly } from '../numbers/exact-number.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { MAX_EXPANDED_CHARACTERS, MAX_EXPANDED_DEFINITIONS, hasFamilies } from './discriminator/families.js';
import { isPlainScalar } from '../operations/writable-values.js';
import { SchemaNormalizer } from './normalize.js';
import { targetsOf } from './targets.js';
import { type Expansion, type SchemaUse, definitionKey, useKey, wholeUse } from './uses.js';

interface Measured {
  readonly characters: number;
  /** the schemas that it refers to, by their `definitionKey` */
  readonly targets: readonly (readonly [string, SchemaUse])[];
}

/** The schemas of an operation when they are written out. */
export interface WrittenSize {
  /** the characters of all schemas, each definition once */
  readonly characters: number;
  /** the definitions, by their `useKey` */
  readonly definitions: ReadonlySet<string>;
  readonly expansion: Expansion;
}

/** Computes how large the schemas of operations are when they are written out. Each schema of the document is written only once for it. */
export class SchemaSizes {
  readonly #document: OpenApiDocument;
  readonly #normalizers: { readonly [expansion in Expansion]: SchemaNormalizer };
  /** Operations share most parameters. */
  readonly #plain = new Map<JsonValue, Measured>();
  readonly #measured = { children: new Map<string, Measured>(), none: new Map<string, Measured>() };

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#normalizers = {
      children: new SchemaNormalizer(document, 'children'),
      none: new SchemaNormalizer(document, 'none'),
    };
  }

  /** @param max ends the count once it is exceeded, so that counting costs no more than what is allowed */
  written(plan: OperationPlan, max: number): WrittenSize {
    const expanded = hasFamilies(this.#document.json)
      ? this.#count(plan, MAX_EXPANDED_CHARACTERS, 'children')
      : undefined;
    return (
      expanded ?? this.#count(plan, max, 'none') ?? { characters: max + 1, definitions: new Set(), expansion: 'none' }
    );
  }

  #count({ parameters, body }: OperationPlan, max: number, expansion: Expansion): WrittenSize | undefined {
    const definitions = new Map<string, string>();
    const schemas = [...parameters, ...(body === undefined ? [] : [body])].map(({ schema }) => schema);
    const queue = schemas.map((schema): readonly [string, SchemaUse] => [schema.pointer, wholeUse(schema)]);
    let characters = 0;
    for (const [key, use] of queue) {
      const { characters: own, targets } = this.#measurePlain(use) ?? this.#measure(key, use, expansion);
      characters += own;
      if (characters > max || (expansion === 'children' && definitions.size > MAX_EXPANDED_DEFINITIONS))
        return undefined;
      for (const target of targets) {
        if (definitions.has(target[0])) continue;
        definitions.set(target[0], useKey(target[1]));
        queue.push(target);
      }
    }
    return { characters, definitions: new Set(definitions.values()), expansion };
  }

  /** @param key the `definitionKey` of the use */
  #measure(key: string, use: SchemaUse, expansion: Expansion): Measured {
    const known = this.#measured[expansion].get(key);
    if (known !== undefined) return known;
    const found = targetsOf(this.#document.json, use, ({ isApplicator }) => isApplicator, expansion);
    const targets = new Map(found.map((target) => [definitionKey(target), target]));
    const { length } = stringifyExactly(this.#normalizers[expansion].normalize(use));
    const measured = { characters: length, targets: [...targets] };
    this.#measured[expansion].set(key, measured);
    const isSame = !use.asParent && found.every((target) => !target.asParent && target.tag === undefined);
    // Most schemas are the same without expansion, and need not be written again for it.
    if (isSame) this.#measured.none.set(key, measured);
    return measured;
  }

  /** Measures a schema of scalars as it is in the document: normalization changes little of it, and most parameters have such a schema. */
  #measurePlain({ value, tag }: SchemaUse): Measured | undefined {
    if (tag !== undefined || !isPlainScalar(value)) return undefined;
    const known = this.#plain.get(value);
    if (known !== undefined) return known;
    const measured = { characters: stringifyExactly(value).length, targets: [] };
    this.#plain.set(value, measured);
    return measured;
  }
}
