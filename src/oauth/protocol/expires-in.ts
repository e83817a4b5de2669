/** One year; longer lifetimes are capped. */
const MAX_SECONDS = 365 * 86_400;

/** 2001-09-09 in seconds since the Unix epoch; a larger number is a point in time, not a lifetime. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

/**
 * Returns a token's lifetime in seconds.
 *
 * RFC 6749, section 5.1, asks for a number of seconds. Providers also send a numeric string, a date, and epoch seconds or milliseconds.
 *
 * @returns `undefined` (unknown) if the value is absent, zero, negative, in the past or not a time
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
