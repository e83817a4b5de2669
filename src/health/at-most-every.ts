import type { Clock } from '../common/index.js';
import type { Probe } from './readiness.js';

/** Limits how often a probe runs. In between, its last result is returned, whether it succeeded or failed. */
export function atMostEvery(intervalMs: number, clock: Clock, probe: Probe): Probe {
  let last: { at: number; result: Promise<unknown> } | undefined;
  return () => {
    const at = clock.now().getTime();
    if (!last || Math.abs(at - last.at) >= intervalMs) last = { at, result: probe() };
    return last.result;
  };
}
