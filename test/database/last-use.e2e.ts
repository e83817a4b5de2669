import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Clock, Logger, newId, RecurringJobs } from '../../src/common/index.js';
import { Database, LastUse } from '../../src/database/index.js';
import { ApiKey } from '../../src/tenants/api-key.entity.js';
import { TestApp } from '../support/app.js';
import { Statements } from '../support/statements.js';
import type { TestTenant } from '../support/tenant.js';

/** A clock that only tests move. */
class StoppedClock extends Clock {
  private time = 1_800_000_000_000;

  override now(): Date {
    return new Date(this.time);
  }

  advance({ seconds }: { seconds: number }): void {
    this.time += seconds * 1000;
  }
}

let app: TestApp;
let tenant: TestTenant;
let statements: Statements;
let clock: StoppedClock;
let lastUse: LastUse<ApiKey>;

beforeAll(async () => {
  app = await TestApp.start();
  tenant = await app.tenant();
  statements = await Statements.of(app);
});

afterAll(() => app.stop());

beforeEach(() => {
  clock = new StoppedClock();
  // Its job never starts: the tests write.
  const jobs = new RecurringJobs(app.get(Logger));
  lastUse = new LastUse(ApiKey, 'keys', { database: app.get(Database), clock, jobs });
});

/** Creates keys that were never used. */
async function keys(count: number): Promise<ApiKey[]> {
  const rows = Array.from({ length: count }, () => {
    const fields = {
      gptIds: null,
      operationIds: null,
      replacedBy: null,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    };
    const id = newId('key');
    const row = { tenantId: tenant.id, id, role: 'runtime' as const, name: 'x', digest: id.padEnd(64, '0') };
    return { ...row, ...fields, createdAt: app.clock.now() };
  });
  await app.get(Database).write((manager) => manager.insert(ApiKey, rows));
  return rows;
}

/** Reads the stored last uses, in milliseconds. */
async function stored(rows: ApiKey[]): Promise<(number | undefined)[]> {
  const found = await app.get(Database).read((manager) => manager.findBy(ApiKey, { tenantId: tenant.id }));
  const times = new Map(found.map(({ id, lastUsedAt }) => [id, lastUsedAt?.getTime()]));
  return rows.map(({ id }) => times.get(id));
}

function use(row: ApiKey | undefined): number {
  if (!row) throw new Error('no such key');
  lastUse.record(row);
  return clock.now().getTime();
}

/** Writes what is due. @returns the number of updates */
async function writes(): Promise<number> {
  const during = await statements.during(() => lastUse.writeDue());
  return during.statements.filter(({ sql }) => /^UPDATE .api_keys/.test(sql)).length;
}

it('writes the rows that are due, and leaves the others for later', async () => {
  const rows = await keys(2);
  const [first, second] = rows;
  const early = use(first);
  expect(await writes()).toBe(1);
  clock.advance({ seconds: 30 });
  const again = use(first);
  const late = use(second);
  expect(await writes()).toBe(1);
  expect(await stored(rows)).toEqual([early, late]);
  clock.advance({ seconds: 30 });
  expect(await writes()).toBe(1);
  expect(await stored(rows)).toEqual([again, late]);
});

it('writes a row once a minute, however often it is used', async () => {
  const [row] = await keys(1);
  let updates = 0;
  for (let second = 0; second < 180; second++) {
    use(row);
    updates += await writes();
    clock.advance({ seconds: 1 });
  }
  expect(updates).toBe(3);
});

it('writes all rows that are due with one statement, each with its own time', async () => {
  const rows = await keys(400);
  const times = rows.map((row) => {
    clock.advance({ seconds: 0.01 });
    return use(row);
  });
  expect(await writes()).toBe(1);
  expect(await stored(rows)).toEqual(times);
});

it('writes more rows than one statement can hold', async () => {
  const rows = await keys(1100);
  const times = rows.map((row) => use(row));
  expect(await writes()).toBe(3);
  expect(await stored(rows)).toEqual(times);
});

it('does not write a use that another process has written within the last minute', async () => {
  const [row] = await keys(1);
  use({ ...(row as ApiKey), lastUsedAt: clock.now() });
  expect(await writes()).toBe(0);
  clock.advance({ seconds: 60 });
  expect(await writes()).toBe(1);
});

it('writes again after a write that failed', async () => {
  const rows = await keys(1);
  const time = use(rows[0]);
  const table = app.get(Database);
  const rename = (from: string, to: string) => table.dataSource.query(`ALTER TABLE ${from} RENAME TO ${to}`);
  await rename('api_keys', 'moved');
  try {
    await expect(lastUse.writeDue()).rejects.toThrow(/api_keys/);
  } finally {
    await rename('moved', 'api_keys');
  }
  expect(await writes()).toBe(1);
  expect(await stored(rows)).toEqual([time]);
});

it('writes what is pending when the app stops', async () => {
  const row = (await tenant.admin.get('/v1/console-session')).body.key_id;
  app.clock.advance({ seconds: 90 });
  const before = app.clock.now().getTime();
  await tenant.admin.get('/v1/keys');
  await app.restart();
  expect((await stored([{ id: row } as ApiKey]))[0]).toBeGreaterThanOrEqual(before);
});
