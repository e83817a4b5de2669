import { load } from './support/load.js';
import { openLoop, type OpenLoopFigures } from './support/open-loop.js';
import { withScene } from './support/scene.js';
import { apiKeyTarget } from './support/targets.js';

const WARM_UP = { calls: 6000, concurrency: 16 };
const CALLS = 6000;

const PHASES = [
  { name: 'half of capacity', factor: 0.5, seconds: 5 },
  { name: 'three times', factor: 3, seconds: 4 },
  { name: 'three times, after 4 s', factor: 3, seconds: 8 },
  { name: 'half, at once after', factor: 0.5, seconds: 3 },
  { name: 'half, after 3 s', factor: 0.5, seconds: 5 },
];

/**
 * Sends calls at three times the rate that the server serves, whether or not earlier ones have completed: the rest must be rejected, those that
 * are served must be served in time, and everything must be as before afterwards.
 */
export async function benchOverload(): Promise<void> {
  await withScene(async ({ countersign, upstreamUrl }) => {
    const target = await apiKeyTarget(countersign, upstreamUrl);
    await load(target, WARM_UP.calls, WARM_UP.concurrency);
    const capacity = CALLS / (await load(target, CALLS, WARM_UP.concurrency));
    console.log(`\nCapacity: ${capacity.toFixed(0)} calls/s. Latencies in ms of the calls that were served\n`);
    row('load', 'sent', 'served', 'served/s', 'p50', 'p99', '503', 'others');
    for (const { name, factor, seconds } of PHASES) {
      report(name, seconds, await openLoop(target, seconds, capacity * factor));
    }
    console.log(`\nPeak memory: ${countersign.peakMemory.toFixed(0)} MiB`);
  });
}

function report(name: string, seconds: number, { sent, served, p50, p99, shed, others }: OpenLoopFigures): void {
  const cells = [sent, served, (served / seconds).toFixed(0), p50.toFixed(1), p99.toFixed(1), shed];
  row(name, ...cells.map(String), others.join(', ') || '0');
}

function row(first: string, ...more: string[]): void {
  console.log(first.padEnd(26) + more.map((cell) => cell.padStart(10)).join(''));
}
