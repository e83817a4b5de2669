import { IsNull, LessThanOrEqual, Or, type FindOperator } from 'typeorm';

/*
 * A lease is the right of one process to work on a row until a time that is stored in the row. A process that outlives its lease does no
 * harm: every write of its result names the version of the row that it took the lease on, and fails if the version has changed.
 */

/** Returns the condition for rows whose lease is free: never taken, released or expired. */
export function isFreeAt(now: Date): FindOperator<Date> {
  return Or<Date>(IsNull(), LessThanOrEqual(now));
}

/** Tells whether a process holds the lease. */
export function isHeldAt(leaseUntil: Date | null, now: Date): boolean {
  return leaseUntil !== null && leaseUntil > now;
}
