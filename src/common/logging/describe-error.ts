import { types } from 'node:util';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';

/** Causes may have causes, and may form a cycle. */
const MAX_CAUSES = 4;

const MAX_FRAMES = 30;

const MAX_ERRORS = 3;

/** The parts of an error that may be logged. */
interface DescribedError {
  type: string;
  message: string;
  stack: string;
  errorCode?: string;
  cause?: unknown;
  /** The first errors of an `AggregateError`. */
  errors?: unknown[];
}

/**
 * Returns what may be logged of anything that was thrown: type, code, message and stack frames, of its causes too.
 *
 * Other properties are dropped: a failed query has its parameters, a failed request its headers. Messages are often not our own text,
 * so likely secrets are redacted.
 */
export function describeError(thrown: unknown, maxCauses = MAX_CAUSES): DescribedError | string {
  if (isError(thrown)) return describe(thrown, maxCauses);
  if (typeof thrown === 'object' && thrown !== null) return `not an Error: ${constructorName(thrown)}`;
  return redactLikelySecrets(String(thrown));
}

/** Returns whether a value is an error, including one of another realm, which is not an instance of this realm's `Error`. */
export function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

/** Returns an error's stack as text: the redacted message, then the frames. */
export function stackOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${redactedName(error)}: ${redactedMessage(error)}`, ...frames.slice(0, MAX_FRAMES)].join('\n');
}

function describe(error: Error, maxCauses: number): DescribedError {
  const { code } = error as { code?: unknown };
  return {
    type: redactedName(error),
    message: redactedMessage(error),
    stack: stackOf(error),
    ...(typeof code === 'string' && { errorCode: redactLikelySecrets(code) }),
    ...(isError(error.cause) && maxCauses > 0 && { cause: describeError(error.cause, maxCauses - 1) }),
    ...(error instanceof AggregateError && maxCauses > 0 && { errors: describeFirst(error.errors, maxCauses - 1) }),
  };
}

function describeFirst(errors: readonly unknown[], maxCauses: number): unknown[] {
  return errors.slice(0, MAX_ERRORS).map((error) => describeError(error, maxCauses));
}

// Libraries may set both to anything.
const redactedName = ({ name }: Error) => redactLikelySecrets(String(name));
const redactedMessage = ({ message }: Error) => redactLikelySecrets(String(message));

function constructorName(thing: object): string {
  const { name } = (thing.constructor as { name?: unknown } | undefined) ?? {};
  return typeof name === 'string' ? redactLikelySecrets(name) : 'an object';
}
