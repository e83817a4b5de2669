import { describe, expect, it } from '@jest/globals';
import { Bulkhead } from './bulkhead.js';

/** Takes slots until the tenant gets no more. @returns their number */
function takeAll(bulkhead: Bulkhead, tenantId: string): number {
  let count = 0;
  while (bulkhead.tryAcquire('host', tenantId)) count++;
  return count;
}

describe('Bulkhead', () => {
  it('has the configured number of slots for each key', () => {
    const bulkhead = new Bulkhead(2);
    expect(['a', 'a', 'a', 'b'].map((key) => bulkhead.tryAcquire(key, 't'))).toEqual([true, true, false, true]);
    bulkhead.release('a', 't');
    expect(['a', 'a'].map((key) => bulkhead.tryAcquire(key, 't'))).toEqual([true, false]);
  });

  it('passes a released slot to the first in line and skips cancelled waits', () => {
    const bulkhead = new Bulkhead(1);
    const served: string[] = [];
    bulkhead.tryAcquire('a', 't');
    const [cancelFirst] = ['first', 'second', 'third'].map((name) => bulkhead.wait('a', 't', () => served.push(name)));
    cancelFirst?.();
    bulkhead.release('a', 't');
    expect(served).toEqual(['second']);
    expect(bulkhead.tryAcquire('a', 't')).toBe(false);
    bulkhead.release('a', 't');
    bulkhead.release('a', 't');
    expect(served).toEqual(['second', 'third']);
    expect(bulkhead.tryAcquire('a', 't')).toBe(true);
  });

  it('gives one tenant at most three quarters of the slots', () => {
    const bulkhead = new Bulkhead(64);
    expect(takeAll(bulkhead, 'greedy')).toBe(48);
    expect(bulkhead.tryAcquire('host', 'other')).toBe(true);
  });

  it('gives each further tenant at most three quarters of the slots that are left', () => {
    const bulkhead = new Bulkhead(64);
    expect(['a', 'b', 'c'].map((tenantId) => takeAll(bulkhead, tenantId))).toEqual([48, 12, 3]);
    expect(bulkhead.tryAcquire('host', 'd')).toBe(true);
  });

  it('divides the slots equally between tenants that wait, as they become free', () => {
    const bulkhead = new Bulkhead(64);
    const inFlight = { a: takeAll(bulkhead, 'a'), b: takeAll(bulkhead, 'b') };
    for (let index = 0; index < 100; index++) {
      bulkhead.wait('host', 'a', () => inFlight.a++);
      bulkhead.wait('host', 'b', () => inFlight.b++);
    }
    for (let index = 0; index < 48; index++) {
      inFlight.a--;
      bulkhead.release('host', 'a');
    }
    expect(inFlight.a + inFlight.b).toBeGreaterThan(50);
    expect(Math.abs(inFlight.a - inFlight.b)).toBeLessThanOrEqual(3);
  });

  it('serves waiting tenants round-robin', () => {
    const bulkhead = new Bulkhead(1);
    const served: string[] = [];
    bulkhead.tryAcquire('host', 'a');
    for (const name of ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']) {
      bulkhead.wait('host', name.charAt(0), () => served.push(name));
    }
    for (let last = 'a'; served.length < 6; last = served.at(-1)?.charAt(0) ?? '') bulkhead.release('host', last);
    expect(served).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
  });

  it('keeps a released slot free if only a tenant at its limit waits', () => {
    const bulkhead = new Bulkhead(8);
    expect(takeAll(bulkhead, 'greedy')).toBe(6);
    let served = 0;
    bulkhead.wait('host', 'greedy', () => served++);
    expect(bulkhead.tryAcquire('host', 'other')).toBe(true);
    bulkhead.release('host', 'other');
    expect(served).toBe(0);
    bulkhead.release('host', 'greedy');
    expect(served).toBe(1);
  });

  it('forgets hosts and tenants without requests', () => {
    const bulkhead = new Bulkhead(1);
    bulkhead.tryAcquire('host', 'a');
    const cancel = bulkhead.wait('host', 'b', () => undefined);
    cancel();
    bulkhead.release('host', 'a');
    bulkhead.release('host', 'a');
    expect([bulkhead.tryAcquire('host', 'b'), bulkhead.tryAcquire('host', 'c')]).toEqual([true, false]);
  });
});
