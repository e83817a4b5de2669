import { backoffMs } from '../../common/index.js';
import { TokenError } from '../../oauth/index.js';
import type { Connection, RefreshConcern } from '../store/connection.entity.js';
import { REFRESH_BACKOFF } from '../store/lifetime.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

const HOUR_MS = 3_600_000;

/** Pauses before the attempts after a rejection: 1, 6 and 24 hours after it. Some providers reject valid tokens for a while. */
const PAUSES_AFTER_REJECTION_MS = [HOUR_MS, 5 * HOUR_MS, 18 * HOUR_MS];

/** Pause of the background job if a setting or stored data must change first. Calls retry earlier. */
const PAUSE_FOR_SETTINGS_MS = HOUR_MS;

/** Limit for a provider's `Retry-After` header: a wrong value must not lock users out for a day. */
const MAX_RETRY_AFTER_MS = 900_000;

/** Failures that pass without a change of settings. */
const PASSING: readonly RefreshConcern[] = ['temporary', 'unreadable', 'internal'];

/** The columns that a failed refresh changes. */
export type FailureColumns = Pick<
  Connection,
  | 'refreshConcern'
  | 'refreshFailures'
  | 'retryAt'
  | 'backgroundRefreshAt'
  | 'unreadableSince'
  | 'unreadableResponses'
  | 'leaseOwner'
  | 'leaseUntil'
>;

/**
 * Computes when a refresh that failed is tried again: after a backoff, or three times within a day if the provider rejected the refresh token.
 *
 * @param isTokenOver whether the access token has expired, or the API has rejected it. Before that, unreadable responses do not count
 * @param random 0 to 1. Spreads connections that failed together
 */
export function columnsAfterFailure(
  row: Connection,
  error: unknown,
  { now, isTokenOver, random }: { now: Date; isTokenOver: boolean; random: number },
): FailureColumns {
  const concern = concernOf(error);
  const isOver = concern === 'grant' || row.status === 'reconnect_required';
  const failures = isOver && row.refreshConcern !== 'grant' && row.status === 'active' ? 1 : row.refreshFailures + 1;
  const pauses = isOver ? pausesAfterRejection(failures, random) : pausesOf(concern, failures, error, random);
  const after = (pause: number | undefined) => (pause === undefined ? null : new Date(now.getTime() + pause));
  return {
    refreshConcern: concern,
    refreshFailures: failures,
    retryAt: after(pauses.calls),
    backgroundRefreshAt: after(pauses.background),
    ...unreadableColumns(row, concern, isTokenOver ? now : undefined),
    leaseOwner: null,
    leaseUntil: null,
  };
}

/** Returns what a failed refresh is about. */
export function concernOf(error: unknown): RefreshConcern {
  if (error instanceof TokenError) return error.rejectsGrant ? 'grant' : error.concern;
  return error instanceof UnusableConnectionError ? 'unusable' : 'internal';
}

interface Pauses {
  calls: number | undefined;
  background: number | undefined;
}

function pausesAfterRejection(failures: number, random: number): Pauses {
  const pause = PAUSES_AFTER_REJECTION_MS[failures - 1];
  return { calls: undefined, background: pause && pause * (1 + random / 100) };
}

function pausesOf(concern: RefreshConcern, failures: number, error: unknown, random: number): Pauses {
  const requested = Math.min(retryAfterOf(error), MAX_RETRY_AFTER_MS) * (1 + random / 10);
  const calls = Math.max(backoffMs(failures, REFRESH_BACKOFF), requested);
  return { calls, background: PASSING.includes(concern) ? calls : PAUSE_FOR_SETTINGS_MS * (1 + random / 10) };
}

/**
 * Temporary failures between unreadable responses neither count nor interrupt their count.
 *
 * @param now `undefined` if unreadable responses do not count yet
 */
function unreadableColumns(
  { unreadableSince, unreadableResponses }: Connection,
  concern: RefreshConcern,
  now: Date | undefined,
): Pick<Connection, 'unreadableSince' | 'unreadableResponses'> {
  if (concern === 'unreadable' && now)
    return { unreadableSince: unreadableSince ?? now, unreadableResponses: unreadableResponses + 1 };
  return PASSING.includes(concern)
    ? { unreadableSince, unreadableResponses }
    : { unreadableSince: null, unreadableResponses: 0 };
}

function retryAfterOf(error: unknown): number {
  return (error instanceof TokenError && error.response?.retryAfterMs) || 0;
}
