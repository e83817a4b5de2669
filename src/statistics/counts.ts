/** What is counted of an action in a minute. */
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

/** Upper ends of the classes that times of calls are sorted into, in milliseconds; one more is for all that took longer. */
export const LATENCY_CLASSES_MS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000] as const;

export const LATENCY_COLUMNS = [...LATENCY_CLASSES_MS.map((end) => `within${end}`), 'beyond'] as const;

export type Counts = Record<string, number>;

export function noCounts(): Counts {
  return Object.fromEntries([...COUNTS, ...LATENCY_COLUMNS].map((name) => [name, 0]));
}

/** The class that a time belongs to. */
export function latencyColumn(milliseconds: number): string {
  const index = LATENCY_CLASSES_MS.findIndex((end) => milliseconds <= end);
  return LATENCY_COLUMNS.at(index) as string;
}

/**
 * The time within which that share of the calls was answered, as exact as the classes are: within a class times are taken to be spread evenly.
 *
 * @param share from 0 to 1
 * @returns milliseconds; `null` where there was no call, the last class's beginning where it lies beyond all classes
 */
export function percentile(counts: Counts, share: number): number | null {
  const classes = LATENCY_COLUMNS.map((name) => counts[name] ?? 0);
  const total = classes.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  for (const [index, count] of classes.entries()) {
    const begin = index === 0 ? 0 : (LATENCY_CLASSES_MS[index - 1] as number);
    const end = LATENCY_CLASSES_MS[index] ?? begin;
    if (count >= left && count > 0) return Math.round((begin + (end - begin) * (left / count)) * 10) / 10;
    left -= count;
  }
  return LATENCY_CLASSES_MS.at(-1) ?? null;
}
