import { describe, expect, it } from '@jest/globals';
import { HostQueues } from './host-queues.js';

interface Item {
  id: string;
  tenantId: string;
  host: string;
}

const queuesWith = (limits: Partial<{ perHost: number; total: number; waiting: number }> = {}) =>
  new HostQueues<Item>({ perHost: 2, total: 5, waiting: 100, ...limits });

function fill(queues: HostQueues<Item>, host: string, count: number, tenantId = ''): void {
  for (let index = 0; index < count; index++) queues.add({ id: `${tenantId}${host}${index}`, tenantId, host });
}

const ids = (items: Item[]) => items.map(({ id }) => id);

describe('HostQueues', () => {
  it('serves hosts round-robin, each within its limit, first in first out, and keeps a slot for other tenants', () => {
    const queues = queuesWith();
    for (const host of ['a', 'b', 'c']) fill(queues, host, 10);
    expect(ids(queues.next())).toEqual(['a0', 'b0', 'c0', 'a1']);
    expect(queues.next()).toEqual([]);
    fill(queues, 'd', 1, 'other ');
    expect(ids(queues.next())).toEqual(['other d0']);
  });

  it('serves tenants round-robin at one host, where none gets all slots', () => {
    const queues = queuesWith({ perHost: 4, total: 100 });
    fill(queues, 'a', 50, 'greedy ');
    expect(ids(queues.next())).toEqual(['greedy a0', 'greedy a1', 'greedy a2']);
    fill(queues, 'a', 2, 'other ');
    expect(ids(queues.next())).toEqual(['other a0']);
    queues.done({ id: 'greedy a0', tenantId: 'greedy ', host: 'a' });
    queues.done({ id: 'greedy a1', tenantId: 'greedy ', host: 'a' });
    expect(ids(queues.next())).toEqual(['greedy a3', 'other a1']);
  });

  it('continues the round-robin when slots become free', () => {
    const queues = queuesWith({ total: 1 });
    for (const host of ['a', 'b', 'c']) fill(queues, host, 2);
    const order: string[] = [];
    for (let [turn] = queues.next(); turn; [turn] = queues.next()) {
      order.push(turn.id);
      queues.done(turn);
    }
    expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1']);
  });

  it('serves other hosts while one host never finishes', () => {
    const queues = queuesWith({ perHost: 2, total: 3 });
    fill(queues, 'slow', 50);
    fill(queues, 'fast', 20);
    let done = 0;
    for (let turns = queues.next(); turns.length > 0; turns = queues.next()) {
      for (const item of turns.filter(({ host }) => host === 'fast')) {
        queues.done(item);
        done++;
      }
    }
    expect(done).toBe(20);
  });

  it('rejects a job that is already waiting or in flight', () => {
    const queues = queuesWith();
    const item = { id: '1', tenantId: '', host: 'a' };
    expect([queues.add(item), queues.add(item)]).toEqual([true, false]);
    queues.next();
    expect(queues.add(item)).toBe(false);
    queues.done(item);
    expect(queues.add(item)).toBe(true);
  });

  it('rejects jobs for a host whose queue is full, and accepts jobs for others', () => {
    const queues = queuesWith({ waiting: 3 });
    fill(queues, 'a', 3);
    expect(queues.add({ id: 'more', tenantId: '', host: 'a' })).toBe(false);
    expect(queues.add({ id: 'other', tenantId: '', host: 'b' })).toBe(true);
  });

  it('drops waiting jobs on clear and still counts those in flight', () => {
    const queues = queuesWith({ perHost: 1 });
    fill(queues, 'a', 3);
    const [begun] = queues.next();
    queues.clear();
    expect([queues.next(), queues.isIdle]).toEqual([[], false]);
    queues.done(begun as Item);
    expect(queues.isIdle).toBe(true);
    fill(queues, 'a', 3);
    expect(ids(queues.next())).toEqual(['a0']);
  });
});
