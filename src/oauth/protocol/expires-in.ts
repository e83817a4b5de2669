/** A year: what claims to live longer is looked at again by then. */
const MAX_SECONDS = 365 * 86_400;

/** 2001-09-09 as seconds of the Unix epoch: a larger number is a point in time, not a lifetime. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

/**
 * A token's lifetime in seconds, from what providers write into `expires_in` (RFC 6749, 5.1 wants a number of seconds):
 * a number, a number in quotes, a point in time as a date or in epoch seconds or milliseconds.
 *
 * @returns `undefined` where it is absent, zero, negative, past or makes no sense: the lifetime is then unknown
 */
export function expiresInSeconds(value: unknown, now: Date): number | undefined {
  const seconds = lifetime(value, now.getTime() / 1000);
  if (!Number.isFinite(seconds) || seconds < 1) return undefined;
  return Math.min(Math.floor(seconds), MAX_SECONDS);
}

function lifetime(value: unknown, nowSeconds: number): number {
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return Number.NaN;
  const number = Number(value);
  if (Number.isNaN(number)) return Date.parse(String(value)) / 1000 - nowSeconds;
  if (number >= EPOCH_MILLISECONDS) return number / 1000 - nowSeconds;
  return number >= EPOCH_SECONDS ? number - nowSeconds : number;
}
