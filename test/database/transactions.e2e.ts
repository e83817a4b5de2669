import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
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

/** A row whose `revision` counts. */
async function counter(): Promise<string> {
  return (await tenant.gpt()).id;
}

const where = (id: string) => ({ tenantId: tenant.id, id });

function count(id: string): Promise<number> {
  return database.read(async (manager) => (await manager.findOneByOrFail(Gpt, where(id))).revision);
}

function increment(manager: EntityManager, id: string): Promise<unknown> {
  return manager.increment(Gpt, where(id), 'revision', 1);
}

/** Something that others wait for. */
function signal(): { come: Promise<void>; give: () => void } {
  let give = () => undefined as void;
  const come = new Promise<void>((resolve) => (give = resolve));
  return { come, give };
}

describe('inside a transaction', () => {
  it.each([
    ['a read', () => database.read(async () => 1)],
    ['another transaction', () => database.write(async () => 1)],
    ["a tenant's read", () => database.tenant(tenant.id).read(async () => 1)],
    ["a tenant's transaction", () => database.tenant(tenant.id).write(async () => 1)],
    ['a ping', () => database.ping()],
  ])('%s that goes around it is refused, and takes it down', async (_, around) => {
    const id = await counter();
    const transaction = database.write(async (manager) => {
      await increment(manager, id);
      await around();
    });
    await expect(transaction).rejects.toThrow(OutsideTransactionError);
    expect(await count(id)).toBe(1);
  });

  it('what it wrote is seen by itself and by nobody else until it ends', async () => {
    const id = await counter();
    const [written, looked] = [signal(), signal()];
    const transaction = database.write(async (manager) => {
      await increment(manager, id);
      written.give();
      await looked.come;
      return (await manager.findOneByOrFail(Gpt, where(id))).revision;
    });
    await written.come;
    expect(await count(id)).toBe(1);
    looked.give();
    expect(await transaction).toBe(2);
    expect(await count(id)).toBe(2);
  });
});

describe('a transaction that fails', () => {
  it('takes back its own writes and not those of another that came meanwhile', async () => {
    const [failing, other] = [await counter(), await counter()];
    const [written, mayFail] = [signal(), signal()];
    const failed = database.write(async (manager) => {
      await increment(manager, failing);
      written.give();
      await mayFail.come;
      throw new Error('thought better of it');
    });
    await written.come;
    const plain = database.write((manager) => increment(manager, other));
    mayFail.give();
    await expect(failed).rejects.toThrow('thought better of it');
    await plain;
    expect([await count(failing), await count(other)]).toEqual([1, 2]);
  });

  it('lets the next one go on', async () => {
    const id = await counter();
    const all = Array.from({ length: 20 }, (_, index) =>
      database.write(async (manager) => {
        await increment(manager, id);
        if (index % 2) throw new Error('every second one');
      }),
    );
    const ends = await Promise.allSettled(all);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await count(id)).toBe(11);
  });
});

describe('fifty transactions at once', () => {
  it('that count in one row lose no count', async () => {
    const id = await counter();
    await Promise.all(Array.from({ length: 50 }, () => database.write((manager) => increment(manager, id))));
    expect(await count(id)).toBe(51);
  });

  it('from two replicas lose none either', async () => {
    const replica = await TestApp.start({ of: app });
    try {
      const id = await counter();
      const places = [database, replica.get(Database)];
      const all = Array.from({ length: 50 }, (_, index) =>
        (places[index % 2] as Database).write((manager) => increment(manager, id)),
      );
      await Promise.all(all);
      expect(await count(id)).toBe(51);
    } finally {
      await replica.stop();
    }
  });

  it('that each take two rows, in either order, all come through', async () => {
    const [one, two] = [await counter(), await counter()];
    const all = Array.from({ length: 50 }, (_, index) =>
      database.write(async (manager) => {
        for (const id of index % 2 ? [one, two] : [two, one]) await increment(manager, id);
      }),
    );
    await Promise.all(all);
    expect([await count(one), await count(two)]).toEqual([51, 51]);
  });
});

it('says of a row whose owner is gone that it is gone', async () => {
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

// SQLite has one writer at a time and so no deadlock.
if (kind === 'mariadb') {
  it('starts a transaction that ran into a deadlock from the beginning', async () => {
    const [one, two] = [await counter(), await counter()];
    const bothHold = [signal(), signal()] as const;
    let attempts = 0;
    const crossing = (index: 0 | 1, [first, second]: [string, string]) =>
      database.write(async (manager) => {
        attempts += 1;
        await increment(manager, first);
        bothHold[index].give();
        await bothHold[1 - index]?.come;
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

  /** Nothing where the server decides. */
  async function synchronous(): Promise<number[]> {
    if (kind !== 'sqlite') return [];
    const rows = (await database.dataSource.query('PRAGMA synchronous')) as { synchronous: number }[];
    return rows.map((row) => row.synchronous);
  }

  const onSqlite = (...settings: number[]) => (kind === 'sqlite' ? settings : []);

  it('waits for the disk, but for one that a power cut may undo', async () => {
    const id = await counter();
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

  it('waits for it again after one of those was rolled back', async () => {
    const id = await counter();
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
