import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/index.js';
import { BufferMemory } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { LargeRequests } from './large-requests.js';

const MIB = 1_048_576;
const STEP = LargeRequests.STEP_BYTES;

let metrics: Metrics;
let requests: LargeRequests;

beforeEach(() => {
  metrics = new Metrics();
  // Leaves 80 MiB, 40 MiB of them for bodies of requests, and 30 of those for one tenant.
  requests = new LargeRequests(new BufferMemory(readSettings({ CALL_MAX_HELD_BYTES: String(100 * MIB) }), metrics));
});

const heldBytes = async () => (await metrics.heldBytes.get()).values[0]?.value ?? 0;

/** Runs what is due in the next turns of the event loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

/** A body that asks for memory, and whether it may be read on. */
function sends(tenantId: string, bytes: number, maximum = bytes) {
  const request = requests.open(tenantId, maximum);
  const sent = { ...request, mayContinue: false, wasReleased: false };
  request.grow(bytes)?.then(
    () => (sent.mayContinue = true),
    () => (sent.wasReleased = true),
  );
  return sent;
}

describe('a large request', () => {
  it('reserves memory in steps, up to what it can have', async () => {
    const request = requests.open('a', 2 * STEP);
    await request.grow(40_000);
    expect(await heldBytes()).toBe(40_000 + STEP);
    expect(request.grow(40_000 + STEP)).toBeUndefined();
    await request.grow(40_001 + STEP);
    expect(await heldBytes()).toBe(2 * STEP);
    request.release();
    expect(await heldBytes()).toBe(0);
  });

  it('waits while its tenant holds its part, and not for another tenant', async () => {
    const [holder, waiting, other] = [sends('a', 30 * MIB), sends('a', MIB), sends('b', MIB)];
    await settle();
    expect([holder.mayContinue, waiting.mayContinue, other.mayContinue]).toEqual([true, false, true]);
    holder.release();
    await settle();
    expect(waiting.mayContinue).toBe(true);
  });

  it('ends its wait when it is released, wherever it waits', async () => {
    const holder = sends('a', 30 * MIB);
    const waiting = [sends('a', MIB), sends('a', MIB), sends('a', MIB)];
    await settle();
    for (const request of waiting) request.release();
    await settle();
    expect(waiting.map(({ wasReleased }) => wasReleased)).toEqual([true, true, true]);
    holder.release();
    expect(await heldBytes()).toBe(0);
  });

  it('asks for its first memory after the others of its tenant, so that thousands cost no time', async () => {
    const holder = sends('a', 30 * MIB);
    const waiting = Array.from({ length: 10_000 }, () => sends('a', MIB));
    await settle();
    const { values } = await metrics.waitingForBytes.get();
    expect(values[0]?.value).toBe(1);
    for (const request of waiting) request.release();
    holder.release();
    await settle();
    expect(await heldBytes()).toBe(0);
  });

  it('is read in a turn of the event loop of its own', async () => {
    let granted = 0;
    for (let count = 0; count < 5; count++)
      void requests
        .open('a', MIB)
        .grow(STEP)
        ?.then(() => granted++);
    const inTurns: number[] = [];
    while (inTurns.length < 5) {
      await setImmediate();
      inTurns.push(granted);
    }
    expect(inTurns).toEqual([1, 2, 3, 4, 5]);
  });

  it('is parsed alone, and tenants take turns', async () => {
    const order: string[] = [];
    let isParsing = false;
    const parses = (tenantId: string, name: string) =>
      requests.open(tenantId, MIB).parse(async () => {
        expect(isParsing).toBe(false);
        isParsing = true;
        await settle();
        isParsing = false;
        order.push(name);
      });
    await Promise.all([parses('a', 'a1'), parses('a', 'a2'), parses('a', 'a3'), parses('b', 'b1')]);
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('leaves its turn to others when it cannot be parsed', async () => {
    const failed = requests.open('a', MIB).parse(() => Promise.reject(new Error('invalid')));
    await expect(failed).rejects.toThrow('invalid');
    expect(await requests.open('a', MIB).parse(async () => 'parsed')).toBe('parsed');
  });
});
