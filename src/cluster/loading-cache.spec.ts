import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../common/index.js';
import { Cluster } from './cluster.js';
import { FreshCache } from './fresh-cache.js';
import { LoadingCache } from './loading-cache.js';

interface Value {
  text: string;
}

/** A load that ends when it is told to, and counts how often it began. */
function slowLoad() {
  const waiting: { end: (value: Value | undefined) => void; fail: (error: Error) => void }[] = [];
  const load = () => new Promise<Value | undefined>((end, fail) => waiting.push({ end, fail }));
  return { load, waiting };
}

const found = (text: string) => async () => ({ text });
const mustNotLoad = () => Promise.reject(new Error('it should have been remembered'));

describe('what was loaded', () => {
  it('is remembered', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const first = await cache.get('a', found('one'));
    expect(await cache.get('a', mustNotLoad)).toBe(first);
  });

  it('is remembered for its key alone', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    await cache.get('a', found('one'));
    expect(await cache.get('b', found('two'))).toEqual({ text: 'two' });
  });

  it('is forgotten when it is told to be', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    await cache.get('a', found('one'));
    cache.forget('a');
    expect(await cache.get('a', found('two'))).toEqual({ text: 'two' });
  });

  it('makes room for others beyond the limit', async () => {
    const cache = new LoadingCache<Value>({ max: 2 });
    for (const key of ['a', 'b', 'c']) await cache.get(key, found(key));
    expect(await cache.get('a', found('again'))).toEqual({ text: 'again' });
  });

  it('is not remembered where nothing was found', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    expect(await cache.get('a', async () => undefined)).toBeUndefined();
    expect(await cache.get('a', found('later'))).toEqual({ text: 'later' });
  });
});

describe('a load', () => {
  it('is shared by those who ask at the same time', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const all = [cache.get('a', load), cache.get('a', load), cache.get('a', load)];
    expect(waiting).toHaveLength(1);
    waiting[0]?.end({ text: 'one' });
    const [first, ...others] = await Promise.all(all);
    for (const other of others) expect(other).toBe(first);
  });

  it('that fails, fails for all who wait, and is tried again by the next', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const both = Promise.allSettled([cache.get('a', load), cache.get('a', load)]);
    waiting[0]?.fail(new Error('the database is gone'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.get('a', found('back'))).toEqual({ text: 'back' });
  });

  it('that began before the key was forgotten is not remembered', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const old = cache.get('a', load);
    cache.forget('a');
    waiting[0]?.end({ text: 'from before the change' });
    expect(await old).toEqual({ text: 'from before the change' });
    expect(await cache.get('a', found('new'))).toEqual({ text: 'new' });
  });

  it('that began before the key was forgotten is not shared by who asks after, nor replaces what they find', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const old = cache.get('a', load);
    cache.forget('a');
    const fresh = cache.get('a', load);
    expect(waiting).toHaveLength(2);
    waiting[1]?.end({ text: 'new' });
    expect(await fresh).toEqual({ text: 'new' });
    waiting[0]?.end({ text: 'old' });
    await old;
    expect(await cache.get('a', mustNotLoad)).toEqual({ text: 'new' });
  });

  it('that began before and ends first does not end the sharing of the one after', async () => {
    const cache = new LoadingCache<Value>({ max: 10 });
    const { load, waiting } = slowLoad();
    const old = cache.get('a', load);
    cache.forget('a');
    const fresh = cache.get('a', load);
    waiting[0]?.end({ text: 'old' });
    await old;
    const shared = cache.get('a', load);
    expect(waiting).toHaveLength(2);
    waiting[1]?.end({ text: 'new' });
    expect(await shared).toBe(await fresh);
  });
});

describe('a fresh cache', () => {
  let cluster: Cluster;

  beforeEach(() => {
    cluster = new Cluster(createLogger('silent'));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('forgets what an announcement says has changed, and nothing else', async () => {
    const cache = new FreshCache<Value>(cluster, ['key', 'tenant'], 10);
    for (const id of ['a', 'b', 'c']) await cache.get(id, found(id));
    cluster.announce('key', 'a');
    cluster.announce('tenant', 'b');
    cluster.announce('gpt', 'c');
    expect(await cache.get('a', found('new'))).toEqual({ text: 'new' });
    expect(await cache.get('b', found('new'))).toEqual({ text: 'new' });
    expect(await cache.get('c', mustNotLoad)).toEqual({ text: 'c' });
  });

  it('forgets by itself within five seconds, and not on every call', async () => {
    let now = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const cache = new FreshCache<Value>(cluster, ['key'], 10);
    await cache.get('a', found('one'));
    now += 3000;
    await new Promise((resolve) => setTimeout(resolve, 5)); // the cache looks at the clock once a millisecond
    expect(await cache.get('a', mustNotLoad)).toEqual({ text: 'one' });
    now += 2000;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await cache.get('a', found('two'))).toEqual({ text: 'two' });
  });
});
