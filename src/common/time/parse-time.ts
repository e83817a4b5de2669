/** The latest time that RFC 3339 can express and MariaDB can store. */
export const MAX_TIME = new Date('9999-12-31T23:59:59.999Z');

/**
 * Parses a validateInput RFC 3339 timestamp. A leap second becomes the start of the next second, because POSIX time cannot represent it
 * and `Date` does not parse it (RFC 3339, section 5.6 and appendix D).
 */
export function parseTime(text: string): Date {
  const isLeapSecond = /:60(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text);
  if (!isLeapSecond) return new Date(text);
  return new Date(new Date(text.replace(/:60(\.\d+)?(?=Z|[+-])/i, ':59')).getTime() + 1000);
}
