import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './support/child.js';
import { Countersign } from './support/countersign.js';
import { ATTACKS } from './support/hostile/attacks.js';
import { latencyOf, type Latency } from './support/latency.js';
import { load, type Target } from './support/load.js';
import { apiKeyTarget } from './support/targets.js';

const PER_SECOND = 50;

interface Plan {
  rounds: number;
  baselineSeconds: number;
  attackSeconds: number;
}

const PLAN: Plan = { rounds: 1, baselineSeconds: 3, attackSeconds: 6 };
const SHORT_PLAN: Plan = { rounds: 3, baselineSeconds: 2, attackSeconds: 3 };

/** One attack of each kind, for continuous integration. */
const SHORT_ATTACKS = [
  '64 MB of JSON without a key',
  'guessed keys',
  'checks of 20,000 malformed parameters',
  'a pattern with a lookahead',
  '200 calls of a silent upstream',
];

/** The limit of resident memory, in MiB, which `docs/isolation.md` states. */
const MAX_MEMORY = 1280;
const WARM_UP = { calls: 800, concurrency: 8 };

/** What another tenant's calls may take beside an attack. */
const MAX_P99 = { ratio: 3, plusMs: 50 };

interface Figures {
  name: string;
  before: Latency;
  during: Latency;
  /** The longest delay of the event loop, in milliseconds. */
  longestStop: number;
  /** The most resident memory, in MiB. */
  memory: number;
  outcomes: Record<string, number>;
}

/** Measures the calls of one tenant during attacks by another tenant or by a client without a key. `BENCH_KIND=<name>` runs one attack. */
export async function benchHostile(): Promise<void> {
  const only = process.env['BENCH_KIND'];
  const names = Object.keys(ATTACKS).filter((name) => only === undefined || name === only);
  await withUpstreams(async (upstreams, goodUrl) => {
    heading();
    for (const name of names) report(await measureAttack(name, upstreams, goodUrl, PLAN));
  });
}

/** Fails if one of a few attacks, in three short rounds each, misses the targets of latency or memory. */
export async function benchHostileShort(): Promise<void> {
  await withUpstreams(async (upstreams, goodUrl) => {
    heading();
    for (const name of SHORT_ATTACKS) {
      const figures = await measureAttack(name, upstreams, goodUrl, SHORT_PLAN);
      report(figures);
      if (!isWithinTargets(figures)) process.exitCode = 1;
    }
  });
}

async function withUpstreams(
  work: (upstreams: Record<string, number>, goodUrl: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const log = join(folder, 'others.log');
  const bad = Child.start({
    script: new URL('./support/egress/bad-upstreams-process.js', import.meta.url),
    folder,
    log,
  });
  const good = Child.start({ script: new URL('./support/upstream-process.js', import.meta.url), folder, log });
  try {
    const [upstreams, port] = await Promise.all([bad.message<Record<string, number>>(), good.message<number>()]);
    await work(upstreams, `http://127.0.0.1:${port}`);
  } finally {
    await Promise.all([bad.stop(), good.stop()]);
    rmSync(folder, { recursive: true });
  }
}

/** Starts a new server for each attack, so that memory of the previous one is not counted. */
async function measureAttack(
  name: string,
  upstreams: Record<string, number>,
  goodUrl: string,
  plan: Plan,
): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  writeFileSync(join(folder, 'vault.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
  const countersign = await Countersign.start(folder, { VAULT_KEYS: `file:${join(folder, 'vault.key')}` });
  try {
    const target = await apiKeyTarget(countersign, goodUrl);
    const attack = await ATTACKS[name]?.({ countersign, upstreams });
    writeFileSync(join(folder, 'attack.json'), JSON.stringify({ ...attack, origin: countersign.url }));
    await load(target, WARM_UP.calls, WARM_UP.concurrency);
    const rounds: Figures[] = [];
    while (rounds.length < plan.rounds) rounds.push(await measureRound(name, countersign, target, folder, plan));
    const sorted = rounds.toSorted((one, other) => excess(one) - excess(other));
    return sorted[Math.floor(sorted.length / 2)] as Figures;
  } finally {
    await countersign.stop();
    rmSync(folder, { recursive: true });
  }
}

async function measureRound(
  name: string,
  countersign: Countersign,
  target: Target,
  folder: string,
  { baselineSeconds, attackSeconds }: Plan,
): Promise<Figures> {
  const before = await latencyOf(target, baselineSeconds, PER_SECOND);
  // Reading the metric resets it.
  await countersign.metric(LONGEST_STOP);
  const attackers = Child.start({
    script: new URL('./support/hostile/attacker-process.js', import.meta.url),
    folder,
    log: join(folder, 'attackers.log'),
  });
  try {
    const during = await latencyOf(target, attackSeconds, PER_SECOND);
    const outcomes = await attackers.ask<Record<string, number>>('outcomes');
    const longestStop = (await countersign.metric(LONGEST_STOP)) * 1000;
    return { name, before, during, longestStop, memory: countersign.peakMemory, outcomes };
  } finally {
    await attackers.stop();
  }
}

/** Returns by how many milliseconds the p99 exceeds its target; negative if it does not. */
function excess({ before, during }: Figures): number {
  return during.p99 - before.p99 * MAX_P99.ratio - MAX_P99.plusMs;
}

function isWithinTargets(figures: Figures): boolean {
  return figures.during.failed === 0 && excess(figures) <= 0 && figures.memory <= MAX_MEMORY;
}

const LONGEST_STOP = 'countersign_nodejs_eventloop_lag_max_seconds';

const WIDTHS = [48, 12, 12, 12, 12, 8, 12, 8];

function heading(): void {
  console.log(`\nCalls of another tenant beside an attack, ${PER_SECOND} a second, in ms; memory in MiB resident\n`);
  row('attack', 'p50 before', 'p50', 'p99 before', 'p99', 'failed', 'longest stop', 'memory', 'p99', 'responses');
}

function report(figures: Figures): void {
  const { name, before, during, longestStop, memory, outcomes } = figures;
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} × ${outcome}`);
  const latencies = [before.p50, during.p50, before.p99, during.p99].map((ms) => ms.toFixed(1));
  const cells = [...latencies, String(during.failed), longestStop.toFixed(0), memory.toFixed(0)];
  row(name, ...cells, isWithinTargets(figures) ? 'ok' : 'HIGH', counts.join('; ') || 'none yet');
}

function row(first: string, ...more: string[]): void {
  const cells = more.map((cell, index) => cell.padStart(WIDTHS[index + 1] ?? 6));
  console.log(first.padEnd(WIDTHS[0] ?? 0) + cells.slice(0, -1).join('') + `   ${more.at(-1)}`);
}
