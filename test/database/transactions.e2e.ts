import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager, FindOneOptions } from 'typeorm';
import { newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { OutsideTransactionError } from '../../src/database/database.js';
import { Gpt } from '../../src/gpts/gpt.entity.js';
import { TestApp } from '../support/app.js';
import type { TestTenant } from '../support/tenant.js';
import { database as kind } from '../support/test-database.js';

let app: TestApp;
let tenant: TestTenant;
let database: Database;

beforeAll(async () => {
  app = await TestApp.start();
  tenant = await app.tenant();
  database = app.get(Database);
});

afterAll(async () => {
  await app.stop();
});

/** Creates a row whose `revision` the tests increment. */
async function createCounter(): Promise<string> {
  return (await tenant.gpt()).id;
}

const where = (id: string) => ({ tenantId: tenant.id, id });

function count(id: string): Promise<number> {
  return database.read(async (manager) => (await manager.findOneByOrFail(Gpt, where(id))).revision);
}

function increment(manager: EntityManager, id: string): Promise<unknown> {
  return manager.increment(Gpt, where(id), 'revision', 1);
}

/** Locks the rows that a transaction reads; SQLite locks the file instead. */
const LOCKED: FindOneOptions<Gpt> = kind === 'sqlite' ? {} : { lock: { mode: 'pessimistic_write' } };

/** A promise and the function that resolves it. */
function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => undefined as void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

describe('a transaction', () => {
  it.each([
    ['a read', () => database.read(async () => 1)],
    ['another transaction', () => database.write(async () => 1)],
    ["a tenant's read", () => database.tenant(tenant.id).read(async () => 1)],
    ["a tenant's transaction", () => database.tenant(tenant.id).write(async () => 1)],
  ])('is rolled back when its work starts %s outside of it', async (_, startOther) => {
    const id = await createCounter();
    const transaction = database.write(async (manager) => {
      await increment(manager, id);
      await startOther();
    });
    await expect(transaction).rejects.toThrow(OutsideTransactionError);
    expect(await count(id)).toBe(1);
  });

  it('sees its own writes, which are invisible to others until it commits', async () => {
    const id = await createCounter();
    const [written, mayCommit] = [deferred(), deferred()];
    const transaction = database.write(async (manager) => {
      await increment(manager, id);
      written.resolve();
      await mayCommit.promise;
      return (await manager.findOneByOrFail(Gpt, where(id))).revision;
    });
    await written.promise;
    expect(await count(id)).toBe(1);
    mayCommit.resolve();
    expect(await transaction).toBe(2);
    expect(await count(id)).toBe(2);
  });
});

describe('a failed transaction', () => {
  it('rolls back its own writes but not those of a concurrent transaction', async () => {
    const [failing, other] = [await createCounter(), await createCounter()];
    const [written, mayFail] = [deferred(), deferred()];
    const failed = database.write(async (manager) => {
      await increment(manager, failing);
      written.resolve();
      await mayFail.promise;
      throw new Error('rolled back');
    });
    await written.promise;
    const concurrent = database.write((manager) => increment(manager, other));
    mayFail.resolve();
    await expect(failed).rejects.toThrow('rolled back');
    await concurrent;
    expect([await count(failing), await count(other)]).toEqual([1, 2]);
  });

  it('does not block the next transaction', async () => {
    const id = await createCounter();
    const all = Array.from({ length: 20 }, (_, index) =>
      database.write(async (manager) => {
        await increment(manager, id);
        if (index % 2) throw new Error('rolled back');
      }),
    );
    const results = await Promise.allSettled(all);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await count(id)).toBe(11);
  });
});

describe('fifty concurrent transactions', () => {
  it('lose no update of the same row', async () => {
    const id = await createCounter();
    await Promise.all(Array.from({ length: 50 }, () => database.write((manager) => increment(manager, id))));
    expect(await count(id)).toBe(51);
  });

  it('lose no update of the same row when two replicas write it', async () => {
    const replica = await TestApp.start({ replicaOf: app });
    try {
      const id = await createCounter();
      const databases = [database, replica.get(Database)];
      const all = Array.from({ length: 50 }, (_, index) =>
        (databases[index % 2] as Database).write((manager) => increment(manager, id)),
      );
      await Promise.all(all);
      expect(await count(id)).toBe(51);
    } finally {
      await replica.stop();
    }
  });

  it('run once each when two processes write the same file', async () => {
    const replica = await TestApp.start({ replicaOf: app });
    try {
      const id = await createCounter();
      let runs = 0;
      const all = [database, replica.get(Database)].flatMap((each) =>
        Array.from({ length: 25 }, () =>
          each.write(async (manager) => {
            runs += 1;
            // A transaction that reads first could not write afterwards if another one had written meanwhile.
            const { revision } = await manager.findOneOrFail(Gpt, { where: where(id), ...LOCKED });
            await setImmediate();
            await manager.update(Gpt, where(id), { revision: revision + 1 });
          }),
        ),
      );
      await Promise.all(all);
      expect([runs, await count(id)]).toEqual([50, 51]);
    } finally {
      await replica.stop();
    }
  });

  it('all succeed when each writes two rows in either order', async () => {
    const [one, two] = [await createCounter(), await createCounter()];
    const all = Array.from({ length: 50 }, (_, index) =>
      database.write(async (manager) => {
        for (const id of index % 2 ? [one, two] : [two, one]) await increment(manager, id);
      }),
    );
    await Promise.all(all);
    expect([await count(one), await count(two)]).toEqual([51, 51]);
  });
});

it('rejects an insert whose parent row was deleted with `not_found`', async () => {
  const now = app.clock.now();
  const row = {
    id: newId('g'),
    name: 'x',
    description: '',
    instructions: '',
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  const orphan = database.tenant(newId('t')).write((store) => store.insert(Gpt, [row]));
  await expect(orphan).rejects.toMatchObject({ code: 'not_found' });
});

// SQLite runs one write transaction at a time, so it has no deadlocks.
if (kind !== 'sqlite') {
  it('retries a transaction after a deadlock', async () => {
    const [one, two] = [await createCounter(), await createCounter()];
    const locked = [deferred(), deferred()] as const;
    let attempts = 0;
    const crossing = (index: 0 | 1, [first, second]: [string, string]) =>
      database.write(async (manager) => {
        attempts += 1;
        await increment(manager, first);
        locked[index].resolve();
        await locked[1 - index]?.promise;
        await increment(manager, second);
      });
    await Promise.all([crossing(0, [one, two]), crossing(1, [two, one])]);
    expect(attempts).toBe(3);
    expect([await count(one), await count(two)]).toEqual([3, 3]);
  });
}

describe('a commit', () => {
  const FULL = 2;
  const NORMAL = 1;

  /** Returns the current setting; empty on a database server, which configures it itself. */
  async function synchronous(): Promise<number[]> {
    if (kind !== 'sqlite') return [];
    const rows = (await database.dataSource.query('PRAGMA synchronous')) as { synchronous: number }[];
    return rows.map((row) => row.synchronous);
  }

  const onSqlite = (...settings: number[]) => (kind === 'sqlite' ? settings : []);

  it('waits for the disk, except with relaxed durability', async () => {
    const id = await createCounter();
    const seen: number[] = [];
    const work = async (manager: EntityManager) => {
      await increment(manager, id);
      seen.push(...(await synchronous()));
    };
    const before = await count(id);
    await database.write(work);
    await database.write(work, { relaxedDurability: true });
    await database.write(work);
    expect(await count(id)).toBe(before + 3);
    expect(seen).toEqual(onSqlite(FULL, NORMAL, FULL));
  });

  it('waits for the disk again after a transaction with relaxed durability was rolled back', async () => {
    const id = await createCounter();
    const before = await count(id);
    const broken = async (manager: EntityManager) => {
      await increment(manager, id);
      throw new Error('broken');
    };
    await expect(database.write(broken, { relaxedDurability: true })).rejects.toThrow('broken');
    expect(await count(id)).toBe(before);
    expect(await synchronous()).toEqual(onSqlite(FULL));
  });
});
