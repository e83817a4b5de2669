import { describe, expect, it } from '@jest/globals';
import { Lanes } from './lanes.js';

interface Item {
  id: string;
  host: string;
}

const lanesOf = (limits: Partial<{ perHost: number; inAll: number; waiting: number }> = {}) =>
  new Lanes<Item>({ perHost: 2, inAll: 5, waiting: 100, ...limits });

function fill(lanes: Lanes<Item>, host: string, count: number): void {
  for (let index = 0; index < count; index++) lanes.add({ id: `${host}${index}`, host });
}

const ids = (items: Item[]) => items.map(({ id }) => id);

describe('lanes', () => {
  it('let hosts take turns, each within its limit, in the order of coming', () => {
    const lanes = lanesOf();
    for (const host of ['a', 'b', 'c']) fill(lanes, host, 10);
    expect(ids(lanes.next())).toEqual(['a0', 'b0', 'c0', 'a1', 'b1']);
    expect(lanes.next()).toEqual([]);
  });

  it('go on with whose turn it is, as places become free', () => {
    const lanes = lanesOf({ inAll: 1 });
    for (const host of ['a', 'b', 'c']) fill(lanes, host, 2);
    const order: string[] = [];
    for (let [turn] = lanes.next(); turn; [turn] = lanes.next()) {
      order.push(turn.id);
      lanes.done(turn);
    }
    expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'c1']);
  });

  it('keep a host that does not end from no other', () => {
    const lanes = lanesOf({ perHost: 2, inAll: 3 });
    fill(lanes, 'slow', 50);
    fill(lanes, 'fast', 20);
    let done = 0;
    for (let turns = lanes.next(); turns.length > 0; turns = lanes.next()) {
      for (const item of turns.filter(({ host }) => host === 'fast')) {
        lanes.done(item);
        done++;
      }
    }
    expect(done).toBe(20);
  });

  it('take what waits or is under way once', () => {
    const lanes = lanesOf();
    const item = { id: '1', host: 'a' };
    expect([lanes.add(item), lanes.add(item)]).toEqual([true, false]);
    lanes.next();
    expect(lanes.add(item)).toBe(false);
    lanes.done(item);
    expect(lanes.add(item)).toBe(true);
  });

  it('turn away what is too much for one host, and no other', () => {
    const lanes = lanesOf({ waiting: 3 });
    fill(lanes, 'a', 3);
    expect(lanes.add({ id: 'more', host: 'a' })).toBe(false);
    expect(lanes.add({ id: 'other', host: 'b' })).toBe(true);
  });

  it('forget what waits, and still count what is under way', () => {
    const lanes = lanesOf({ perHost: 1 });
    fill(lanes, 'a', 3);
    const [begun] = lanes.next();
    lanes.clear();
    expect([lanes.next(), lanes.isIdle]).toEqual([[], false]);
    lanes.done(begun as Item);
    expect(lanes.isIdle).toBe(true);
    fill(lanes, 'a', 3);
    expect(ids(lanes.next())).toEqual(['a0']);
  });
});
