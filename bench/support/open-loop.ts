import { Pool } from 'undici';
import type { Target } from './load.js';

export interface OpenLoopFigures {
  sent: number;
  served: number;
  /** Latencies of the calls that were served, in milliseconds. */
  p50: number;
  p99: number;
  /** Calls that were rejected with 503 and `Retry-After`. */
  shed: number;
  /** Other outcomes, with their numbers. */
  others: string[];
}

const TICK_MS = 10;

/** Bounds the sockets of this process. */
const MAX_CONNECTIONS = 4000;

/** Sends calls at a constant rate, whether or not earlier ones have completed. */
export async function openLoop(target: Target, seconds: number, perSecond: number): Promise<OpenLoopFigures> {
  const pool = new Pool(target.origin, { connections: MAX_CONNECTIONS, pipelining: 1 });
  const latencies: number[] = [];
  const outcomes = new Map<string, number>();
  const one = async (): Promise<void> => {
    const start = performance.now();
    const outcome = await outcomeOf(pool, target).catch((error: unknown) => String(error));
    if (outcome === 'served') latencies.push(performance.now() - start);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  };
  try {
    const calls: Promise<void>[] = [];
    const start = performance.now();
    for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - start) {
      const due = Math.floor((elapsed / 1000) * perSecond);
      while (calls.length < due) calls.push(one());
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await Promise.all(calls);
    return figuresOf(calls.length, latencies, outcomes);
  } finally {
    await pool.destroy();
  }
}

async function outcomeOf(pool: Pool, { path, headers, body, expects }: Target): Promise<string> {
  const json = { 'content-type': 'application/json', ...headers };
  const answer = await pool.request({ method: 'POST', path, headers: json, body });
  const text = await answer.body.text();
  if (answer.statusCode === 200 && text.includes(expects)) return 'served';
  return answer.statusCode === 503 && answer.headers['retry-after'] !== undefined ? 'shed' : `${answer.statusCode}`;
}

function figuresOf(sent: number, latencies: number[], outcomes: Map<string, number>): OpenLoopFigures {
  const sorted = latencies.toSorted((a, b) => a - b);
  const part = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const others = [...outcomes].filter(([outcome]) => outcome !== 'served' && outcome !== 'shed');
  return {
    sent,
    served: outcomes.get('served') ?? 0,
    p50: part(0.5),
    p99: part(0.99),
    shed: outcomes.get('shed') ?? 0,
    others: others.map(([outcome, count]) => `${count} × ${outcome}`),
  };
}
