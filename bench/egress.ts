import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpCallers, startCallers } from './support/egress/bad-callers.js';
import { latencyOf, type Latency } from './support/latency.js';
import { Child } from './support/child.js';
import { Countersign } from './support/countersign.js';
import { load } from './support/load.js';
import { apiKeyTarget } from './support/targets.js';

const PER_SECOND = 100;
const BASELINE_SECONDS = 2;
const ASSAULT_SECONDS = 4;
const WARM_UP = { calls: 800, concurrency: 8 };

interface Figures {
  kind: string;
  before: Latency;
  beside: Latency;
  /** Memory in MiB above the value before. */
  memory: number;
  /** CPU seconds per second. */
  cpu: number;
  /** Number of calls to the bad upstream by outcome. */
  outcomes: Record<string, number>;
}

/** Measures the latency of other calls, and the memory, while many callers call a faulty upstream. */
export async function benchEgress(): Promise<void> {
  const only = process.env['BENCH_KIND'];
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const log = join(folder, 'others.log');
  const bad = Child.start({
    script: new URL('./support/egress/bad-upstreams-process.js', import.meta.url),
    folder,
    log,
  });
  const good = Child.start({ script: new URL('./support/upstream-process.js', import.meta.url), folder, log });
  try {
    const [ports, port] = await Promise.all([bad.message<Record<string, number>>(), good.message<number>()]);
    heading();
    for (const [kind, at] of Object.entries(ports)) {
      if (only === undefined || kind === only) report(await measureBeside(kind, at, `http://127.0.0.1:${port}`));
    }
  } finally {
    await Promise.all([bad.stop(), good.stop()]);
    rmSync(folder, { recursive: true });
  }
}

/** Starts a new server for each kind, so that memory of the previous one is not counted. */
async function measureBeside(kind: string, port: number, goodUrl: string): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const settings = {
    DATA_DIR: folder,
    VAULT_KEYS: `file:${join(folder, 'vault.key')}`,
    EGRESS_ALLOW: '127.0.0.0/8',
    // Shorter than the defaults (45 and 20 seconds), so that many calls end during the measurement.
    CALL_TIMEOUT_SECONDS: '2',
    TOKEN_TIMEOUT_SECONDS: '2',
    RATE_LIMIT_KEY: '0',
  };
  // In production no key is created automatically.
  writeFileSync(join(folder, 'vault.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
  const countersign = await Countersign.start(folder, settings);
  try {
    const target = await apiKeyTarget(countersign, goodUrl);
    const plan = await setUpCallers(countersign, kind, port, settings);
    await load(target, WARM_UP.calls, WARM_UP.concurrency);
    const before = await latencyOf(target, BASELINE_SECONDS, PER_SECOND);
    const memory = countersign.peakMemory;
    const [cpu, start] = [await countersign.cpu(), performance.now()];
    const callers = startCallers(plan, folder);
    try {
      const beside = await latencyOf(target, ASSAULT_SECONDS, PER_SECOND);
      const outcomes = await callers.ask<Record<string, number>>('outcomes');
      const used = ((await countersign.cpu()) - cpu) / ((performance.now() - start) / 1000);
      return { kind, before, beside, memory: countersign.peakMemory - memory, cpu: used, outcomes };
    } finally {
      await callers.stop();
    }
  } finally {
    await countersign.stop();
    rmSync(folder, { recursive: true });
  }
}

const WIDTHS = [26, 16, 16, 12, 8, 8, 8];

function heading(): void {
  console.log(
    `\nLatency of other calls beside 96 callers of a bad upstream, ${PER_SECOND} calls a second, in ms; memory in MiB above before\n`,
  );
  row('the upstream', 'p50 (ratio)', 'p99 (ratio)', 'p99 before', 'failed', 'memory', 'CPU', 'outcomes of its callers');
}

function report({ kind, before, beside, memory, cpu, outcomes }: Figures): void {
  const ratio = (of: 'p50' | 'p99') => `${beside[of].toFixed(1)} (${(beside[of] / before[of]).toFixed(2)})`;
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} × ${outcome}`);
  const figures = [before.p99.toFixed(1), String(beside.failed), memory.toFixed(0), `${(cpu * 100).toFixed(0)} %`];
  row(kind, ratio('p50'), ratio('p99'), ...figures, counts.join('; ') || 'none yet');
}

function row(first: string, ...more: string[]): void {
  const cells = more.map((cell, index) => cell.padStart(WIDTHS[index + 1] ?? 0));
  console.log(first.padEnd(WIDTHS[0] ?? 0) + cells.slice(0, -1).join('') + `   ${more.at(-1)}`);
}
