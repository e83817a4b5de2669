// Needs a database server: a second connection locks rows.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection, type Connection } from 'mysql2/promise';
import { Database } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

const CALL_TIMEOUT_MS = 2000;

/** Counters of a mysql2 pool. */
interface Counts {
  _allConnections: { length: number };
  _freeConnections: { length: number };
  _connectionQueue: { length: number };
}

let app: TestApp;
let api: Upstream;
let blocked: TestTenant;
let other: TestTenant;
let gpt: TestGpt;
let otherGpt: TestGpt;
let locker: Connection;

beforeAll(async () => {
  const environment = { CALL_TIMEOUT_SECONDS: String(CALL_TIMEOUT_MS / 1000) };
  [app, api] = await Promise.all([TestApp.start({ environment }), Upstream.start()]);
  [blocked, other] = [await app.tenant(), await app.tenant()];
  [gpt, otherGpt] = [await blocked.gpt(), await other.gpt()];
  await gpt.action(api.document(NOTES_PATHS));
  await otherGpt.action(api.document(NOTES_PATHS));
  locker = await createConnection(app.database.url);
});

afterAll(async () => {
  await locker.end();
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(async () => {
  api.requests.length = 0;
  await locker.query('START TRANSACTION');
  // Every new row of the tenant refers to this one.
  await locker.query('SELECT id FROM tenants WHERE id = ? FOR UPDATE', [blocked.id]);
});

afterEach(async () => {
  await locker.query('ROLLBACK');
});

const pool = (): Counts => (app.get(Database).dataSource.driver as unknown as { pool: Counts }).pool;

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await work;
  return { result, ms: performance.now() - start };
}

/** Requests of the other tenant: a write, a read, and calls with and without writes. */
const OTHERS = [
  () => other.admin.patch(`/v1/gpts/${otherGpt.id}`, { name: 'renamed' }),
  () => other.admin.get('/v1/gpts'),
  () => otherGpt.call('createNote', { arguments: { body: { title: 'Buy milk' } } }),
  () => otherGpt.call('listNotes'),
];

describe('while a row of one tenant is locked', () => {
  it('other tenants are served, its writes end with 503 in time, and its connections are free afterwards', async () => {
    const waiting = Array.from({ length: 30 }, () => timed(blocked.admin.post('/v1/gpts', { name: 'waits' })));
    await eventually(
      pool,
      ({ _allConnections, _freeConnections }) => _allConnections.length - _freeConnections.length > 3,
    );
    for (let round = 0; round < 5; round++) {
      const served = await Promise.all(OTHERS.map((ask) => timed(ask())));
      expect(served.map(({ result }) => result.status)).toEqual([200, 200, 200, 200]);
      for (const { ms } of served) expect(ms).toBeLessThan(1500);
    }
    for (const { result, ms } of await Promise.all(waiting)) {
      expect([result.status, result.body.code, result.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
      expect(ms).toBeLessThan(11_000);
    }
    await eventually(pool, ({ _allConnections, _freeConnections, _connectionQueue }) => {
      return _allConnections.length === _freeConnections.length && _connectionQueue.length === 0;
    });
  });

  it('a call that has to write ends with 503 `unavailable` by its own deadline, without a request to the upstream', async () => {
    const { result, ms } = await timed(gpt.call('createNote', { arguments: { body: { title: 'Buy milk' } } }));
    expect([result.status, result.body.code]).toEqual([503, 'unavailable']);
    expect(ms).toBeGreaterThan(CALL_TIMEOUT_MS - 100);
    expect(ms).toBeLessThan(CALL_TIMEOUT_MS + 1000);
    expect(api.requests).toHaveLength(0);
  });

  it('a call that only reads is served', async () => {
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
  });

  it('the server stays ready, also if all connections of the pool are in use', async () => {
    const database = app.get(Database);
    const holding = Array.from({ length: 10 }, () => database.read((manager) => manager.query('DO SLEEP(1)')));
    await eventually(
      pool,
      ({ _allConnections, _freeConnections }) => _allConnections.length - _freeConnections.length === 10,
    );
    const { result, ms } = await timed(app.anonymous.get('/readyz'));
    expect(result.status).toBe(200);
    expect(ms).toBeLessThan(900);
    await Promise.all(holding);
  });
});

it('a change that waits for a locked row succeeds as soon as the row is free', async () => {
  const { result } = await timed(
    Promise.all([
      blocked.admin.post('/v1/gpts', { name: 'waits' }),
      eventually(
        pool,
        ({ _allConnections, _freeConnections }) => _allConnections.length > _freeConnections.length,
      ).then(() => locker.query('ROLLBACK')),
    ]),
  );
  expect(result[0].status).toBe(201);
});

it('work that finds no free connection ends by its deadline', async () => {
  const database = app.get(Database);
  const holding = Array.from({ length: 10 }, () => database.read((manager) => manager.query('DO SLEEP(0.8)')));
  await eventually(
    pool,
    ({ _allConnections, _freeConnections }) => _allConnections.length - _freeConnections.length === 10,
  );
  const late = database.read((manager) => manager.query('SELECT 1'), { timeoutMs: 200 });
  await expect(late).rejects.toMatchObject({ code: 'unavailable' });
  await Promise.all(holding);
  await database.read((manager) => manager.query('SELECT 1'));
});
