import { startNotesProvider } from '../examples/notes-provider/index.js';
import { measure, median, type Figures, type Plan } from './support/measure.js';
import { withScene } from './support/scene.js';
import { apiKeyTarget, oauthTarget, proxyTarget } from './support/targets.js';

const PLAN: Plan = { rounds: 7, calls: 5000, warmUp: 6000, concurrency: 16 };

/** What CPU a call through Countersign may cost, in calls through a bare proxy. */
const MOST = 4;

/** A warm call through Countersign beside the same call through the least of proxies. */
export async function benchCalls(): Promise<void> {
  const provider = await startNotesProvider();
  try {
    await withScene(async ({ countersign, upstreamUrl, proxyUrl, proxyCpu }) => {
      const cpu = () => countersign.cpu();
      const contenders = [
        { name: 'bare proxy', target: proxyTarget(proxyUrl), cpu: proxyCpu },
        { name: 'API key', target: await apiKeyTarget(countersign, upstreamUrl), cpu },
        { name: 'OAuth', target: await oauthTarget(countersign, upstreamUrl, provider), cpu },
      ];
      const rounds = await measure(contenders, PLAN);
      report(
        contenders.map(({ name }) => name),
        rounds,
      );
    });
  } finally {
    await provider.close();
  }
}

function report(names: string[], rounds: Figures[][]): void {
  const { calls, concurrency } = PLAN;
  console.log(`\nOne warm call: median of ${rounds.length} rounds of ${calls} calls, ${concurrency} at a time\n`);
  console.log(`${'through'.padEnd(14)}${'calls/s'.padStart(10)}${'µs CPU'.padStart(10)}   CPU beside the bare proxy`);
  names.forEach((name, at) => {
    const of = (figure: (round: Figures[]) => number) => rounds.map(figure);
    const speed = median(of((round) => round[at]?.callsPerSecond ?? Number.NaN));
    const cost = median(of((round) => round[at]?.microseconds ?? Number.NaN));
    const ratios = of((round) => (round[at]?.microseconds ?? Number.NaN) / (round[0]?.microseconds ?? Number.NaN));
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    const beside = at === 0 ? '' : `   ${median(ratios).toFixed(2)} times (${spread})`;
    console.log(`${name.padEnd(14)}${speed.toFixed(0).padStart(10)}${cost.toFixed(0).padStart(10)}${beside}`);
  });
  console.log(`\nThe aim for an API key: at most ${MOST} times.`);
}
