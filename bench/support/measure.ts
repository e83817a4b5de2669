import { load, type Target } from './load.js';

export interface Contender {
  name: string;
  target: Target;
  /** CPU seconds of the process */
  cpu?(): Promise<number>;
}

export interface Figures {
  callsPerSecond: number;
  /** CPU time of one call */
  microseconds: number;
}

export interface Plan {
  rounds: number;
  calls: number;
  warmUp: number;
  concurrency: number;
}

/** Measures contenders alternately, so that other load of the machine affects all of them. */
export async function measure(contenders: Contender[], plan: Plan): Promise<Figures[][]> {
  for (const { target } of contenders) await load(target, plan.warmUp, plan.concurrency);
  const rounds: Figures[][] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const figures: Figures[] = [];
    for (const contender of contenders) figures.push(await once(contender, plan));
    rounds.push(figures);
  }
  return rounds;
}

async function once({ target, cpu }: Contender, { calls, concurrency }: Plan): Promise<Figures> {
  const before = (await cpu?.()) ?? Number.NaN;
  const seconds = await load(target, calls, concurrency);
  const after = (await cpu?.()) ?? Number.NaN;
  return { callsPerSecond: calls / seconds, microseconds: ((after - before) * 1e6) / calls };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
