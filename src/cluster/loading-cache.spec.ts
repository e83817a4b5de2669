import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../common/index.js';
import { Cluster } from './cluster.js';
import { FreshCache } from './fresh-cache.js';
import { LoadingCache } from './loading-cache.js';

interface Value {
  text: string;
}

/** A load that the test completes, and that records how often it was started. */
function slowLoad() {
  const waiting: { end: (value: Value | undefined) => void; fail: (error: Error) => void }[] = [];
  const load = () => new Promise<Value | undefined>((end, fail) => waiting.push({ end, fail }));
  return { load, waiting };
}

const found = (text: string) => async () => ({ text });
const mustNotLoad = () => Promise.reject(new Error('the value should have been cached'));

describe('LoadingCache values', () => {
  it('returns the cached value without loading it again', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const first = await cache.get('a', found('one'));
    expect(await cache.get('a', mustNotLoad)).toBe(first);
  });

  it('caches each key separately', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    await cache.get('a', found('one'));
    expect(await cache.get('b', found('two'))).toEqual({ text: 'two' });
  });

  it('loads a value again after it was invalidated', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    await cache.get('a', found('one'));
    cache.invalidate('a');
    expect(await cache.get('a', found('two'))).toEqual({ text: 'two' });
  });

  it('evicts the least recently used value at the limit', async () => {
    const cache = new LoadingCache<Value>({ max: 2 });
    for (const key of ['a', 'b', 'c']) await cache.get(key, found(key));
    expect(await cache.get('a', found('again'))).toEqual({ text: 'again' });
  });

  it('does not cache a load that found nothing', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    expect(await cache.get('a', async () => undefined)).toBeUndefined();
    expect(await cache.get('a', found('later'))).toEqual({ text: 'later' });
  });
});

describe('LoadingCache loads', () => {
  it('shares one load between concurrent requests', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const all = [cache.get('a', load), cache.get('a', load), cache.get('a', load)];
    expect(waiting).toHaveLength(1);
    waiting[0]?.end({ text: 'one' });
    const [first, ...others] = await Promise.all(all);
    for (const other of others) expect(other).toBe(first);
  });

  it('rejects every waiting request when a load fails, and loads again for the next one', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const both = Promise.allSettled([cache.get('a', load), cache.get('a', load)]);
    waiting[0]?.fail(new Error('connection lost'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', found('back'))).toEqual({ text: 'back' });
  });

  it('does not cache a load that started before its key was invalidated', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const old = cache.get('a', load);
    cache.invalidate('a');
    waiting[0]?.end({ text: 'from before the change' });
    expect(await old).toEqual({ text: 'from before the change' });
    expect(await cache.get('a', found('new'))).toEqual({ text: 'new' });
  });

  it('does not share an invalidated load with later requests, nor let it replace their value', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const old = cache.get('a', load);
    cache.invalidate('a');
    const fresh = cache.get('a', load);
    expect(waiting).toHaveLength(2);
    waiting[1]?.end({ text: 'new' });
    expect(await fresh).toEqual({ text: 'new' });
    waiting[0]?.end({ text: 'old' });
    await old;
    expect(await cache.get('a', mustNotLoad)).toEqual({ text: 'new' });
  });

  it('keeps sharing the later load when an invalidated load ends first', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const old = cache.get('a', load);
    cache.invalidate('a');
    const fresh = cache.get('a', load);
    waiting[0]?.end({ text: 'old' });
    await old;
    const shared = cache.get('a', load);
    expect(waiting).toHaveLength(2);
    waiting[1]?.end({ text: 'new' });
    expect(await shared).toBe(await fresh);
  });
});

describe('FreshCache', () => {
  let cluster: Cluster;

  beforeEach(() => {
    cluster = new Cluster(createLogger('silent'));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('invalidates the published key and no other', async () => {
    const cache = new FreshCache<Value>(cluster, ['key', 'tenant'], 10);
    for (const id of ['a', 'b', 'c']) await cache.get(id, found(id));
    cluster.publish('key', 'a');
    cluster.publish('tenant', 'b');
    cluster.publish('gpt', 'c');
    expect(await cache.get('a', found('new'))).toEqual({ text: 'new' });
    expect(await cache.get('b', found('new'))).toEqual({ text: 'new' });
    expect(await cache.get('c', mustNotLoad)).toEqual({ text: 'c' });
  });

  it('expires values within five seconds, and not on every request', async () => {
    let now = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const cache = new FreshCache<Value>(cluster, ['key'], 10);
    await cache.get('a', found('one'));
    now += 3000;
    await new Promise((resolve) => setTimeout(resolve, 5)); // the cache reads the clock once a millisecond
    expect(await cache.get('a', mustNotLoad)).toEqual({ text: 'one' });
    now += 2000;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await cache.get('a', found('two'))).toEqual({ text: 'two' });
  });
});
