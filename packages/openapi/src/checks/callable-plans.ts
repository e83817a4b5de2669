import { compileArgumentsCheck } from '../arguments/check-arguments.js';
import { type OpenApiDocument } from '../document/document.js';
import { type Finding, throwIfAny } from '../document/errors.js';
import { type OperationPlan } from '../operations/operation-plan.js';
import { argumentsSchema } from '../schema/arguments-schema.js';
import { SchemaLoops } from '../schema/loops.js';
import { MAX_CHAIN_LENGTH, ReferenceChains } from '../schema/reference-chains.js';
import { SchemaSizes } from '../schema/sizes.js';
import { InvalidParts } from './invalid-parts.js';
import { type Expansion, pointerOfUse } from '../schema/uses.js';

/** The largest operation of the corpus has 1,022,040. */
const MAX_OPERATION_CHARACTERS = 1_500_000;
/** The largest document of the corpus, of 11,422 operations, has 81 million. */
const MAX_DOCUMENT_CHARACTERS = 120_000_000;
/** The compiler follows a loop of references by recursion; a loop of fewer schemas never exhausts the stack. */
const SMALL_LOOP = 8;

/** The operations of a document that can be called, and findings about the others. */
export interface CallablePlans {
  plans: OperationPlan[];
  warnings: Finding[];
}

/**
 * Leaves out operations that depend on an invalid part of the document, and those whose schemas are too large when they are written out, or
 * cannot be compiled.
 *
 * @param invalidParts findings with pointers into the document that was read
 * @throws {InvalidDocumentError} `too_large`: the schemas of all operations together are too large
 */
export function callablePlans(
  document: OpenApiDocument,
  all: readonly OperationPlan[],
  invalidParts: readonly Finding[] = [],
): CallablePlans {
  const invalid = new InvalidParts(invalidParts);
  const sizes = new SchemaSizes(document);
  const compilers = { children: new TrialCompiler(document, 'children'), none: new TrialCompiler(document, 'none') };
  const plans: OperationPlan[] = [];
  const warnings: Finding[] = [];
  let total = 0;
  let largest = { characters: 0, plan: all[0] };
  for (const plan of all) {
    const { characters, definitions, expansion } = sizes.written(plan, MAX_OPERATION_CHARACTERS);
    if (invalid.has(plan, definitions)) continue;
    const isOversized = characters > MAX_OPERATION_CHARACTERS;
    const finding = isOversized ? oversized(plan) : compilers[expansion].finding(plan, definitions);
    if (finding !== undefined) {
      warnings.push(finding);
      continue;
    }
    plans.push(plan);
    total += characters;
    if (characters > largest.characters) largest = { characters, plan };
    if (total > MAX_DOCUMENT_CHARACTERS && largest.plan)
      throwIfAny([oversizedDocument(largest.plan, largest.characters)]);
  }
  return { plans, warnings: [...invalid.findings(), ...warnings] };
}

function oversized({ summary, pointer }: OperationPlan): Finding {
  const message = `the schemas of ${summary.operationId} have more than ${MAX_OPERATION_CHARACTERS} characters when they are written out; the operation is left out`;
  return { code: 'schema_too_large', message, pointer };
}

function oversizedDocument({ summary, pointer }: OperationPlan, characters: number): Finding {
  const message = `the schemas of the operations have more than ${MAX_DOCUMENT_CHARACTERS} characters when they are written out for each; the largest are those of ${summary.operationId} with ${characters}`;
  return { code: 'too_large', message, pointer };
}

/** Finds operations that cannot be compiled. Compiles the first operation that reaches a large loop of references. */
class TrialCompiler {
  readonly #document: OpenApiDocument;
  readonly #loops: SchemaLoops;
  readonly #chains: ReferenceChains;
  readonly #isCompilable = new Map<number, boolean>();

  constructor(document: OpenApiDocument, expansion: Expansion) {
    this.#document = document;
    this.#loops = new SchemaLoops(document.json, expansion, ({ isApplicator }) => isApplicator);
    this.#chains = ReferenceChains.ofDocument(document.json, expansion);
  }

  finding(plan: OperationPlan, definitions: Iterable<string>): Finding | undefined {
    for (const key of definitions) {
      const length = this.#chains.lengthOf(key);
      if (length > MAX_CHAIN_LENGTH)
        return uncompilable(plan, `${quote(key)} begins a chain of ${length} schemas that apply to the same value`);
      const { id, size } = this.#loops.loopOf(key);
      if (size <= SMALL_LOOP) continue;
      const isCompilable = this.#isCompilable.get(id) ?? canCompile(this.#document, plan);
      this.#isCompilable.set(id, isCompilable);
      if (!isCompilable)
        return uncompilable(plan, `${quote(key)} is part of a loop of ${size} schemas that refer to each other`);
    }
    return undefined;
  }
}

function quote(key: string): string {
  return `"#${pointerOfUse(key)}"`;
}

function canCompile(document: OpenApiDocument, plan: OperationPlan): boolean {
  try {
    return compileArgumentsCheck(argumentsSchema(document, plan)) !== undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

function uncompilable({ summary, pointer }: OperationPlan, reason: string): Finding {
  const message = `the schemas of ${summary.operationId} cannot be compiled: ${reason}; the operation is left out`;
  return { code: 'uncompilable_schema', message, pointer };
}
