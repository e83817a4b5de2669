import { describe, expect, it } from '@jest/globals';
import { FairTurns } from './fair-turns.js';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Begins requests named by their caller, and records the order in which they start. */
function beginAll(callers: string): string[] {
  const turns = new FairTurns(4);
  const started: string[] = [];
  for (const caller of callers.split(' ')) turns.begin(caller, () => started.push(caller));
  return started;
}

describe('FairTurns', () => {
  it('starts a few requests at once, and more in each turn of the event loop', async () => {
    const started = beginAll('a a a a a a a a a');
    expect(started).toHaveLength(4);
    await nextTurn();
    expect(started).toHaveLength(8);
    await nextTurn();
    expect(started).toHaveLength(9);
  });

  it('starts the request of another caller in the next turn, however many are waiting', async () => {
    const started = beginAll(`${'a '.repeat(100)}b c`);
    await nextTurn();
    expect(started.slice(4)).toEqual(['a', 'b', 'c', 'a']);
  });

  it('starts every request', async () => {
    const started = beginAll('a b a b a b a b c a');
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    expect(started.toSorted().join('')).toBe('aaaaabbbbc');
  });
});
