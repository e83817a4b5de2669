/**
 * Parses a Retry-After header: a number of seconds or a date (RFC 9110, section 10.2.3).
 *
 * @returns the delay in milliseconds; `undefined` if the header is absent, invalid or not in the future
 */
export function retryAfterMs(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return milliseconds > 0 ? milliseconds : undefined;
}
