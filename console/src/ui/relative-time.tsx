import { Text } from '@mantine/core';
import { STEP_MS, useNow } from './now';

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

const UNITS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

interface RelativeTimeProps {
  at: string | null | undefined;
  /** The text if there is no time. */
  fallback?: string;
}

/** A time relative to now, with the exact time as its tooltip. */
export function RelativeTime({ at, fallback = '–' }: RelativeTimeProps) {
  const now = useNow();
  if (!at) return <>{fallback}</>;
  return (
    <Text component="time" inherit dateTime={at} title={exactTime(at)}>
      {relative(Date.parse(at) - now)}
    </Text>
  );
}

export function exactTime(at: string): string {
  return EXACT.format(new Date(at));
}

function relative(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  // `useNow` lags behind the clock by up to one step.
  if (Math.abs(seconds) < STEP_MS / 1000) return 'just now';
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? (['second', 1] as const);
  return RELATIVE.format(Math.round(seconds / size), unit);
}
