import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Cluster } from '../cluster/index.js';
import { createLogger, type RecurringJobs } from '../common/index.js';
import type { SealContext } from './envelope.js';
import { OpenedSecrets } from './opened-secrets.js';

const CONTEXT: SealContext = { tenantId: 't-1', table: 'actions', rowId: 'act-1', column: 'auth_secrets' };

/** Opened secrets, with the number of times that a secret was unsealed, and the job that removes old ones. */
function scene() {
  const cluster = new Cluster(createLogger('silent'));
  const jobs: (() => Promise<unknown>)[] = [];
  const add = (_name: string, _pauseMs: number, work: () => Promise<unknown>) => jobs.push(work);
  const secrets = new OpenedSecrets(cluster, { add } as unknown as RecurringJobs);
  let unsealed = 0;
  const open = async () => ({ number: ++unsealed });
  const get = (context = CONTEXT, sealed = 'sealed') => secrets.get(context, sealed, open);
  return { cluster, secrets, get, unsealed: () => unsealed, purge: () => Promise.all(jobs.map((job) => job())) };
}

/** Lets time pass for caches, which read the clock once a millisecond. */
async function passes(milliseconds: number): Promise<void> {
  const now = performance.now() + milliseconds;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('OpenedSecrets', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('unseals a secret once for concurrent and later calls', async () => {
    const { get, unsealed } = scene();
    await Promise.all([get(), get()]);
    expect(get()).toEqual({ number: 1 });
    expect(unsealed()).toBe(1);
  });

  it('unseals a secret again after a few seconds', async () => {
    const { get } = scene();
    await get();
    await passes(4100);
    expect(await get()).toEqual({ number: 2 });
  });

  it('does not return a secret for another place than its own', async () => {
    const { get } = scene();
    await get();
    const places: Partial<SealContext>[] = [{ tenantId: 't-2' }, { table: 'x' }, { rowId: 'act-2' }, { column: 'x' }];
    for (const [index, place] of places.entries()) {
      expect(await get({ ...CONTEXT, ...place })).toEqual({ number: index + 2 });
    }
    const [one, other] = await Promise.all([get(CONTEXT, 'new'), get({ ...CONTEXT, tenantId: 't-2' }, 'new')]);
    expect(one).not.toEqual(other);
  });

  it.each(['tenant', 'data-key'] as const)('forgets the secrets of a tenant when its %s changes', async (topic) => {
    const { cluster, get } = scene();
    await get();
    await get({ ...CONTEXT, tenantId: 't-2' }, 'other');
    cluster.publish(topic, 't-1');
    expect(get({ ...CONTEXT, tenantId: 't-2' }, 'other')).toEqual({ number: 2 });
    expect(await get()).toEqual({ number: 3 });
  });

  it('does not keep a secret whose unsealing fails', async () => {
    const { secrets, get } = scene();
    await expect(secrets.get(CONTEXT, 'sealed', () => Promise.reject(new Error('altered')))).rejects.toThrow('altered');
    expect(await get()).toEqual({ number: 1 });
  });

  it('removes old secrets from memory, also those that are not requested again', async () => {
    const { secrets, get, purge } = scene();
    await get();
    const { opened } = secrets as unknown as { opened: { cache: { values: { size: number } } } };
    expect(opened.cache.values.size).toBe(1);
    await passes(4100);
    await purge();
    expect(opened.cache.values.size).toBe(0);
  });
});
