import { compileFastCheckTest } from './arguments/check-cost.js';
import { type ArgumentsCheck, compileArgumentsCheck } from './arguments/check-arguments.js';
import { type CheckedArguments } from './arguments/coerce.js';
import { hasNull, removeOmittedNulls } from './arguments/omitted-nulls.js';
import { compileRenaming } from './arguments/original-names.js';
import { mapStackOverflow } from './arguments/stack-overflow.js';
import { withTimeLimit } from './arguments/time-limit.js';
import { type BuiltRequest, requestBuilder } from './build-request.js';
import { InvalidDocumentError } from './document/errors.js';
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
   * Checks arguments, and converts values of an obviously wrong type. The result survives `structuredClone`.
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
  let compiled: { schema: JsonObject; check: ArgumentsCheck } | undefined;
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

/** @throws {InvalidDocumentError} the schema is too large or too deep to be compiled */
function compileCheck(schema: JsonObject, plan: OperationPlan): ArgumentsCheck {
  if (hasLongChain(schema)) throw uncompilable(plan);
  try {
    const check = compileArgumentsCheck(schema);
    return (args) => check(hasNull(args) ? removeOmittedNulls(schema, args) : args);
  } catch {
    throw uncompilable(plan);
  }
}

function uncompilable({ summary, pointer }: OperationPlan): InvalidDocumentError {
  const message = `the schemas of ${summary.operationId} cannot be compiled; simplify them and import the document again`;
  return new InvalidDocumentError([{ code: 'uncompilable_schema', message, pointer }]);
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
