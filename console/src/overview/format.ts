import type { Counts } from '../queries/statistics';

const INTEGER = new Intl.NumberFormat('en');
const PERCENT = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const DECIMAL = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export const formatCount = (value: number) => INTEGER.format(value);

export function formatMilliseconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${DECIMAL.format(milliseconds)} ms` : `${DECIMAL.format(milliseconds / 1000)} s`;
}

export function totalCalls({ calls }: Counts): number {
  return Object.values(calls).reduce((sum, each) => sum + each, 0);
}

export function totalErrors({ calls }: Counts): number {
  return calls.upstream_errors + calls.failed;
}

/** The share of calls that ended in an error. A call that asks its user to sign in or to confirm is not an error. */
export function errorRate(counts: Counts): string {
  const total = totalCalls(counts);
  return total === 0 ? '–' : PERCENT.format(totalErrors(counts) / total);
}

export function isEmpty(counts: Counts): boolean {
  const { refreshes, sign_ins: signIns } = counts;
  return totalCalls(counts) + refreshes.renewed + refreshes.failed + signIns.connected + signIns.failed === 0;
}
