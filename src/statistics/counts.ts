/** The counters of an action per minute. */
export const COUNTS = [
  'completed',
  'upstreamErrors',
  'failed',
  'signInRequired',
  'confirmationRequired',
  'renewed',
  'refreshFailed',
  'connected',
  'signInFailed',
] as const;

export type CountName = (typeof COUNTS)[number];

/** Upper bounds of the latency buckets in milliseconds; one more bucket holds everything slower. */
export const LATENCY_BUCKETS_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

export const LATENCY_COLUMNS = [...LATENCY_BUCKETS_MS.map((end) => `within${end}`), 'beyond'] as const;

export type Counts = Record<string, number>;

export function zeroCounts(): Counts {
  return Object.fromEntries([...COUNTS, ...LATENCY_COLUMNS].map((name) => [name, 0]));
}

/** Returns the column of the bucket that a latency belongs to. */
export function latencyColumn(milliseconds: number): string {
  const index = LATENCY_BUCKETS_MS.findIndex((end) => milliseconds <= end);
  return LATENCY_COLUMNS.at(index) as string;
}

/**
 * Estimates a percentile of latencies from their buckets, assuming that latencies are distributed evenly within a bucket.
 *
 * @param share from 0 to 1
 * @returns milliseconds; `null` without calls; the largest bound if it is in the last bucket
 */
export function percentile(counts: Counts, share: number): number | null {
  const buckets = LATENCY_COLUMNS.map((name) => counts[name] ?? 0);
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let remaining = share * total;
  for (const [index, count] of buckets.entries()) {
    const begin = index === 0 ? 0 : (LATENCY_BUCKETS_MS[index - 1] as number);
    const end = LATENCY_BUCKETS_MS[index] ?? begin;
    if (count >= remaining && count > 0) return Math.round((begin + (end - begin) * (remaining / count)) * 10) / 10;
    remaining -= count;
  }
  return LATENCY_BUCKETS_MS.at(-1) ?? null;
}
