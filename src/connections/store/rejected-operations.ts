import { createHash } from 'node:crypto';
import type { RejectedOperations } from './connection.entity.js';

/** Rejections of different operations cause at most one refresh of a connection in this time. */
const MIN_INTERVAL_MS = 60_000;

/** Limit of the list. Beyond it, the oldest operation may cause one more refresh. */
const MAX_OPERATIONS = 100;

/**
 * Tells whether a rejection is the API's last word: a new access token would change nothing, because the current one was obtained for the
 * same reason, or another rejection has just caused a refresh.
 */
export function isFinalRejection(rejected: RejectedOperations | null, operationId: string, now: Date): boolean {
  if (rejected === null) return false;
  const isRecent = now.getTime() - Date.parse(rejected.at) < MIN_INTERVAL_MS;
  return isRecent || hasOperation(rejected, operationId);
}

/** Adds the operation whose rejection causes a refresh or a sign-in. */
export function withRejection(
  rejected: RejectedOperations | null,
  operationId: string,
  now: Date,
  awaitsSignIn = false,
): RejectedOperations {
  const digest = digestOf(operationId);
  const others = (rejected?.operations ?? []).filter((each) => each !== digest);
  return {
    operations: [...others, digest].slice(-MAX_OPERATIONS),
    at: now.toISOString(),
    ...(awaitsSignIn && { awaitsSignIn }),
  };
}

/** Removes an operation that the API accepts again; `null` if it was the only one. */
export function withoutRejection(rejected: RejectedOperations, operationId: string): RejectedOperations | null {
  const digest = digestOf(operationId);
  const operations = rejected.operations.filter((each) => each !== digest);
  return operations.length === 0 ? null : { ...rejected, operations };
}

export function hasOperation({ operations }: RejectedOperations, operationId: string): boolean {
  return operations.includes(digestOf(operationId));
}

/** Returns what a connection remembers after a sign-in: the operation that caused it, if the sign-in replaced a refresh. */
export function afterSignIn(rejected: RejectedOperations | null | undefined, now: Date): RejectedOperations | null {
  return rejected?.awaitsSignIn ? { operations: rejected.operations, at: now.toISOString() } : null;
}

function digestOf(operationId: string): string {
  return createHash('sha256').update(operationId).digest('base64url').slice(0, 16);
}
