import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readSettings } from '../../config/index.js';
import { EgressAbortedError } from '../errors/egress-error.js';
import type { BodyMemory } from '../exchange/memory-reservation.js';
import { Metrics } from '../../metrics/index.js';
import { BufferMemory } from './buffer-memory.js';
import type { BudgetReservation } from './call-reservation.js';

const MIB = 1_048_576;
/** Leaves 80 MiB for responses: 40 MiB for one host, 30 of them for one tenant. */
const MAX = 100 * MIB;

let metrics: Metrics;
let memory: BufferMemory;

beforeEach(() => {
  metrics = new Metrics();
  memory = new BufferMemory(readSettings({ CALL_MAX_HELD_BYTES: String(MAX) }), metrics);
});

/** Runs pending callbacks. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function gauges(): Promise<{ held: number; waiting: number }> {
  const [held, waiting] = await Promise.all([metrics.heldBytes.get(), metrics.waitingForBytes.get()]);
  return { held: (held.values[0]?.value ?? 0) / MIB, waiting: waiting.values[0]?.value ?? 0 };
}

type State = 'granted' | 'waiting' | 'aborted';

/** A body that requests memory in MiB, and the state of its request. */
class Read {
  state: State = 'granted';
  readonly body: BodyMemory;

  constructor(reservation: BudgetReservation, host: string, mib: number, claim = mib) {
    this.body = reservation.open(host);
    this.grows(mib, claim);
  }

  grows(mib: number, claim = mib): void {
    const granted = this.body.grow(mib * MIB, claim * MIB);
    if (granted === undefined) return;
    this.state = 'waiting';
    granted.then(
      () => (this.state = 'granted'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(EgressAbortedError);
        this.state = 'aborted';
      },
    );
  }
}

function reads(...how: ConstructorParameters<typeof Read>): Read {
  return new Read(...how);
}

describe('the memory of calls', () => {
  it('is reported in metrics with the waiting calls, and released once when calls end', async () => {
    const [one, other] = [memory.openCall('tenant'), memory.openCall('tenant')];
    const first = reads(one.responses, 'a', 30);
    const second = reads(other.responses, 'a', 20);
    expect([first.state, second.state, await gauges()]).toEqual(['granted', 'waiting', { held: 30, waiting: 1 }]);
    one.end();
    one.end();
    await settle();
    expect([second.state, await gauges()]).toEqual(['granted', { held: 20, waiting: 0 }]);
    other.end();
    expect(await gauges()).toEqual({ held: 0, waiting: 0 });
  });

  it('is divided: a fifth for sent files, the rest for responses, half of each for one host, three quarters for one tenant', async () => {
    const responses = (tenantId: string, host: string, mib: number) =>
      reads(memory.openCall(tenantId).responses, host, mib).state;
    const sentFiles = (tenantId: string, host: string, mib: number) =>
      reads(memory.openCall(tenantId).sentFiles, host, mib).state;
    expect([responses('x', 'a', 40), responses('x', 'a', 1)]).toEqual(['granted', 'waiting']);
    expect([responses('y', 'a', 10), responses('z', 'a', 1)]).toEqual(['granted', 'waiting']);
    expect([responses('x', 'b', 30), responses('x', 'c', 1)]).toEqual(['granted', 'waiting']);
    expect([responses('y', 'b', 10), responses('z', 'c', 1)]).toEqual(['granted', 'waiting']);
    expect([sentFiles('x', 'a', 7), sentFiles('x', 'b', 7), sentFiles('x', 'c', 2)]).toEqual([
      'granted',
      'granted',
      'waiting',
    ]);
    // The first response counts for at most what one tenant gets at one host; the rest is not counted.
    expect(await gauges()).toEqual({ held: 80 + 14, waiting: 5 });
  });

  it('grows in steps and shrinks to the size of the complete body', async () => {
    const call = memory.openCall('tenant');
    const read = reads(call.responses, 'a', 6, 40);
    read.grows(12, 40);
    expect(await gauges()).toEqual({ held: 12, waiting: 0 });
    read.grows(11, 40);
    expect(await gauges()).toEqual({ held: 12, waiting: 0 });
    read.body.shrink(9 * MIB);
    expect(await gauges()).toEqual({ held: 9, waiting: 0 });
    read.body.release();
    read.body.release();
    expect(await gauges()).toEqual({ held: 0, waiting: 0 });
  });

  it('is set aside for what a call expects, until it expects less', async () => {
    const [one, other] = [memory.openCall('tenant'), memory.openCall('tenant')];
    one.responses.expect(36 * MIB);
    reads(one.responses, 'a', 6);
    const second = reads(other.responses, 'a', 6, 36);
    expect(second.state).toBe('waiting');
    one.responses.expect(0);
    await settle();
    expect(second.state).toBe('granted');
  });

  it('is not granted to released bodies and ended calls', async () => {
    reads(memory.openCall('tenant').responses, 'a', 30);
    const call = memory.openCall('tenant');
    const [released, ended] = [reads(call.responses, 'a', 10), reads(call.responses, 'a', 10)];
    expect(await gauges()).toMatchObject({ waiting: 1 });
    released.body.release();
    await settle();
    expect([released.state, ended.state, await gauges()]).toEqual(['aborted', 'waiting', { held: 30, waiting: 1 }]);
    call.end();
    await settle();
    expect([ended.state, await gauges()]).toEqual(['aborted', { held: 30, waiting: 0 }]);
    await expect(call.responses.open('b').grow(MIB, MIB)).rejects.toThrow(EgressAbortedError);
  });

  it('is released before a call reads another response, with a new claim', async () => {
    const call = memory.openCall('tenant');
    reads(call.responses, 'a', 5);
    call.responses.release();
    expect([reads(call.responses, 'a', 30).state, await gauges()]).toEqual(['granted', { held: 30, waiting: 0 }]);
  });

  it('triggers the callbacks of a call that gets memory', async () => {
    const call = memory.openCall('tenant');
    let [granted, removed] = [0, 0];
    call.responses.onGranted(() => granted++);
    call.sentFiles.onGranted(() => removed++)();
    expect(call.responses.isHolding).toBe(false);
    const read = reads(call.sentFiles, 'a', 5);
    await settle();
    read.grows(10);
    await settle();
    expect([call.responses.isHolding, granted, removed]).toEqual([true, 1, 0]);
    call.end();
    expect(call.responses.isHolding).toBe(false);
  });

  it('never exceeds the limit and is all released in the end', async () => {
    const step = fc.record({
      host: fc.constantFrom('a', 'b', 'c'),
      mib: fc.integer({ min: 1, max: 60 }),
      ends: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const calls = steps.map(() => memory.openCall('tenant'));
        const begun: Read[] = [];
        for (const [index, { host, mib, ends }] of steps.entries()) {
          const call = calls[index];
          if (call) begun.push(reads(call.responses, host, mib, mib + ends));
          calls[ends]?.end();
          await settle();
          expect((await gauges()).held).toBeLessThanOrEqual((MAX * 0.8) / MIB);
        }
        for (const call of calls) call.end();
        await settle();
        expect(await gauges()).toEqual({ held: 0, waiting: 0 });
        expect(begun.filter(({ state }) => state === 'waiting')).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
