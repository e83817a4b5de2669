// Needs a database server: starts one of its own, behind a proxy, and makes both fail.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Database, migrate, openDataSources } from '../../src/database/index.js';
import { readSettings } from '../../src/config/index.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { ENTITIES } from '../../src/entities.js';
import { Gpt } from '../../src/gpts/gpt.entity.js';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { createScratchFolder } from '../support/scratch-folder.js';
import { MariadbServer } from '../support/servers/mariadb-server.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

/** Milliseconds that a test grants to work that cannot succeed. */
const SHORT_MS = 400;

const CALL_TIMEOUT_MS = 1000;

let server: MariadbServer;
let proxy: FaultyProxy;
let app: TestApp;
let tenant: TestTenant;
let database: Database;
let gptId: string;
let api: Upstream;

beforeAll(async () => {
  server = await MariadbServer.start();
  // `read_only` does not apply to a user with all rights.
  await server.run('CREATE DATABASE cs', `CREATE USER app@'127.0.0.1'`, 'GRANT ALL ON cs.* TO app@127.0.0.1');
  proxy = await FaultyProxy.start(server.port);
  const url = `mysql://app@127.0.0.1:${proxy.port}/cs`;
  const { writer } = await openDataSources(readSettings({ DATABASE_URL: url }).database, ENTITIES, MIGRATIONS);
  await migrate(writer);
  await writer.destroy();
  const none = async () => Promise.reject(new Error('not used'));
  api = await Upstream.start();
  app = await TestApp.start({
    environment: { CALL_TIMEOUT_SECONDS: String(CALL_TIMEOUT_MS / 1000) },
    database: { url, folder: createScratchFolder(), dump: none, tables: none, remove: async () => undefined },
  });
  tenant = await app.tenant();
  database = app.get(Database);
  gptId = (await tenant.gpt()).id;
}, 240_000);

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
  await proxy.close();
  await server.stop();
});

afterEach(async () => {
  proxy.delayMs = 0;
  await proxy.set('pass');
  await server.run('SET GLOBAL read_only = 0');
});

const where = () => ({ tenantId: tenant.id, id: gptId });
const increment = (manager: EntityManager) => manager.increment(Gpt, where(), 'revision', 1);
const revision = () => database.read(async (manager) => (await manager.findOneByOrFail(Gpt, where())).revision);
const connectionId = async (manager: EntityManager) =>
  Number(((await manager.query('SELECT CONNECTION_ID() AS id')) as { id: unknown }[])[0]?.id);

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const UNAVAILABLE = { code: 'unavailable' };

describe('a transaction whose connection is lost', () => {
  it('runs again on another connection if COMMIT was not sent', async () => {
    const before = await revision();
    const ids: number[] = [];
    await database.write(async (manager) => {
      ids.push(await connectionId(manager));
      await increment(manager);
      if (ids.length === 1) await server.run(`KILL ${ids[0]}`);
      await increment(manager);
    });
    expect(ids).toHaveLength(2);
    expect(ids[0]).not.toBe(ids[1]);
    expect(await revision()).toBe(before + 2);
  });

  it('fails with `unavailable` after three attempts if every connection is lost', async () => {
    let attempts = 0;
    const losing = database.write(async (manager) => {
      attempts++;
      await server.run(`KILL ${await connectionId(manager)}`);
      await increment(manager);
    });
    await expect(losing).rejects.toMatchObject(UNAVAILABLE);
    expect(attempts).toBe(3);
  });

  it('does not run again if COMMIT was sent, because it may have been committed', async () => {
    let attempts = 0;
    const losing = database.write(async (manager) => {
      attempts++;
      await increment(manager);
      await proxy.set('swallow');
      setTimeout(() => void proxy.set('pass'), 100);
    });
    await expect(losing).rejects.toMatchObject(UNAVAILABLE);
    expect(attempts).toBe(1);
  });
});

describe('a database that does not respond', () => {
  it.each([
    ['a read', () => database.read((manager) => manager.countBy(Gpt, where()), { timeoutMs: SHORT_MS })],
    ['a transaction', () => database.write(increment, { timeoutMs: SHORT_MS })],
    [
      'work of a call whose deadline is near',
      () => database.read((manager) => manager.countBy(Gpt, where()), { until: Date.now() + SHORT_MS }),
    ],
  ])('ends %s at its deadline, and is used again when it responds', async (_, work) => {
    await proxy.set('swallow');
    const took = await elapsed(() => expect(work()).rejects.toMatchObject(UNAVAILABLE));
    expect(took).toBeGreaterThan(SHORT_MS - 20);
    expect(took).toBeLessThan(SHORT_MS + 1000);
    await proxy.set('pass');
    await revision();
  });

  it('spends the time of a call while its key is read', async () => {
    const gpt = await tenant.gpt();
    await gpt.action(api.document(NOTES_PATHS));
    const { body } = await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'not read yet' });
    // The plan is cached now, so that only the key has to be read.
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
    proxy.delayMs = CALL_TIMEOUT_MS * 1.5;
    const late = await new Client(app.url, body.key).post(`${gpt.path}/call`, { operation_id: 'listNotes' });
    expect([late.status, late.body.code]).toEqual([503, 'unavailable']);
    expect(api.requests).toHaveLength(1);
  });

  it('makes the server not ready, in time for the probe', async () => {
    await proxy.set('swallow');
    const took = await elapsed(async () => {
      expect((await app.anonymous.get('/readyz')).body).toMatchObject({ parts: { database: 'down' } });
    });
    expect(took).toBeLessThan(4000);
    await proxy.set('pass');
    expect((await app.anonymous.get('/readyz')).status).toBe(200);
  });

  it('delays work for about a second if every open connection is lost at once', async () => {
    const slow = () => database.read((manager) => manager.query('DO SLEEP(0.2)'));
    await Promise.all(Array.from({ length: 10 }, slow));
    proxy.swallowOpenConnections();
    const lost = database.read((manager) => manager.countBy(Gpt, where()), { timeoutMs: SHORT_MS });
    await expect(lost).rejects.toMatchObject(UNAVAILABLE);
    expect(await elapsed(revision)).toBeLessThan(2000);
    expect(await elapsed(() => Promise.all(Array.from({ length: 10 }, revision)))).toBeLessThan(1000);
  });
});

describe('a read-only server', () => {
  it('makes writes `unavailable` and the server not ready, and recovers without a restart', async () => {
    const rename = (name: string) => tenant.admin.patch(`/v1/gpts/${gptId}`, { name });
    await server.run('SET GLOBAL read_only = 1');
    const refused = await rename('refused');
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    expect((await tenant.admin.get(`/v1/gpts/${gptId}`)).status).toBe(200);
    expect((await app.anonymous.get('/readyz')).status).toBe(503);
    await server.run('SET GLOBAL read_only = 0');
    expect((await rename('accepted')).status).toBe(200);
    expect((await app.anonymous.get('/readyz')).status).toBe(200);
  });

  it('is left: connections that were open before are replaced', async () => {
    const ids = () => Promise.all(Array.from({ length: 4 }, () => database.read(slowConnectionId)));
    const slowConnectionId = async (manager: EntityManager) => {
      await manager.query('DO SLEEP(0.1)');
      return connectionId(manager);
    };
    const before = await ids();
    await server.run('SET GLOBAL read_only = 1');
    await expect(database.write(increment)).rejects.toMatchObject(UNAVAILABLE);
    await server.run('SET GLOBAL read_only = 0');
    const after = await ids();
    expect(before.filter((id) => after.includes(id))).toEqual([]);
  });
});

it('reads of a Galera node wait for what other nodes have committed', async () => {
  // The variable exists without a cluster too.
  const rows = (await database.read((manager) => manager.query('SELECT @@wsrep_sync_wait AS bits'))) as {
    bits: unknown;
  }[];
  expect(rows.map(({ bits }) => Number(bits))).toEqual([1]);
});

describe('a statement', () => {
  it('is ended by the server too, so that nothing that was given up goes on there', async () => {
    const variables = (await database.read((manager) =>
      manager.query('SELECT @@max_statement_time AS statement, @@innodb_lock_wait_timeout AS lock_wait'),
    )) as Record<string, unknown>[];
    expect(variables.map((row) => [Number(row['statement']), Number(row['lock_wait'])])).toEqual([[10, 4]]);
  });

  it('of a job may take longer, and the connection is limited again afterwards', async () => {
    const limit = async (manager: EntityManager) => {
      const rows = (await manager.query('SELECT @@max_statement_time AS seconds, CONNECTION_ID() AS id')) as Record<
        string,
        unknown
      >[];
      return rows.map((row) => [Number(row['seconds']), Number(row['id'])])[0];
    };
    const [long, id] = (await database.write(limit, { timeoutMs: 120_000 })) ?? [];
    expect(long).toBe(120);
    expect(await database.read(limit)).toEqual([10, id]);
  });

  it('that fails at a full disk is `unavailable`, once', async () => {
    let attempts = 0;
    const full = database.write(async (manager) => {
      attempts++;
      await manager.query(`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'`);
    });
    await expect(full).rejects.toMatchObject(UNAVAILABLE);
    expect(attempts).toBe(1);
  });
});
