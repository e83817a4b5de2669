import { SimpleGrid } from '@mantine/core';
import { useMemo } from 'react';
import type { Counts, Statistics } from '../queries/statistics';
import { Chart } from './charts/chart';
import type { ChartData, Colour } from './charts/series';
import { formatCount, formatMilliseconds, totalErrors } from './format';

type Pick = (counts: Counts) => number | null;

/** A chart for each kind of statistics. */
export function ChartList({ statistics }: { statistics: Statistics }) {
  const { calls, errors, latency, refreshes, signIns } = useMemo(() => chartsOf(statistics), [statistics]);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Chart kind="bars" data={calls} emptyText="No calls in this time range" isWide />
      <Chart kind="bars" data={errors} emptyText="No errors in this time range" />
      <Chart kind="lines" data={latency} emptyText="No calls in this time range" />
      <Chart kind="bars" data={signIns} emptyText="No sign-ins in this time range" />
      <Chart kind="bars" data={refreshes} emptyText="No token refreshes in this time range" />
    </SimpleGrid>
  );
}

function chartsOf(statistics: Statistics) {
  const { points, total, step_minutes: stepMinutes } = statistics;
  const chart = (title: string, format: ChartData['format'], parts: [string, Colour, Pick][]): ChartData => {
    const series = parts.map(([name, colour, pick]) => ({
      name,
      colour,
      values: points.map(pick),
      total: pick(total),
    }));
    return { title, format, series, points, stepMinutes };
  };
  return {
    calls: chart('Calls', formatCount, [
      ['Completed', 'blue', ({ calls }) => calls.completed],
      ['Sign-in required', 'teal', ({ calls }) => calls.sign_in_required],
      ['Confirmation required', 'violet', ({ calls }) => calls.confirmation_required],
      ['Errors', 'red', totalErrors],
    ]),
    errors: chart('Errors', formatCount, [
      ['Upstream status 400 or higher', 'amber', ({ calls }) => calls.upstream_errors],
      ['Failed calls', 'red', ({ calls }) => calls.failed],
    ]),
    latency: chart('Latency', formatMilliseconds, [
      ['p50', 'blue', ({ latency }) => latency.p50_ms],
      ['p95', 'teal', ({ latency }) => latency.p95_ms],
      ['p99', 'amber', ({ latency }) => latency.p99_ms],
    ]),
    signIns: chart('Sign-ins', formatCount, [
      ['Connected', 'blue', ({ sign_ins: signIns }) => signIns.connected],
      ['Failed or denied', 'red', ({ sign_ins: signIns }) => signIns.failed],
    ]),
    refreshes: chart('Token refreshes', formatCount, [
      ['Refreshed', 'blue', ({ refreshes }) => refreshes.renewed],
      ['Failed', 'red', ({ refreshes }) => refreshes.failed],
    ]),
  };
}
