import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/store/connection.entity.js';
import { TokenSeal } from '../../src/connections/store/token-seal.js';
import { DataKey } from '../../src/vault/data-key.entity.js';
import { parseSealed } from '../../src/vault/envelope.js';
import { VaultRotation } from '../../src/vault/rotation/vault-rotation.entity.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { BuiltServer, runNode } from '../support/built-server.js';
import { Client, type ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { connectMany } from '../support/many-connections.js';
import type { TestGpt } from '../support/tenant.js';
import { createMigratedDatabase, type TestDatabase } from '../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

const CONNECTIONS = 2000;

const COMMAND = 'dist/src/cli/rotate.js';

let rows: TestDatabase;
let api: Upstream;
let provider: AuthorizationServer;
/** A process on the database of the servers. */
let app: TestApp;
let gpt: TestGpt;
let servers: BuiltServer[];

beforeAll(async () => {
  await BuiltServer.build();
  [api, provider] = await Promise.all([Upstream.start(), AuthorizationServer.start()]);
}, 150_000);

afterAll(() => Promise.all([api.stop(), provider.stop()]));

beforeEach(async () => {
  rows = await createMigratedDatabase();
  servers = [];
  app = await TestApp.start({ database: rows });
  gpt = await (await app.tenant()).gpt();
});

afterEach(async () => {
  await app.stop();
  for (const server of servers) await server.kill('SIGKILL');
  await rows.remove();
});

async function connectUsers(): Promise<void> {
  const action = await gpt.action(api.document(NOTES_PATHS), provider.schema());
  await connectMany(app, gpt, action, CONNECTIONS);
}

const environment = () => ({
  DATABASE_URL: rows.url,
  DATA_DIR: rows.folder,
  VAULT_KEYS: `file:${join(rows.folder, 'vault.key')}`,
  OPERATOR_KEY: app.operator.key ?? '',
  EGRESS_ALLOW: '127.0.0.0/8',
  REFRESH_INTERVAL_SECONDS: '3600',
});

async function started(): Promise<BuiltServer> {
  const server = await BuiltServer.spawn(rows.folder, environment());
  servers.push(server);
  return server.waitUntilReady();
}

const rotationAt = async (server: BuiltServer, id: string): Promise<ApiResponse['body']> =>
  (await new Client(server.url, app.operator.key).get(`/v1/vault/rotations/${id}`)).body;

/** Counts the connections whose tokens are sealed with the primary key and belong to the right user. */
async function countResealed(): Promise<number> {
  const [key, connections] = await app
    .get(Database)
    .read(async (manager) =>
      Promise.all([
        manager.findOneOrFail(DataKey, { where: { tenantId: gpt.tenant.id }, order: { version: 'DESC' } }),
        manager.find(Connection),
      ]),
    );
  const tokens = connections.map(async ({ tokens = '', ...row }) => ({
    user: row.user,
    isNew: parseSealed(tokens ?? '').dataKeyId === key.id,
    ...(await app.get(TokenSeal).unseal({ ...row, tokens: tokens ?? '' })),
  }));
  return (await Promise.all(tokens)).filter(
    ({ user, isNew, accessToken }) => isNew && accessToken === `access of ${user}`,
  ).length;
}

it('completes in another process after its own was killed under load, with nothing lost or done twice', async () => {
  await connectUsers();
  const [first, second] = await Promise.all([started(), started()]);
  const operator = new Client(first.url, app.operator.key);
  const { id } = (await operator.post('/v1/vault/rotations', { scope: 'data' })).body;
  const load = { isOver: false };
  const outcomes = new Set<string>();
  const caller = async (number: number) => {
    for (let user = number; !load.isOver; user = (user + 7) % CONNECTIONS) {
      const answer = await gpt.at(second).call('listNotes', { user: `user-${user}` });
      outcomes.add(
        `${answer.body.outcome ?? answer.body.code} ${api.last.headers['authorization'] ? 'with a token' : ''}`,
      );
    }
  };
  const callers = Promise.all([0, 1, 2].map(caller));
  const half = await eventually(
    () => rotationAt(second, id),
    ({ progress }) => progress.done > 0,
    30_000,
  );
  await first.kill('SIGKILL');
  expect(half.status).toBe('running');
  await app
    .get(Database)
    .write((manager) => manager.update(VaultRotation, { id, status: 'running' }, { leaseUntil: new Date(0) }));
  const whole = await eventually(
    () => rotationAt(second, id),
    ({ status }) => status === 'completed',
    60_000,
  );
  load.isOver = true;
  await callers;
  expect(whole.progress).toEqual({ total: CONNECTIONS + 1, done: CONNECTIONS + 1, failed: 0 });
  expect([...outcomes]).toEqual(['completed with a token']);
  expect(await countResealed()).toBe(CONNECTIONS);
}, 180_000);

describe('the rotate command', () => {
  it('rotates while a server runs, and prints its progress', async () => {
    await connectUsers();
    const server = await started();
    expect((await gpt.at(server).call('listNotes', { user: 'user-1' })).body.outcome).toBe('completed');
    const output = runNode([COMMAND, 'data', gpt.tenant.id], environment());
    expect(output).toMatch(
      new RegExp(`^rot-\\w+ completed: ${CONNECTIONS + 1} of ${CONNECTIONS + 1}, 0 cannot be decrypted$`, 'm'),
    );
    expect(await countResealed()).toBe(CONNECTIONS);
    expect((await gpt.at(server).call('listNotes', { user: 'user-1' })).body.outcome).toBe('completed');
    expect(runNode([COMMAND, 'kek'], environment())).toMatch(/completed: 0 of 0, 0 cannot be decrypted\n$/);
  });

  it('prints an error in one line', () => {
    expect(() => runNode([COMMAND, 'data', newId('t')], environment())).toThrow(/^countersign: tenant not found\n$/);
  });

  it.each([[[]], [['everything']], [['data', 't-1', 'more']]])('prints its usage for the arguments %j', (args) => {
    expect(() => runNode([COMMAND, ...args])).toThrow(/npm run rotate -- data \[tenant_id\]/);
  });
});
