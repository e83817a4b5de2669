/** The last moment that RFC 3339 has a text for, and MariaDB a place. */
export const LAST_TIME = new Date('9999-12-31T23:59:59.999Z');

/**
 * The moment that a checked RFC 3339 string means. A leap second is the beginning of the next one: there is no place for it in POSIX time, and
 * `Date` does not take it (RFC 3339, section 5.6 and appendix D).
 */
export function parseTime(text: string): Date {
  const isLeapSecond = /:60(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text);
  if (!isLeapSecond) return new Date(text);
  return new Date(new Date(text.replace(/:60(\.\d+)?(?=Z|[+-])/i, ':59')).getTime() + 1000);
}
