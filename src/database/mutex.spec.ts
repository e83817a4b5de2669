import { describe, expect, it } from '@jest/globals';
import { Mutex } from './mutex.js';

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a mutex', () => {
  it('lets one work at a time, in the order of asking', async () => {
    const mutex = new Mutex();
    const events: string[] = [];
    const work = (name: string, milliseconds: number) => async () => {
      events.push(`${name} begins`);
      await wait(milliseconds);
      events.push(`${name} ends`);
    };
    await Promise.all([mutex.run(work('a', 10)), mutex.run(work('b', 1)), mutex.run(work('c', 0))]);
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('gives each the result of its own work', async () => {
    const mutex = new Mutex();
    expect(await Promise.all([1, 2, 3].map((number) => mutex.run(async () => number * 2)))).toEqual([2, 4, 6]);
  });

  it('tells a failure to whose work it was, and lets the next go on', async () => {
    const mutex = new Mutex();
    const outcomes = await Promise.allSettled([
      mutex.run(() => Promise.reject(new Error('a'))),
      mutex.run(() => {
        throw new Error('b');
      }),
      mutex.run(async () => 'c'),
    ]);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: new Error('a') },
      { status: 'rejected', reason: new Error('b') },
      { status: 'fulfilled', value: 'c' },
    ]);
  });

  it('is free again after its work', async () => {
    const mutex = new Mutex();
    await mutex.run(async () => 1);
    await expect(mutex.run(async () => 2)).resolves.toBe(2);
  });
});
