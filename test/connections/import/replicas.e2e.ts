import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConnectionImport } from '../../../src/connections/index.js';
import { ConnectionImporter } from '../../../src/connections/import/connection-importer.js';
import { ImportLeaseLostError, ImportQueue } from '../../../src/connections/import/import-queue.js';
import { ImportWorker } from '../../../src/connections/import/import-worker.js';
import { ConnectionWriter } from '../../../src/connections/store/connection-writer.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { Database } from '../../../src/database/index.js';
import type { TestApp } from '../../support/app.js';
import { importCompleted, linesOf, pauseImports, sendImport } from '../../support/connection-imports.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import type { TestTenant } from '../../support/tenant.js';

let world: OAuthWorld;
/** Another process on the same database. */
let replica: TestApp;

beforeAll(async () => {
  world = await OAuthWorld.start();
  replica = await world.app.replica();
});

afterAll(async () => {
  await replica.stop();
  await world.stop();
});

beforeEach(() => world.reset());

afterEach(() => {
  jest.restoreAllMocks();
});

const rowsOf = (tenantId: string) =>
  world.app.get(Database).read((manager) => manager.findBy(Connection, { tenantId }));

/** Starts an import that no process works on. */
async function waitingImport(count: number) {
  const resume = [world.app, replica].map(pauseImports);
  const tenant = await world.app.tenant();
  const { gpt, action } = await world.notesGpt({}, tenant);
  const { body } = await sendImport(tenant.admin, linesOf(action, count));
  return { tenant, gpt, action, id: body.id as string, resume };
}

const importOf = (id: string) =>
  world.app.get(Database).read((manager) => manager.findOneByOrFail(ConnectionImport, { id }));

/** Waits for the end of an import, and returns how often its lines were stored. */
async function stored(tenant: TestTenant, id: string): Promise<object> {
  const { created, replaced, skipped, failed } = await importCompleted(tenant.admin, id);
  const rows = await rowsOf(tenant.id);
  const completions = (await tenant.admin.get('/v1/audit-events?type=connections.import_completed')).body.data.length;
  const versions = [...new Set(rows.map(({ version }) => version))];
  return { created, others: replaced + skipped + failed, rows: rows.length, versions, completions };
}

/** Each of so many lines was stored exactly once. */
const eachOnce = (count: number) => ({ created: count, others: 0, rows: count, versions: [1], completions: 1 });

describe('an import at several replicas', () => {
  it('stores each line once when all of them work on it', async () => {
    const { tenant, id, resume } = await waitingImport(400);
    for (const each of resume) each();
    expect(await stored(tenant, id)).toEqual(eachOnce(400));
  });

  it('is taken over after its process was killed in the middle of a batch', async () => {
    const { tenant, id, resume } = await waitingImport(60);
    const taken = await world.app.get(ImportQueue).take(await importOf(id));
    expect(taken?.leaseUntil?.getTime()).toBeGreaterThan(world.app.clock.now().getTime());
    resume[1]?.();
    resume[0]?.();
    // Neither replica takes it while the lease is held.
    expect(await replica.get(ImportQueue).take(await importOf(id))).toBeUndefined();
    expect(await world.app.get(ImportQueue).due()).toEqual([]);
    expect(await rowsOf(tenant.id)).toEqual([]);
    world.app.clock.advance({ seconds: 31 });
    replica.get(ImportWorker).wake();
    expect(await stored(tenant, id)).toEqual(eachOnce(60));
  });

  it('is not changed by a process that has lost its lease: the batch is rolled back', async () => {
    const { tenant, id, action, resume } = await waitingImport(3);
    const stale = await world.app.get(ImportQueue).take(await importOf(id));
    world.app.clock.advance({ seconds: 31 });
    expect(await replica.get(ImportQueue).take(await importOf(id))).toBeDefined();
    if (!stale) throw new Error('the import was not taken');
    const tokens = { action_id: action.id, user: 'late', access_token: 'a token' };
    const late = world.app
      .get(ConnectionImporter)
      .store(tenant.id, [tokens], (store) => world.app.get(ImportQueue).release(store, stale, { created: 1 }));
    await expect(late).rejects.toThrow(ImportLeaseLostError);
    expect(await rowsOf(tenant.id)).toEqual([]);
    world.app.clock.advance({ seconds: 31 });
    for (const each of resume) each();
    expect(await stored(tenant, id)).toEqual(eachOnce(3));
  });

  it('continues after its process was stopped', async () => {
    const { tenant, id, resume } = await waitingImport(2000);
    resume[1]?.();
    await eventually(
      () => importOf(id),
      ({ created }) => created > 0,
    );
    await replica.stop();
    expect((await importOf(id)).status).toBe('running');
    expect(await rowsOf(tenant.id)).toHaveLength((await importOf(id)).created);
    resume[0]?.();
    expect(await stored(tenant, id)).toEqual(eachOnce(2000));
    replica = await world.app.replica();
  });
});

describe('the imports of several tenants', () => {
  it('take turns: a short import does not wait for the long import that started before', async () => {
    const long = await waitingImport(1000);
    const short = await waitingImport(10);
    for (const each of [...short.resume, ...long.resume]) each();
    await importCompleted(short.tenant.admin, short.id);
    expect((await importOf(long.id)).status).toBe('running');
    await importCompleted(long.tenant.admin, long.id);
  });
});

describe('an import that meets another change', () => {
  /** Runs `change` between the look-up of an import and its transaction. */
  function between(change: () => Promise<unknown>): void {
    const writer = world.app.get(ConnectionWriter);
    const columns = writer.importedColumns.bind(writer);
    jest.spyOn(writer, 'importedColumns').mockImplementationOnce(async (...parameters) => {
      await change();
      return columns(...parameters);
    });
  }

  const store = (action: { id: string }) => {
    const tokens = { action_id: action.id, user: 'alice', ...world.provider.issueTokens() };
    return world.app.get(ConnectionImporter).store(world.tenant.id, [tokens], async () => undefined);
  };

  it.each([
    ['first', async () => undefined],
    ['next', async (alice: EndUser) => (await alice.signsIn(), alice.disconnects())],
  ])('does not replace the tokens of the %s sign-in of the user', async (_, prepare) => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await prepare(alice);
    between(() => alice.signsIn());
    expect(await store(action)).toEqual([{ status: 'skipped' }]);
    expect((await alice.connection()).status).toBe('active');
    await alice.calls();
    expect(world.api.requests.at(-1)?.headers['authorization']).toMatch(/^Bearer access-/);
    expect((await alice.calls()).body.response.status).toBe(200);
  });

  it('stores nothing for an action that is deleted', async () => {
    const { gpt, action } = await world.notesGpt();
    between(() => gpt.tenant.admin.delete(`${gpt.path}/actions/${action.id}`));
    expect(await store(action)).toEqual([{ status: 'failed', code: 'not_found' }]);
  });

  it('checks the tokens again if the schema has changed', async () => {
    const { gpt, action } = await world.notesGpt();
    const path = `${gpt.path}/actions/${action.id}/auth`;
    between(() => gpt.tenant.admin.put(path, { type: 'none' }));
    expect(await store(action)).toMatchObject([{ status: 'failed', code: 'invalid_request' }]);
  });
});
