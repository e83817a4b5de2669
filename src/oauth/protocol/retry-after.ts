/**
 * How long a server asks to be left alone: a number of seconds, or a date (RFC 9110, 10.2.3).
 *
 * @param value of the header
 * @returns milliseconds; `undefined` where it does not ask, or what it says makes no sense
 */
export function retryAfterMs(value: string | undefined, now: Date): number | undefined {
  const text = value?.trim() ?? '';
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return milliseconds > 0 ? milliseconds : undefined;
}
