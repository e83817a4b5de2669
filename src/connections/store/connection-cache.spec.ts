import { describe, expect, it } from '@jest/globals';
import { Cluster } from '../../cluster/index.js';
import { createLogger } from '../../common/index.js';
import type { Database, RowChange } from '../../database/index.js';
import { ConnectionCache } from './connection-cache.js';
import { ConnectionEpoch } from './connection-epoch.entity.js';
import { Connection } from './connection.entity.js';

const ACTION = { tenantId: 't-1', id: 'act-1' };

/** A cache whose reads of the database the test ends, with a function that announces changes of rows. */
function cacheWithReads() {
  const listeners = new Map<unknown, (change: RowChange) => void>();
  const reads: ((row: Connection) => void)[] = [];
  const database = {
    onChange: (entity: unknown, listener: (change: RowChange) => void) => listeners.set(entity, listener),
    tenant: () => ({ read: () => new Promise<Connection>((resolve) => reads.push(resolve)) }),
  };
  const cache = new ConnectionCache(database as unknown as Database, new Cluster(createLogger('silent')));
  const change = (entity: typeof Connection | typeof ConnectionEpoch, tenantId: string, id?: string, isNew = false) =>
    listeners.get(entity)?.({ entity, tenantId, id, isNew });
  return { cache, reads, change };
}

function rowOf(user: string, version = 1): Connection {
  return Object.assign(new Connection(), {
    tenantId: ACTION.tenantId,
    actionId: ACTION.id,
    id: `conn-${user}`,
    user,
    version,
    tokens: 'sealed',
    scope: null,
  });
}

/** Returns a cache that holds the connections of users. */
async function warmCache(...users: string[]) {
  const scene = cacheWithReads();
  for (const user of users) {
    const reading = scene.cache.read(ACTION, user);
    scene.reads.shift()?.(rowOf(user));
    await reading;
  }
  const cached = () => users.filter((user) => scene.cache.peek(ACTION, user));
  return { ...scene, cached };
}

describe('ConnectionCache', () => {
  it('shares one query between concurrent reads', async () => {
    const { cache, reads } = cacheWithReads();
    const reading = [cache.read(ACTION, 'ann'), cache.read(ACTION, 'ann')];
    expect(reads).toHaveLength(1);
    const row = rowOf('ann');
    reads[0]?.(row);
    expect(await Promise.all(reading)).toEqual([row, row]);
    expect(cache.peek(ACTION, 'ann')).toBe(row);
  });

  it('reads a cached connection again', async () => {
    const { cache, reads } = await warmCache('ann');
    const reading = cache.read(ACTION, 'ann');
    reads[0]?.(rowOf('ann', 2));
    expect(await reading).toMatchObject({ version: 2 });
    expect(cache.peek(ACTION, 'ann')).toMatchObject({ version: 2 });
  });

  it('forgets a connection that changed, and no other', async () => {
    const { change, cached } = await warmCache('ann', 'bob');
    change(Connection, ACTION.tenantId, 'conn-ann');
    expect(cached()).toEqual(['bob']);
  });

  it('forgets all connections of a tenant if any of them may have changed', async () => {
    const { change, cached } = await warmCache('ann', 'bob');
    change(Connection, 't-2');
    expect(cached()).toEqual(['ann', 'bob']);
    change(Connection, ACTION.tenantId);
    expect(cached()).toEqual([]);
  });

  it('forgets all connections of a tenant when an epoch ends some, also the first', async () => {
    const { change, cached } = await warmCache('ann', 'bob');
    change(ConnectionEpoch, ACTION.tenantId, undefined, true);
    expect(cached()).toEqual([]);
  });

  it('keeps connections when others are inserted', async () => {
    const { change, cached } = await warmCache('ann');
    change(Connection, ACTION.tenantId, undefined, true);
    expect(cached()).toEqual(['ann']);
  });

  it('neither caches nor shares a query that began before a change', async () => {
    const { cache, reads, change } = cacheWithReads();
    const before = cache.read(ACTION, 'ann');
    change(Connection, ACTION.tenantId, 'conn-ann');
    const after = cache.read(ACTION, 'ann');
    expect(reads).toHaveLength(2);
    reads[1]?.(rowOf('ann', 2));
    expect(await after).toMatchObject({ version: 2 });
    reads[0]?.(rowOf('ann', 1));
    expect(await before).toMatchObject({ version: 1 });
    expect(cache.peek(ACTION, 'ann')).toMatchObject({ version: 2 });
  });
});
