import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readSettings } from '../../config/index.js';
import { EgressAbortedError, type HeldBody } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { HeldBytes, type BodyHold } from './held-bytes.js';

const MIB = 1_048_576;
/** So that answers may have 80 MiB, and those of one host 40. */
const MAX = 100 * MIB;

let metrics: Metrics;
let all: HeldBytes;

beforeEach(() => {
  metrics = new Metrics();
  all = new HeldBytes(readSettings({ CALL_MAX_HELD_BYTES: String(MAX) }), metrics);
});

/** Lets whoever may go on, go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function gauges(): Promise<{ held: number; waiting: number }> {
  const [held, waiting] = await Promise.all([metrics.heldBytes.get(), metrics.waitingForBytes.get()]);
  return { held: (held.values[0]?.value ?? 0) / MIB, waiting: waiting.values[0]?.value ?? 0 };
}

type State = 'goes on' | 'waits' | 'was given up';

/** A body that is read up to so many MiB of memory, and what became of that. */
class Read {
  state: State = 'goes on';
  readonly body: HeldBody;

  constructor(hold: BodyHold, host: string, mib: number, claim = mib) {
    this.body = hold.open(host);
    this.grows(mib, claim);
  }

  grows(mib: number, claim = mib): void {
    const room = this.body.grow(mib * MIB, claim * MIB);
    if (room === undefined) return;
    this.state = 'waits';
    room.then(
      () => (this.state = 'goes on'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(EgressAbortedError);
        this.state = 'was given up';
      },
    );
  }
}

function reads(...how: ConstructorParameters<typeof Read>): Read {
  return new Read(...how);
}

describe('what calls hold', () => {
  it('is told of, and who waits for it; all is given back when they end, once', async () => {
    const [one, other] = [all.hold(), all.hold()];
    const first = reads(one.answers, 'a', 30);
    const second = reads(other.answers, 'a', 20);
    expect([first.state, second.state, await gauges()]).toEqual(['goes on', 'waits', { held: 30, waiting: 1 }]);
    one.end();
    one.end();
    await settle();
    expect([second.state, await gauges()]).toEqual(['goes on', { held: 20, waiting: 0 }]);
    other.end();
    expect(await gauges()).toEqual({ held: 0, waiting: 0 });
  });

  it('is a fifth for files that are sent, and four for answers; half of each for one host', async () => {
    const [sends, answers] = [all.hold(), all.hold()];
    const states = [
      reads(sends.sentFiles, 'a', 10),
      reads(sends.sentFiles, 'b', 10),
      reads(all.hold().sentFiles, 'c', 1),
      reads(answers.answers, 'a', 40),
      reads(all.hold().answers, 'a', 1),
      reads(all.hold().answers, 'b', 40),
      reads(all.hold().answers, 'c', 1),
    ].map(({ state }) => state);
    // The files of one call come to no more than what one host may have: the rest is not counted.
    expect(states).toEqual(['goes on', 'goes on', 'goes on', 'goes on', 'waits', 'goes on', 'waits']);
    expect(await gauges()).toEqual({ held: 10 + 1 + 80, waiting: 2 });
  });

  it('grows in steps, and shrinks to what a body came to', async () => {
    const call = all.hold();
    const read = reads(call.answers, 'a', 6, 40);
    read.grows(12, 40);
    expect(await gauges()).toEqual({ held: 12, waiting: 0 });
    read.grows(11, 40);
    expect(await gauges()).toEqual({ held: 12, waiting: 0 });
    read.body.keep(9 * MIB);
    expect(await gauges()).toEqual({ held: 9, waiting: 0 });
    read.body.drop();
    read.body.drop();
    expect(await gauges()).toEqual({ held: 0, waiting: 0 });
  });

  it('is expected to grow as far as a call says, until it says that it does not', async () => {
    const [one, other] = [all.hold(), all.hold()];
    one.answers.expect(36 * MIB);
    reads(one.answers, 'a', 6);
    const second = reads(other.answers, 'a', 6, 36);
    expect(second.state).toBe('waits');
    one.answers.expect(0);
    await settle();
    expect(second.state).toBe('goes on');
  });

  it('is no longer waited for by bodies that nobody will look at, nor by calls that have ended', async () => {
    reads(all.hold().answers, 'a', 40);
    const call = all.hold();
    const [dropped, given] = [reads(call.answers, 'a', 10), reads(call.answers, 'a', 10)];
    expect(await gauges()).toMatchObject({ waiting: 1 });
    dropped.body.drop();
    await settle();
    expect([dropped.state, given.state, await gauges()]).toEqual(['was given up', 'waits', { held: 40, waiting: 1 }]);
    call.end();
    await settle();
    expect([given.state, await gauges()]).toEqual(['was given up', { held: 40, waiting: 0 }]);
    await expect(call.answers.open('b').grow(MIB, MIB)).rejects.toThrow(EgressAbortedError);
  });

  it('is all given back where a call reads another answer in place of one, and it may claim anew', async () => {
    const call = all.hold();
    reads(call.answers, 'a', 5);
    call.answers.drop();
    expect([reads(call.answers, 'a', 30).state, await gauges()]).toEqual(['goes on', { held: 30, waiting: 0 }]);
  });

  it('is known to whoever waits for something else', async () => {
    const call = all.hold();
    let [told, untold] = [0, 0];
    call.answers.whenHolding(() => told++);
    call.sentFiles.whenHolding(() => untold++)();
    expect(call.answers.isHolding).toBe(false);
    const read = reads(call.sentFiles, 'a', 5);
    await settle();
    read.grows(10);
    await settle();
    expect([call.answers.isHolding, told, untold]).toEqual([true, 1, 0]);
    call.end();
    expect(call.answers.isHolding).toBe(false);
  });

  it('is never more than may be held, and nothing in the end, whoever comes and goes', async () => {
    const step = fc.record({
      host: fc.constantFrom('a', 'b', 'c'),
      mib: fc.integer({ min: 1, max: 60 }),
      ends: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const calls = steps.map(() => all.hold());
        const begun: Read[] = [];
        for (const [index, { host, mib, ends }] of steps.entries()) {
          const call = calls[index];
          if (call) begun.push(reads(call.answers, host, mib, mib + ends));
          calls[ends]?.end();
          await settle();
          expect((await gauges()).held).toBeLessThanOrEqual((MAX * 0.8) / MIB);
        }
        for (const call of calls) call.end();
        await settle();
        expect(await gauges()).toEqual({ held: 0, waiting: 0 });
        expect(begun.filter(({ state }) => state === 'waits')).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
