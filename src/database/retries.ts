import { setTimeout as pause } from 'node:timers/promises';
import { CountersignError, NotFoundError } from '../common/index.js';
import type { Deadline } from './deadline.js';
import { failureOf, isForeignKeyViolation } from './failures.js';

/** Attempts after conflicts with other transactions. */
const MAX_ATTEMPTS = 8;

/** Attempts on other connections if one is lost or its server is not ready. An outage is reported soon. */
const MAX_CONNECTION_ATTEMPTS = 3;

/** One run of work on the database. */
export interface Attempt<T> {
  result: Promise<T>;
  /** Tells whether nothing remains of a run whose connection was lost, so that another one does no harm. */
  isRepeatable: () => boolean;
}

/**
 * Runs work again after a conflict with another transaction, and on another connection if its own was lost. All attempts end by the deadline.
 *
 * @throws {CountersignError} `unavailable`; `not_found` if the row that a new one belongs to was deleted concurrently
 */
export async function withRetries<T>(deadline: Deadline, start: () => Attempt<T>): Promise<T> {
  for (let count = 1; ; count++) {
    const attempt = start();
    try {
      return await attempt.result;
    } catch (error) {
      const delay = Math.random() * 10 * 2 ** count;
      if (!canRetry(error, count, attempt) || delay >= deadline.remainingMs) return rethrow(error);
      await pause(delay);
    }
  }
}

function canRetry(error: unknown, count: number, { isRepeatable }: Attempt<unknown>): boolean {
  const failure = failureOf(error);
  if (failure === 'conflict') return count < MAX_ATTEMPTS;
  if (failure === 'lost' || failure === 'node') return count < MAX_CONNECTION_ATTEMPTS && isRepeatable();
  return false;
}

/** Throws a failure as one that clients understand. */
export function rethrow(error: unknown): never {
  if (isForeignKeyViolation(error)) throw new NotFoundError('parent resource');
  if (failureOf(error) === undefined) throw error;
  throw databaseUnavailable(error);
}

/** Returns the error of a request whose work on the database does not end in time. */
export function databaseUnavailable(cause?: unknown): CountersignError {
  return new CountersignError('unavailable', 'the database does not respond; try again later', [], { cause });
}
