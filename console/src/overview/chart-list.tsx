import { SimpleGrid } from '@mantine/core';
import { useMemo } from 'react';
import { Chart } from './charts/chart';
import type { ChartData, Colour } from './charts/series';
import { count, errorsOf, time } from './numbers';
import type { Counts, Statistics } from './queries';

type Pick = (counts: Counts) => number | null;

/** Everything that is counted, over time. */
export function ChartList({ statistics }: { statistics: Statistics }) {
  const { calls, errors, latency, refreshes, signIns } = useMemo(() => chartsOf(statistics), [statistics]);
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Chart kind="bars" data={calls} nothing="No call in this time." isWide />
      <Chart kind="bars" data={errors} nothing="No error in this time." />
      <Chart kind="lines" data={latency} nothing="No call was answered in this time." />
      <Chart kind="bars" data={signIns} nothing="Nobody signed in in this time." />
      <Chart kind="bars" data={refreshes} nothing="No token was refreshed in this time." />
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
    calls: chart('Calls', count, [
      ['Completed', 'blue', ({ calls }) => calls.completed],
      ['Sign-in asked', 'teal', ({ calls }) => calls.sign_in_required],
      ['Confirmation asked', 'violet', ({ calls }) => calls.confirmation_required],
      ['Errors', 'red', errorsOf],
    ]),
    errors: chart('Errors', count, [
      ['Upstream answered 400 or more', 'amber', ({ calls }) => calls.upstream_errors],
      ['Ended as a problem', 'red', ({ calls }) => calls.failed],
    ]),
    latency: chart('Latency', time, [
      ['p50', 'blue', ({ latency }) => latency.p50_ms],
      ['p95', 'teal', ({ latency }) => latency.p95_ms],
      ['p99', 'amber', ({ latency }) => latency.p99_ms],
    ]),
    signIns: chart('Sign-ins', count, [
      ['Connected', 'blue', ({ sign_ins: signIns }) => signIns.connected],
      ['Failed or denied', 'red', ({ sign_ins: signIns }) => signIns.failed],
    ]),
    refreshes: chart('Token refreshes', count, [
      ['Renewed', 'blue', ({ refreshes }) => refreshes.renewed],
      ['Failed', 'red', ({ refreshes }) => refreshes.failed],
    ]),
  };
}
