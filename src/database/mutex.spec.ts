import { describe, expect, it } from '@jest/globals';
import { Mutex } from './mutex.js';

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('Mutex', () => {
  it('runs one task at a time, in the order of the calls', async () => {
    const mutex = new Mutex();
    const events: string[] = [];
    const task = (name: string, milliseconds: number) => async () => {
      events.push(`${name} starts`);
      await wait(milliseconds);
      events.push(`${name} ends`);
    };
    await Promise.all([mutex.run(task('a', 10)), mutex.run(task('b', 1)), mutex.run(task('c', 0))]);
    expect(events).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('begins each task in a turn of the event loop of its own', async () => {
    const mutex = new Mutex();
    let turn = 0;
    const begun: number[] = [];
    const task = async () => {
      begun.push(turn);
      setImmediate(() => turn++);
    };
    await Promise.all([mutex.run(task), mutex.run(task), mutex.run(task)]);
    expect(begun).toEqual([0, 1, 2]);
  });

  it('returns the result of each task to its caller', async () => {
    const mutex = new Mutex();
    expect(await Promise.all([1, 2, 3].map((number) => mutex.run(async () => number * 2)))).toEqual([2, 4, 6]);
  });

  it('rejects only the caller of a failed task, and runs the next one', async () => {
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

  it('runs a task that is added after the others have finished', async () => {
    const mutex = new Mutex();
    await mutex.run(async () => 1);
    await expect(mutex.run(async () => 2)).resolves.toBe(2);
  });
});
