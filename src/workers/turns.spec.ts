import { describe, expect, it } from '@jest/globals';
import { TooManyJobsError, Turns } from './turns.js';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Starts jobs named by their tenant, such as `a a b`, and records the order in which they begin. */
function start(turns: Turns, tenants: string): string[] {
  const begun: string[] = [];
  for (const tenant of tenants.split(' ')) void turns.acquire(tenant).then(() => begun.push(tenant));
  return begun;
}

describe('Turns', () => {
  it('starts at most as many jobs as there are slots', async () => {
    const turns = new Turns({ slots: 2, slotsPerTenant: 2, waitingPerTenant: 10 });
    const begun = start(turns, 'a a a');
    await settle();
    expect(begun).toEqual(['a', 'a']);
    turns.release('a');
    await settle();
    expect(begun).toEqual(['a', 'a', 'a']);
  });

  it('starts one job of a tenant at a time, and leaves the other slot to other tenants', async () => {
    const turns = new Turns({ slots: 2, slotsPerTenant: 1, waitingPerTenant: 10 });
    const begun = start(turns, 'a a a b');
    await settle();
    expect(begun).toEqual(['a', 'b']);
    turns.release('b');
    await settle();
    expect(begun).toEqual(['a', 'b']);
  });

  it('serves waiting tenants in turn', async () => {
    const turns = new Turns({ slots: 1, slotsPerTenant: 1, waitingPerTenant: 10 });
    const begun = start(turns, 'a a a b c b');
    for (let job = 0; job < 6; job++) {
      await settle();
      turns.release(begun.at(-1) ?? '');
    }
    expect(begun).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
  });

  it('rejects a job if too many of its tenant are waiting, and only of that tenant', async () => {
    const turns = new Turns({ slots: 1, slotsPerTenant: 1, waitingPerTenant: 2 });
    start(turns, 'a a a');
    await expect(turns.acquire('a')).rejects.toThrow(TooManyJobsError);
    const begun = start(turns, 'b');
    turns.release('a');
    await settle();
    turns.release('a');
    await settle();
    expect(begun).toEqual(['b']);
  });
});
