import { createContext, Script } from 'node:vm';
import { type ArgumentFinding, InvalidArgumentsError } from '../document/errors.js';
import { type JsonObject, type JsonValue } from '../document/json.js';

/** Hundreds of times what a check of honest arguments takes, and little enough that others do not notice it once. */
const MOST_MILLISECONDS = 250;
/** Still more than honest arguments take, where those of an operation have taken too long again and again. */
const LEAST_MILLISECONDS = 8;

/** Values of the arguments times schemas: so much is checked in some milliseconds. */
const LITTLE_WORK = 200_000;

/** Of a schema with its references written out, where they are looked at one within the other. */
const MOST_DEPTH = 1000;

/**
 * Checks arguments for so long and no longer.
 *
 * Documents come from tenants, and all tenants share this thread: a regular expression such as `^(a+)+$` takes years for forty characters, and
 * so does a chain of thirty schemas, each of which is `anyOf` the next one twice. What can be seen to be done soon is done at once; the rest
 * runs under a watch, which costs a fraction of a millisecond.
 *
 * @param schema of the arguments
 * @throws {InvalidArgumentsError} the check takes too long; what it was to find out nobody knows
 */
export function boundedCheck<T extends object>(
  schema: JsonObject,
  check: (args: JsonObject) => T,
): (args: JsonObject) => T {
  const size = sizeOf(schema);
  let givenUp = 0;
  return (args) => {
    if (isLittleWork(args, size)) return check(args);
    const result = underWatch(() => check(args), allowance(givenUp));
    givenUp = result === undefined ? givenUp + 1 : 0;
    if (result === undefined) throw new InvalidArgumentsError([TOO_LONG]);
    return result;
  };
}

/**
 * Milliseconds that a check may take, so that who goes on sending such arguments does not hold up all others for as long each time.
 *
 * @param givenUp how many checks of the operation were given up since the last that was not
 */
export function allowance(givenUp: number): number {
  return Math.max(LEAST_MILLISECONDS, Math.floor(MOST_MILLISECONDS / 2 ** givenUp));
}

function isLittleWork(args: JsonObject, size: number): boolean {
  const most = LITTLE_WORK / size;
  return most >= 1 && count(args, most) <= most;
}

/** How many values there are; it stops counting beyond `most`. */
function count(value: JsonValue, most: number): number {
  let found = 1;
  if (typeof value !== 'object' || value === null) return found;
  for (const key in value) {
    found += count((value as JsonObject)[key] ?? null, most - found);
    if (found > most) break;
  }
  return found;
}

/**
 * How large a schema is with its references written out, as each of them is gone through; infinite where that never ends, and with a pattern
 * of which it is not seen at once that it is soon done.
 */
function sizeOf(schema: JsonObject): number {
  const definitions = schema['$defs'] as JsonObject | undefined;
  const known = new Map<string, number>();
  const ofReference = (reference: string, depth: number): number => {
    const size = known.get(reference);
    if (size !== undefined) return size;
    // Until it is known, who comes by again has come in a circle.
    known.set(reference, Number.POSITIVE_INFINITY);
    const found = sizeAt(definitions?.[reference.slice('#/$defs/'.length)] ?? null, depth);
    known.set(reference, found);
    return found;
  };
  const sizeAt = (value: JsonValue, depth: number): number => {
    if (typeof value !== 'object' || value === null) return 1;
    if (depth > MOST_DEPTH) return Number.POSITIVE_INFINITY;
    let size = 1;
    for (const [key, inner] of Object.entries(value)) {
      if (value === schema && key === '$defs') continue;
      if (typeof inner !== 'string') size += sizeAt(inner, depth + 1);
      else if (key === '$ref') size += ofReference(inner, depth + 1);
      else size += key === 'pattern' && !isSoonDone(inner) ? Number.POSITIVE_INFINITY : 1;
      if (key === 'patternProperties') size = Number.POSITIVE_INFINITY;
    }
    return size;
  };
  return sizeAt(schema, 0);
}

/**
 * Whether a pattern takes time in proportion to the text: at most one of its parts can be tried in several lengths or is long, that only from the
 * beginning of the text on, or there are only alternatives, in one place. Most patterns of real documents are such.
 */
function isSoonDone(pattern: string): boolean {
  const parts = pattern.replaceAll(/\\[^1-9k]|\[(?:\\.|[^\]\\])*\]/gsu, 'a');
  if (parts.includes('\\') || /\)[*+?{]/.test(parts)) return false;
  const lengths = parts.replaceAll('(?', '(').match(/[*+?]|\{\d*,\d*\}|\{\d{3,}\}/g)?.length ?? 0;
  const groups = parts.split('(').length - 1;
  if (parts.includes('|')) return lengths === 0 && groups <= 1;
  return lengths === 0 || (lengths === 1 && parts.startsWith('^'));
}

/** The one way to stop a regular expression that has begun. */
const RUN = new Script('run()');
const watched = createContext({ run: undefined as (() => unknown) | undefined });

const TOO_LONG: ArgumentFinding = {
  pointer: '',
  message: "the arguments take too long to be checked against the document's schema: give shorter or simpler ones",
};

/** @returns nothing where it takes longer than so many milliseconds */
function underWatch<T extends object>(work: () => T, timeout: number): T | undefined {
  watched['run'] = work;
  try {
    return RUN.runInContext(watched, { timeout }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return undefined;
  } finally {
    watched['run'] = undefined;
  }
}
