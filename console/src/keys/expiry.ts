const DAY_MS = 86_400_000;

/** Days until a key expires, besides the choices "never" and "date". */
export const EXPIRY_OPTIONS = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In 1 year' },
  { value: 'date', label: 'On a date…' },
];

/**
 * Returns the instant at which a key expires, undefined if it never does.
 *
 * @param option a value of `EXPIRY_OPTIONS`
 * @param date a local time from a `datetime-local` input, for the option "date"
 */
export function expiresAt(option: string, date: string): string | undefined {
  if (option === 'never') return undefined;
  if (option !== 'date') return new Date(Date.now() + Number(option) * DAY_MS).toISOString();
  return date === '' ? undefined : new Date(date).toISOString();
}
