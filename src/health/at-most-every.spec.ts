import { expect, it } from '@jest/globals';
import { Clock } from '../common/index.js';
import { atMostEvery } from './at-most-every.js';

const INTERVAL_MS = 10_000;

class StoppedClock extends Clock {
  time = 1_800_000_000_000;

  override now(): Date {
    return new Date(this.time);
  }
}

/** A probe that fails while `isDown` is set. */
function counted() {
  const clock = new StoppedClock();
  const state = { isDown: false, runs: 0 };
  const probe = atMostEvery(INTERVAL_MS, clock, async () => {
    state.runs++;
    if (state.isDown) throw new Error('down');
  });
  return { clock, state, probe };
}

it('runs a probe once per interval, also for concurrent callers', async () => {
  const { clock, state, probe } = counted();
  await Promise.all([probe(), probe(), probe()]);
  clock.time += INTERVAL_MS - 1;
  await probe();
  expect(state.runs).toBe(1);
  clock.time += 1;
  await probe();
  expect(state.runs).toBe(2);
});

it('repeats a failure until the interval has passed', async () => {
  const { clock, state, probe } = counted();
  state.isDown = true;
  await expect(probe()).rejects.toThrow('down');
  state.isDown = false;
  await expect(probe()).rejects.toThrow('down');
  clock.time += INTERVAL_MS;
  await expect(probe()).resolves.toBeUndefined();
});

it('runs again after the clock was set back', async () => {
  const { clock, state, probe } = counted();
  await probe();
  clock.time -= INTERVAL_MS;
  await probe();
  expect(state.runs).toBe(2);
});
