import { load, type Target } from './load.js';

export interface Contender {
  name: string;
  target: Target;
  /** seconds of CPU that its process has used */
  cpu?(): Promise<number>;
}

export interface Figures {
  callsPerSecond: number;
  /** of CPU, for one call */
  microseconds: number;
}

export interface Plan {
  rounds: number;
  calls: number;
  warmUp: number;
  concurrency: number;
}

/** Measures contenders in turn, round by round, so that whatever else the machine does hits all of them. */
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
