/** The parts of a date-time; a space instead of `T`, or no offset, is left to the caller to accept. */
const DATE_TIME = /^(\d{4}-\d\d-\d\d)([Tt ])(\d\d):(\d\d):(\d\d)(?:\.\d+)?([Zz]|[+-]\d\d:\d\d)?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** How a text departs from the grammar of a date-time. */
export type DateTimeDeviation = 'no offset' | 'a space instead of "T"' | 'a space instead of "T" and no offset';

/** Returns whether a text is a full-date (RFC 3339, section 5.6). */
export function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(month, year);
}

/** Returns whether a text is a date-time (RFC 3339, section 5.6). */
export function isDateTime(text: string): boolean {
  return readDateTime(text) === 'valid';
}

/**
 * Returns how a text departs from a date-time that it resembles in everything else: many APIs use local times, and RFC 3339 itself mentions
 * the space.
 *
 * @returns `undefined` if the text is a date-time, or something else
 */
export function dateTimeDeviation(text: string): DateTimeDeviation | undefined {
  const read = readDateTime(text);
  return read === 'valid' || read === 'invalid' ? undefined : read;
}

function readDateTime(text: string): DateTimeDeviation | 'valid' | 'invalid' {
  const [, date = '', separator, hour, minute, second, offset] = DATE_TIME.exec(text) ?? [];
  if (!isDate(date) || !isTime(Number(hour), Number(minute), Number(second), offset ?? 'Z')) return 'invalid';
  if (separator === ' ')
    return offset === undefined ? 'a space instead of "T" and no offset' : 'a space instead of "T"';
  return offset === undefined ? 'no offset' : 'valid';
}

/** Checks a time and its offset. A leap second is inserted at 23:59:60 UTC only (RFC 3339, section 5.7). */
function isTime(hour: number, minute: number, second: number, offset: string): boolean {
  const sign = offset.startsWith('-') ? -1 : 1;
  const [offsetHour = 0, offsetMinute = 0] = offset.length === 1 ? [] : offset.slice(1).split(':').map(Number);
  if (hour > 23 || minute > 59 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const utcMinute = hour * 60 + minute - sign * (offsetHour * 60 + offsetMinute);
  return second === 60 && (utcMinute + MINUTES_PER_DAY) % MINUTES_PER_DAY === MINUTES_PER_DAY - 1;
}

const MINUTES_PER_DAY = 24 * 60;

function daysOf(month: number, year: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
