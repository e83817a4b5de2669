import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readSettings } from '../config/index.js';
import { EgressAbortedError } from '../egress/index.js';
import { Metrics } from '../metrics/index.js';
import { LargeBodies, type LargeBodyHold } from './large-bodies.js';

const METRICS = new Metrics();

const bodies = (most: number) => new LargeBodies(readSettings({ CALL_MAX_LARGE_ANSWERS: String(most) }), METRICS);

/** Lets whoever may go on, go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A call that asks for a place, and what became of that. */
class Call {
  state: 'waits' | 'holds' | 'gave up' | 'ended' = 'waits';

  constructor(
    private readonly hold: LargeBodyHold,
    readonly host: string,
  ) {
    hold
      .for(host)
      .admit()
      .then(
        () => (this.state = 'holds'),
        (error: unknown) => {
          expect(error).toBeInstanceOf(EgressAbortedError);
          this.state = 'gave up';
        },
      );
  }

  end(): void {
    if (this.state === 'holds') this.state = 'ended';
    this.hold.end();
  }
}

describe('large bodies', () => {
  it('are held by so many calls at once, half of them of one host; the others wait in turn', async () => {
    const all = bodies(4);
    const calls = ['a', 'a', 'a', 'b', 'b', 'b', 'c'].map((host) => new Call(all.hold(), host));
    await settle();
    expect(calls.map(({ state }) => state)).toEqual(['holds', 'holds', 'waits', 'holds', 'holds', 'waits', 'waits']);
    calls[0]?.end();
    await settle();
    // The place at its host goes to the third; of all places the one that waited first for it gets it.
    expect(calls.filter(({ state }) => state === 'holds')).toHaveLength(4);
    for (const call of calls) call.end();
    await settle();
    expect(calls.filter(({ state }) => state === 'waits')).toEqual([]);
  });

  it('take one place for a call, however many of them it reads', async () => {
    const all = bodies(1);
    const hold = all.hold();
    await hold.for('a').admit();
    await hold.for('b').admit();
    const other = new Call(all.hold(), 'c');
    await settle();
    expect(other.state).toBe('waits');
    hold.end();
    await settle();
    expect(other.state).toBe('holds');
  });

  it('are not waited for by a call that has ended, and its turn goes to the next', async () => {
    const all = bodies(2);
    const calls = [1, 2, 3].map(() => new Call(all.hold(), 'a'));
    await settle();
    calls[1]?.end();
    calls[0]?.end();
    await settle();
    expect(calls.map(({ state }) => state)).toEqual(['ended', 'gave up', 'holds']);
    const late = all.hold();
    late.end();
    await expect(late.for('a').admit()).rejects.toThrow(EgressAbortedError);
  });

  it('never hold more places than there are, whoever comes and goes, and leave none taken', async () => {
    const step = fc.record({ host: fc.constantFrom('a', 'b', 'c'), ends: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 30 }), async (most, steps) => {
        const all = bodies(most);
        const calls: Call[] = [];
        for (const { host, ends } of steps) {
          calls.push(new Call(all.hold(), host));
          calls[ends]?.end();
          await settle();
          const holding = calls.filter(({ state }) => state === 'holds');
          expect(holding.length).toBeLessThanOrEqual(most);
          expect(holding.filter((call) => call.host === host).length).toBeLessThanOrEqual(Math.ceil(most / 2));
        }
        for (const call of calls) call.end();
        await settle();
        const fresh = Array.from({ length: most }, (_, index) => new Call(all.hold(), `host ${index}`));
        await settle();
        expect(fresh.every(({ state }) => state === 'holds')).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
