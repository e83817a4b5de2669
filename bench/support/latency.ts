import { Pool } from 'undici';
import type { Target } from './load.js';

export interface Latency {
  p50: number;
  p99: number;
  /** Calls without the expected response. */
  failed: number;
}

/**
 * Calls at a constant rate, whether or not earlier calls have completed. A caller that waits for each response would miss the latency of
 * the calls it did not make.
 *
 * @returns milliseconds; a failed call counts with its duration
 */
export async function latencyOf(target: Target, seconds: number, perSecond: number): Promise<Latency> {
  const pool = new Pool(target.origin, { connections: 64, pipelining: 1 });
  try {
    const start = performance.now();
    const calls: Promise<Call>[] = [];
    for (let at = 0; at < seconds * perSecond; at++) {
      const wait = start + (at * 1000) / perSecond - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      calls.push(timed(pool, target));
    }
    const ended = await Promise.all(calls);
    const failed = ended.filter(({ isGood }) => !isGood).length;
    const sorted = ended.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const part = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    return { p50: part(0.5), p99: part(0.99), failed };
  } finally {
    await pool.destroy();
  }
}

interface Call {
  ms: number;
  isGood: boolean;
}

async function timed(pool: Pool, { path, headers, body, expects }: Target): Promise<Call> {
  const start = performance.now();
  const json = { 'content-type': 'application/json', ...headers };
  const answer = await pool.request({ method: 'POST', path, headers: json, body });
  const text = await answer.body.text();
  return { ms: performance.now() - start, isGood: answer.statusCode === 200 && text.includes(expects) };
}
