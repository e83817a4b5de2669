const DAY_MS = 86_400_000;

export const EXPIRIES = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'At a time of its own' },
];

/** @param date local, as `datetime-local` gives it @returns as the API wants it; nothing where the key is to work for ever */
export function expiresAt(choice: string, date: string): string | undefined {
  if (choice === 'never') return undefined;
  if (choice !== 'date') return new Date(Date.now() + Number(choice) * DAY_MS).toISOString();
  return date === '' ? undefined : new Date(date).toISOString();
}
