import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { RecurringJob } from './recurring-job.js';

const PAUSE_MS = 5;

/** An interval that does not elapse during a test. */
const HOUR_MS = 3_600_000;

let lines: string[];
let job: RecurringJob | undefined;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(1);
}

function made(work: () => Promise<unknown>, pauseMs: number): RecurringJob {
  const logger = createLogger('info', { write: (line: string) => void lines.push(line) });
  job = new RecurringJob('a test', pauseMs, work, logger);
  return job;
}

function started(work: () => Promise<unknown>, pauseMs = PAUSE_MS): RecurringJob {
  const starting = made(work, pauseMs);
  starting.start();
  return starting;
}

beforeEach(() => {
  lines = [];
});

afterEach(() => job?.stop());

describe('a recurring job', () => {
  it('runs repeatedly with a pause', async () => {
    let rounds = 0;
    started(async () => rounds++);
    expect(rounds).toBe(0);
    await until(() => rounds >= 3);
  });

  it('never runs concurrently', async () => {
    let rounds = 0;
    let atOnce = 0;
    let most = 0;
    started(async () => {
      most = Math.max(most, ++atOnce);
      await wait(PAUSE_MS * 4);
      atOnce--;
      rounds++;
    });
    await until(() => rounds >= 3);
    expect(most).toBe(1);
  });

  it('logs a failure and continues', async () => {
    let rounds = 0;
    started(async () => {
      if (++rounds === 1) throw new Error('the database is gone');
    });
    await until(() => rounds >= 2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      job: 'a test',
      err: { message: 'the database is gone' },
    });
  });

  it('finishes the current round when it is stopped, and starts no other', async () => {
    let begun = 0;
    let done = 0;
    const stopping = started(async () => {
      begun++;
      await wait(PAUSE_MS * 4);
      done++;
    });
    await until(() => begun === 1);
    const stopped = stopping.stop();
    expect(done).toBe(0);
    expect(stopping.isStopping).toBe(true);
    await stopped;
    expect(done).toBe(1);
    await wait(PAUSE_MS * 4);
    expect(begun).toBe(1);
  });

  it('does not run if it is stopped before its first round, even if it is started again', async () => {
    let rounds = 0;
    const stopped = started(async () => rounds++);
    await stopped.stop();
    stopped.start();
    stopped.wake();
    await wait(PAUSE_MS * 4);
    expect(rounds).toBe(0);
  });

  it('runs immediately when it is woken, and continues at its interval', async () => {
    let rounds = 0;
    started(async () => rounds++, HOUR_MS).wake();
    expect(rounds).toBe(1);
    const recurring = made(async () => rounds++, PAUSE_MS);
    recurring.wake();
    await until(() => rounds >= 4);
  });

  it('runs once more after the current round if it is woken during it, however often', async () => {
    const ends: (() => void)[] = [];
    const woken = started(() => new Promise<void>((resolve) => ends.push(resolve)), HOUR_MS);
    woken.wake();
    woken.wake();
    woken.wake();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await until(() => ends.length === 2);
    ends[1]?.();
    await wait(PAUSE_MS * 4);
    expect(ends).toHaveLength(2);
  });

  it('starts its next round within a given delay, and not later if it is asked again', async () => {
    let rounds = 0;
    const woken = started(async () => rounds++, HOUR_MS);
    woken.wakeWithin(PAUSE_MS);
    woken.wakeWithin(HOUR_MS);
    await until(() => rounds === 1);
    await wait(PAUSE_MS * 4);
    expect(rounds).toBe(1);
  });

  it('runs outside the transaction that asked for the run', async () => {
    const storage = new AsyncLocalStorage<string>();
    let seen: string | undefined = 'none';
    const woken = started(async () => (seen = storage.getStore()), HOUR_MS);
    storage.run('a transaction', () => woken.wakeWithin(PAUSE_MS));
    await until(() => seen !== 'none');
    expect(seen).toBeUndefined();
  });

  it('shortens the pause after the current round', async () => {
    let rounds = 0;
    const woken = started(async () => {
      if (++rounds === 1) woken.wakeWithin(PAUSE_MS);
    }, HOUR_MS);
    woken.wake();
    await until(() => rounds === 2);
    await wait(PAUSE_MS * 4);
    expect(rounds).toBe(2);
  });

  it('does not start a round after it was woken and then stopped', async () => {
    const ends: (() => void)[] = [];
    const woken = started(() => new Promise<void>((resolve) => ends.push(resolve)), HOUR_MS);
    woken.wake();
    woken.wake();
    const stopped = woken.stop();
    ends[0]?.();
    await stopped;
    expect(ends).toHaveLength(1);
  });
});
