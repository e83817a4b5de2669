/** A backoff: the delay before each attempt is twice the one before, within bounds. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/**
 * Returns how long to wait after a number of failures in a row. The delay varies by up to a quarter, so that clients that failed together
 * do not retry together.
 *
 * @param failures at least 1
 * @param random from 0 to 1
 */
export function backoffMs(failures: number, { firstMs, maxMs }: Backoff, random = Math.random()): number {
  return Math.min(maxMs, firstMs * 2 ** (failures - 1)) * (0.75 + random / 2);
}
