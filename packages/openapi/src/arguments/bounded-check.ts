import { createContext, Script } from 'node:vm';
import { type ArgumentFinding, InvalidArgumentsError } from '../document/errors.js';
import { type JsonObject, type JsonValue } from '../document/json.js';
import { DEFINITION } from '../schema/argument-schemas.js';
import { definitionOrder } from '../schema/definition-order.js';

/** Hundreds of times longer than a check of usual arguments takes, and short enough for other requests. */
const MAX_CHECK_MS = 250;
/** The limit after repeated timeouts of an operation; still more than usual arguments need. */
const MIN_CHECK_MS = 8;

/** The product of the number of values and the size of the schema that a few milliseconds suffice for. */
const MAX_UNTIMED_WORK = 200_000;

/** The maximum depth of a schema with its references expanded. */
const MAX_DEPTH = 1000;

/**
 * Limits the time of a check of arguments.
 *
 * Documents are untrusted and share this thread: a regular expression such as `^(a+)+$` takes years for forty characters, and so does a chain
 * of thirty schemas, each of which is `anyOf` the next one twice. A check that is known to be fast runs directly; any other runs with a
 * timeout, which costs a fraction of a millisecond.
 *
 * @param schema the schema of the arguments
 * @throws {InvalidArgumentsError} the check takes too long
 */
export function boundedCheck<T extends object>(
  schema: JsonObject,
  check: (args: JsonObject) => T,
): (args: JsonObject) => T {
  const size = expandedSize(schema);
  let timeouts = 0;
  return (args) => {
    if (isSmall(args, size)) return check(args);
    const result = withTimeout(() => check(args), timeLimit(timeouts));
    timeouts = result === undefined ? timeouts + 1 : 0;
    if (result === undefined) throw new InvalidArgumentsError([TOO_LONG]);
    return result;
  };
}

/**
 * Returns the time limit of a check in milliseconds. It is halved after each timeout, so that repeated calls block other requests less.
 *
 * @param timeouts the number of successive timeouts of the operation
 */
export function timeLimit(timeouts: number): number {
  return Math.max(MIN_CHECK_MS, Math.floor(MAX_CHECK_MS / 2 ** timeouts));
}

function isSmall(args: JsonObject, size: number): boolean {
  const max = MAX_UNTIMED_WORK / size;
  return max >= 1 && count(args, max) <= max;
}

/** Counts values, and stops counting beyond `max`. */
function count(value: JsonValue, max: number): number {
  let found = 1;
  if (typeof value !== 'object' || value === null) return found;
  for (const key in value) {
    found += count((value as JsonObject)[key] ?? null, max - found);
    if (found > max) break;
  }
  return found;
}

/** Returns the size of a schema with its references expanded; infinite if it is recursive or has a pattern that may be slow. */
function expandedSize(schema: JsonObject): number {
  const definitions = schema['$defs'] as JsonObject | undefined;
  const known = new Map<string, number>();
  const ofReference = (reference: string, depth: number): number => {
    const size = known.get(reference);
    if (size !== undefined) return size;
    // Meeting the reference again before its size is known means a loop.
    known.set(reference, Number.POSITIVE_INFINITY);
    const found = sizeAt(definitions?.[reference.slice(DEFINITION.length)] ?? null, depth);
    known.set(reference, found);
    return found;
  };
  const sizeAt = (value: JsonValue, depth: number): number => {
    if (typeof value !== 'object' || value === null) return 1;
    if (depth > MAX_DEPTH) return Number.POSITIVE_INFINITY;
    let size = 1;
    for (const [key, inner] of Object.entries(value)) {
      if (value === schema && key === '$defs') continue;
      if (typeof inner !== 'string') size += sizeAt(inner, depth + 1);
      else if (key === '$ref') size += ofReference(inner, depth + 1);
      else size += key === 'pattern' && !isLinearTime(inner) ? Number.POSITIVE_INFINITY : 1;
      if (key === 'patternProperties') size = Number.POSITIVE_INFINITY;
    }
    return size;
  };
  for (const name of definitionOrder(schema)) ofReference(DEFINITION + name, 0);
  return sizeAt(schema, 0);
}

/**
 * Returns whether a pattern takes linear time: at most one part has a variable or large length, and the pattern is anchored then; or the
 * pattern has a single group of alternatives. Most patterns in published documents do.
 */
function isLinearTime(pattern: string): boolean {
  const parts = pattern.replaceAll(/\\[^1-9k]|\[(?:\\.|[^\]\\])*\]/gsu, 'a');
  if (parts.includes('\\') || /\)[*+?{]/.test(parts)) return false;
  const lengths = parts.replaceAll('(?', '(').match(/[*+?]|\{\d*,\d*\}|\{\d{3,}\}/g)?.length ?? 0;
  const groups = parts.split('(').length - 1;
  if (parts.includes('|')) return lengths === 0 && groups <= 1;
  return lengths === 0 || (lengths === 1 && parts.startsWith('^'));
}

/** A script is the only way to interrupt a running regular expression. */
const RUN = new Script('run()');
const sandbox = createContext({ run: undefined as (() => unknown) | undefined });

const TOO_LONG: ArgumentFinding = {
  pointer: '',
  message: 'validation of the arguments against the schema timed out; send shorter or simpler arguments',
};

/** Runs a function. Returns `undefined` if it takes longer than `timeout` milliseconds. */
function withTimeout<T extends object>(work: () => T, timeout: number): T | undefined {
  sandbox['run'] = work;
  try {
    return RUN.runInContext(sandbox, { timeout }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return undefined;
  } finally {
    sandbox['run'] = undefined;
  }
}
