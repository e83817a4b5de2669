import { compileFastCheckTest } from './arguments/check-cost.js';
import { compileArgumentsCheck, compilePartialCheck, type PartialCheck } from './arguments/check-arguments.js';
import { type CheckedArguments } from './arguments/coerce.js';
import { isPlain, removeOmittedNulls } from './arguments/omitted-nulls.js';
import { compileCompletion } from './arguments/preset-arguments.js';
import { compileRenaming } from './arguments/original-names.js';
import { mapStackOverflow } from './arguments/stack-overflow.js';
import { withTimeLimit } from './arguments/time-limit.js';
import { type BuiltRequest, requestBuilder } from './build-request.js';
import { type ArgumentFinding, InvalidDocumentError } from './document/errors.js';
import { type JsonObject } from './document/json.js';
import { type OperationPlan, type OperationSummary } from './operations/operation-plan.js';
import { type ParameterLocation } from './operations/parameters.js';
import { hasLongChain } from './schema/reference-chains.js';

/** An operation that can be called. */
export interface CompiledOperation extends OperationSummary {
  /** the origin of every request */
  readonly origin: string;
  /** the JSON Schema 2020-12 of the arguments */
  readonly argumentsSchema: JsonObject;
  /** the places that arguments set; a credential must not use any of them */
  readonly parameters: readonly { argument: string; name: string; location: ParameterLocation }[];
  /**
   * Returns whether {@link check} takes at most some milliseconds, by a bound that holds whatever the arguments are. Otherwise check them in
   * another thread, with a deadline. Nothing is compiled for a schema that takes long to compile.
   */
  isCheckFast(args: JsonObject): boolean;
  /**
   * Compiles the schema for {@link check}, which would do it otherwise. A large schema takes seconds.
   *
   * @throws {InvalidDocumentError} the schemas of the operation cannot be compiled
   */
  prepare(): void;
  /**
   * Checks arguments, and converts values of an obviously wrong type. Send the result to a thread with `packJson`, because exact numbers do not
   * survive `structuredClone`.
   *
   * @throws {InvalidDocumentError} the schemas of the operation cannot be compiled
   * @throws {InvalidArgumentsError} they do not match {@link argumentsSchema}
   */
  check(args: JsonObject): CheckedArguments;
  /**
   * Builds a request of arguments that {@link check} has returned.
   *
   * @throws {InvalidArgumentsError} they would change the target of the request
   */
  build(checked: CheckedArguments): BuiltRequest;
  /**
   * Checks arguments, for 250 ms at most, and builds the request. Throws what {@link checkWithin} and {@link build} throw.
   */
  buildRequest(args: JsonObject): BuiltRequest;
}

/** The plan of an operation, and the schema of its arguments. */
export interface OperationSource {
  readonly plan: OperationPlan;
  /** Returns the schema, which may be computed each time: the schemas of a large document together need much memory. */
  readonly schema: () => JsonObject;
  readonly schemaCharacters: (schema: JsonObject) => number;
}

/** Hundreds of times longer than a check of usual arguments takes, and short enough for other requests. */
const MAX_CHECK_MS = 250;

/** Compiles an operation. Its schema is compiled when it is first used: the use of one operation should not compile the schemas of all. */
export function compileSource({ plan, schema, schemaCharacters }: OperationSource): CompiledOperation {
  const { server, parameters, summary } = plan;
  let compiled: { schema: JsonObject; check: (args: JsonObject) => CheckedArguments } | undefined;
  const schemaNow = () => compiled?.schema ?? schema();
  const checkOnce = once(() => {
    const own = schema();
    const check = compileCheck(own, plan);
    compiled = { schema: own, check };
    return check;
  });
  const isFastOnce = once(() => {
    const own = schemaNow();
    return compileFastCheckTest(() => own, schemaCharacters(own));
  });
  const rename = compileRenaming(parameters);

  const operation: CompiledOperation = {
    ...summary,
    origin: server.origin,
    get argumentsSchema() {
      return schemaNow();
    },
    parameters: parameters.map(({ argument, name, location }) => ({ argument, name, location })),
    isCheckFast: (args) => isFastOnce()(args),
    prepare: () => void checkOnce(),
    check: (args) => {
      const check = checkOnce();
      return mapStackOverflow(() => check(rename(args)));
    },
    build: requestBuilder(plan),
    buildRequest: (args) => {
      if (operation.isCheckFast(args)) return operation.build(operation.check(args));
      // Compiling a large schema may take longer than the limit of a check.
      checkOnce();
      return operation.build(checkWithin(operation, args, MAX_CHECK_MS));
    },
  };
  return operation;
}

/**
 * Checks arguments like {@link CompiledOperation.check}, and gives up after `timeoutMs`: for threads whose time is limited. The first check of an
 * operation compiles its schema, within the same time.
 *
 * @param timeoutMs a positive integer
 * @throws {InvalidDocumentError} the schemas of the operation cannot be compiled
 * @throws {InvalidArgumentsError} they do not match the schema, or the check takes too long
 */
export function checkWithin(operation: CompiledOperation, args: JsonObject, timeoutMs: number): CheckedArguments {
  return withTimeLimit(() => operation.check(args), timeoutMs);
}

/**
 * Checks arguments that are the same in every call, without the others, and gives up after `timeoutMs`. For worker threads: a large schema takes
 * seconds to compile.
 *
 * @param args the arguments at `pointers`, and no others
 * @returns what is wrong with them, as far as it does not depend on other arguments
 * @throws {InvalidArgumentsError} the check takes too long
 */
export function checkFixedArguments(
  { argumentsSchema: schema, operationId }: Pick<CompiledOperation, 'argumentsSchema' | 'operationId'>,
  args: JsonObject,
  pointers: readonly string[],
  timeoutMs: number,
): ArgumentFinding[] {
  const check = hasLongChain(schema) ? undefined : tryToCompile(schema);
  if (check === undefined) return [{ pointer: '', message: uncompilableMessage(operationId) }];
  return withTimeLimit(() => mapStackOverflow(() => check(args, pointers)), timeoutMs);
}

function tryToCompile(schema: JsonObject): PartialCheck | undefined {
  try {
    return compilePartialCheck(schema);
  } catch {
    return undefined; // too large or too deep
  }
}

/** @throws {InvalidDocumentError} the schema is too large or too deep to be compiled */
function compileCheck(schema: JsonObject, plan: OperationPlan): (args: JsonObject) => CheckedArguments {
  if (hasLongChain(schema)) throw uncompilable(plan);
  try {
    const check = compileArgumentsCheck(schema);
    const complete = compileCompletion(schema, plan);
    if (complete === undefined)
      return (args) => (isPlain(args) ? check(args, true) : check(removeOmittedNulls(schema, args)));
    return (args) => {
      const completed = complete(isPlain(args) ? args : removeOmittedNulls(schema, args));
      const checked = check(completed.args);
      return { args: checked.args, notices: [...completed.notices, ...checked.notices] };
    };
  } catch {
    throw uncompilable(plan);
  }
}

function uncompilable({ summary, pointer }: OperationPlan): InvalidDocumentError {
  return new InvalidDocumentError([
    { code: 'uncompilable_schema', message: uncompilableMessage(summary.operationId), pointer },
  ]);
}

function uncompilableMessage(operationId: string): string {
  return `the schemas of ${operationId} cannot be compiled; simplify them and import the document again`;
}

/** Calls a function once and repeats its result or its failure. */
function once<T>(work: () => T): () => T {
  let outcome: { value: T } | { error: unknown } | undefined;
  const settle = () => {
    try {
      return { value: work() };
    } catch (error) {
      return { error };
    }
  };
  return () => {
    outcome ??= settle();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
}
