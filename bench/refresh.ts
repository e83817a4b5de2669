import { refreshScenes, type RefreshScene } from './support/refresh-scene.js';
import { median } from './support/measure.js';

/** Number of due connections per round. */
const DUE = 10_000;
const ROUNDS = 3;

/** Target for the CPU time of a refresh, relative to a bare request to the same token endpoint. */
const MOST = 5;

interface Figures {
  /** Time from the first token request to the last stored response. */
  seconds: number;
  /** CPU time of one refresh and of one bare request. */
  refresh: number;
  bare: number;
}

/** Compares the background refresh with the same number of bare requests to the same token endpoints. */
export async function benchRefreshes(): Promise<void> {
  for (const { name, play } of refreshScenes(DUE)) {
    await play(async (scene) => {
      await round(scene);
      const rounds: Figures[] = [];
      while (rounds.length < ROUNDS) rounds.push(await round(scene));
      report(name, rounds);
    });
  }
  console.log(`\nThe aim: at most ${MOST} times.`);
}

async function round(scene: RefreshScene): Promise<Figures> {
  const bare = await scene.bareRequests(DUE);
  const before = await scene.countersign.cpu();
  const seconds = await scene.renewAll();
  const refresh = (await scene.countersign.cpu()) - before;
  return { seconds, refresh: (refresh * 1e6) / DUE, bare: (bare * 1e6) / DUE };
}

function report(name: string, rounds: Figures[]): void {
  const of = (figure: (round: Figures) => number) => median(rounds.map(figure));
  const ratios = rounds.map(({ refresh, bare }) => refresh / bare);
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  console.log(`\n${name}: median of ${rounds.length} rounds of ${DUE} due connections\n`);
  console.log(`all renewed in       ${of(({ seconds }) => seconds).toFixed(1)} s`);
  console.log(`refreshes per second ${of(({ refresh }) => 1e6 / refresh).toFixed(0)} on one core`);
  console.log(`CPU of a refresh     ${of(({ refresh }) => refresh).toFixed(0)} µs`);
  console.log(`CPU of a bare POST   ${of(({ bare }) => bare).toFixed(0)} µs`);
  console.log(`                     ${median(ratios).toFixed(2)} times (${spread})`);
}
