import { Text } from '@mantine/core';
import { STEP_MS, useNow } from './now';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });

const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** A time as people say it; the exact one is a touch away. */
export function When({ at, never = '–' }: { at: string | null | undefined; never?: string }) {
  const now = useNow();
  if (!at) return <>{never}</>;
  return (
    <Text component="time" inherit dateTime={at} title={EXACT.format(new Date(at))}>
      {relative(Date.parse(at) - now)}
    </Text>
  );
}

function relative(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  // What is shown is a little behind the clock.
  if (Math.abs(seconds) < STEP_MS / 1000) return 'just now';
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? (['second', 1] as const);
  return RELATIVE.format(Math.round(seconds / size), unit);
}
