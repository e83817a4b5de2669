import type { Counts } from './queries';

const WHOLE = new Intl.NumberFormat('en');
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const SECONDS = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export const count = (value: number) => WHOLE.format(value);

export function time(milliseconds: number): string {
  return milliseconds < 1000 ? `${SECONDS.format(milliseconds)} ms` : `${SECONDS.format(milliseconds / 1000)} s`;
}

export function callsOf({ calls }: Counts): number {
  return Object.values(calls).reduce((sum, each) => sum + each, 0);
}

export function errorsOf({ calls }: Counts): number {
  return calls.upstream_errors + calls.failed;
}

/** The part of the calls that ended in an error; a call that asks its user first is none. */
export function errorRate(counts: Counts): string {
  const all = callsOf(counts);
  return all === 0 ? '–' : PERCENT.format(errorsOf(counts) / all);
}

export function isNothing(counts: Counts): boolean {
  const { refreshes, sign_ins: signIns } = counts;
  return callsOf(counts) + refreshes.renewed + refreshes.failed + signIns.connected + signIns.failed === 0;
}
