import { startNotesProvider } from '../examples/notes-provider/index.js';
import { measure, median, type Figures, type Plan } from './support/measure.js';
import { withScene } from './support/scene.js';
import { apiKeyTarget, oauthTarget, openTarget, proxyTarget } from './support/targets.js';

const PLAN: Plan = { rounds: 7, calls: 5000, warmUp: 6000, concurrency: 16 };
const SHORT_PLAN: Plan = { rounds: 5, calls: 1000, warmUp: 3000, concurrency: 16 };

/** Target for the CPU time of a call through Countersign, relative to the same call through a bare proxy. */
const MAX_RATIO = 2;

/** Results of all rounds of one contender. The first contender is the bare proxy. */
interface Summary {
  name: string;
  callsPerSecond: number;
  microseconds: number;
  /** CPU time relative to the bare proxy in the same round. */
  ratios: number[];
}

/** Compares a warm call through Countersign with the same call through a minimal proxy. */
export async function benchCalls(): Promise<void> {
  const [proxy, ...others] = await summarize(PLAN);
  if (!proxy) throw new Error('the bare proxy was not measured');
  const { rounds, calls, concurrency } = PLAN;
  console.log(`\nOne warm call: median of ${rounds} rounds of ${calls} calls, ${concurrency} at a time\n`);
  console.log(
    `${'through'.padEnd(14)}${'calls/s'.padStart(10)}${'µs CPU'.padStart(10)}   CPU relative to the bare proxy`,
  );
  console.log(columns(proxy));
  for (const summary of others) {
    const spread = `${Math.min(...summary.ratios).toFixed(2)}–${Math.max(...summary.ratios).toFixed(2)}`;
    console.log(`${columns(summary)}   ${median(summary.ratios).toFixed(2)} times (${spread})`);
  }
  console.log(`\nTarget: at most ${MAX_RATIO} times.`);
}

/** Prints only the ratios, from fewer and shorter rounds: for continuous integration, where other results are not comparable. */
export async function benchCallsShort(): Promise<void> {
  const [, ...summaries] = await summarize(SHORT_PLAN);
  const ratios = summaries.map(({ name, ratios }) => `${name} ${median(ratios).toFixed(2)}`);
  console.log(`CPU of a warm call relative to the bare proxy: ${ratios.join(', ')}`);
}

async function summarize(plan: Plan): Promise<Summary[]> {
  const provider = await startNotesProvider();
  try {
    return await withScene(async ({ countersign, upstreamUrl, proxyUrl, proxyCpu }) => {
      const cpu = () => countersign.cpu();
      const contenders = [
        { name: 'bare proxy', target: proxyTarget(proxyUrl), cpu: proxyCpu },
        { name: 'none', target: await openTarget(countersign, upstreamUrl), cpu },
        { name: 'API key', target: await apiKeyTarget(countersign, upstreamUrl), cpu },
        { name: 'OAuth', target: await oauthTarget(countersign, upstreamUrl, provider), cpu },
      ];
      const rounds = await measure(contenders, plan);
      return contenders.map(({ name }, index) => summaryOf(name, rounds, index));
    });
  } finally {
    await provider.close();
  }
}

function summaryOf(name: string, rounds: Figures[][], index: number): Summary {
  const valuesOf = (figure: keyof Figures, at: number) => rounds.map((round) => round[at]?.[figure] ?? Number.NaN);
  const microseconds = valuesOf('microseconds', index);
  const proxyMicroseconds = valuesOf('microseconds', 0);
  return {
    name,
    callsPerSecond: median(valuesOf('callsPerSecond', index)),
    microseconds: median(microseconds),
    ratios: microseconds.map((value, round) => value / (proxyMicroseconds[round] ?? Number.NaN)),
  };
}

function columns({ name, callsPerSecond, microseconds }: Summary): string {
  return `${name.padEnd(14)}${callsPerSecond.toFixed(0).padStart(10)}${microseconds.toFixed(0).padStart(10)}`;
}
