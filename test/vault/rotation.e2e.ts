import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Action } from '../../src/actions/store/action.entity.js';
import { newId } from '../../src/common/index.js';
import { Revocation } from '../../src/connections/revocation/store/revocation.entity.js';
import { Revoker } from '../../src/connections/revocation/revoker.js';
import { Database } from '../../src/database/index.js';
import { DataKey } from '../../src/vault/data-key.entity.js';
import { parseSealed } from '../../src/vault/envelope.js';
import { OldDataKeys } from '../../src/vault/rotation/old-data-keys.js';
import { VaultRotation } from '../../src/vault/rotation/vault-rotation.entity.js';
import { sealedColumns } from '../../src/vault/sealed-column.js';
import { Vault } from '../../src/vault/vault.js';
import { formatStartupError } from '../../src/cli/startup-error.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import type { ApiResponse } from '../support/client.js';
import { importCompleted, pauseImports, sendImport } from '../support/connection-imports.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { connectMany } from '../support/many-connections.js';
import { McpWorld } from '../support/mcp-world.js';
import { problemOf } from '../support/problem.js';
import { deleteRevocations, sendDueRevocations } from '../support/revocations.js';
import { refreshTokenOf } from '../support/stored-tokens.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop()]);
});

beforeEach(async () => {
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  provider.behavior = {};
  api.respondWith(() => ({ body: { ok: true } }));
});

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'a-key-of-the-api' };

async function rotate(body: object, at = app): Promise<ApiResponse['body']> {
  const { status, body: rotation } = await at.operator.post('/v1/vault/rotations', body);
  expect([status, rotation.id]).toEqual([202, expect.stringMatching(/^rot-/)]);
  return completed(rotation.id, at);
}

function completed(id: string, at = app): Promise<ApiResponse['body']> {
  return eventually(
    async () => (await at.operator.get(`/v1/vault/rotations/${id}`)).body,
    ({ status }) => status === 'completed',
    30_000,
  );
}

const keysOf = ({ id: tenantId }: TestTenant) =>
  app.get(Database).read((manager) => manager.find(DataKey, { where: { tenantId }, order: { version: 'ASC' } }));

/** Returns the ids of the data keys that seal a tenant's secrets, by column. */
async function usedKeys({ id: tenantId }: TestTenant): Promise<Record<string, string[]>> {
  const used: Record<string, string[]> = {};
  for (const { entity, property } of sealedColumns()) {
    const rows = await app.get(Database).read((manager) => manager.findBy(entity, { tenantId } as object));
    const values = rows
      .map((row) => (row as Record<string, string | null>)[property])
      .filter((value) => value !== null);
    used[`${entity.name}.${property}`] = [...new Set(values.map((value) => parseSealed(value as string).dataKeyId))];
  }
  return used;
}

const retire = () => app.get(OldDataKeys).retire(() => false);

/** Retires old data keys after their retention. */
async function retireAfterAnHour(): Promise<void> {
  app.clock.advance({ minutes: 61 });
  await retire();
}

/** Stores the revocation of an action's change, whose connections another process is ending. */
function changesClient(actionId: string): Promise<void> {
  return app
    .get(Database)
    .tenant(tenant.id)
    .write(async (store) => {
      const action = await store.get(Action, { id: actionId }, 'action');
      const command = { scope: { action_id: actionId }, reason: 'action_changed' } as const;
      const id = await app.get(Revoker).begin(store, command, 1, { scopeId: actionId, client: action });
      await store.update(Revocation, { id }, { leaseUntil: app.clock.in(86_400_000) });
    });
}

/** Makes a turn with a large result wait for a confirmation, and a call of an MCP client. */
async function waitForConfirmations(of: TestGpt) {
  api.respondWith(() => ({ body: { text: 'x'.repeat(60_000) } }));
  const tool_calls = [
    { type: 'tool_use', id: '1', name: 'listNotes', input: {} },
    { type: 'tool_use', id: '2', name: 'deleteNote', input: { id: 'x' } },
  ];
  const turn = { tool_calls, response_id: 'msg_1', user: 'alice' };
  const run = (more: object = {}) => tenant.runtime.post(`${of.path}/tool_calls`, { ...turn, ...more });
  const { results, resume } = (await run()).body;
  const params = { name: 'deleteNote', arguments: { id: 'x' } };
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
  const { body } = await (await McpWorld.of(app, api, of)).send(message, { user: 'alice' });
  const [page = ''] = /http\S+$/.exec(body.result.content[0].text) ?? [];
  api.respondWith(() => ({ body: { ok: true } }));
  return { page, results, resumed: async () => (await run({ resume })).body.results };
}

/** Creates a secret in every sealed column. */
async function createEverySecret() {
  await deleteRevocations(app);
  const schema = provider.schema({ revocation_url: `${provider.url}/revoke` });
  const oauth = await gpt.action(api.document(NOTES_PATHS), schema);
  const other = await tenant.gpt();
  const keyed = await other.action(api.document(NOTES_PATHS), API_KEY);
  const alice = new EndUser(gpt, 'alice');
  await alice.signsIn();
  const bob = await new EndUser(gpt, 'bob').startsSigningIn();
  const carol = new EndUser(gpt, 'carol');
  await carol.signsIn();
  provider.behavior = { revocationStatus: 503 };
  await carol.disconnects();
  provider.behavior = {};
  await changesClient(oauth.id);
  const resumeImports = pauseImports(app);
  const line = { action_id: oauth.id, user: 'dave', access_token: 'imported token' };
  const imported = (await sendImport(tenant.admin, [line])).body.id;
  const finishImport = async () => {
    resumeImports();
    return importCompleted(tenant.admin, imported);
  };
  return { oauth, keyed, other, alice, bob, finishImport, waiting: await waitForConfirmations(other) };
}

describe('a rotation of data keys', () => {
  it('reseals every kind of secret with a new key, and all of them keep working', async () => {
    const { other, alice, bob, finishImport, waiting } = await createEverySecret();
    const [first] = await keysOf(tenant);
    const token = await refreshTokenOf(app, alice);
    const columns = [
      'Action.authSecrets',
      'Connection.tokens',
      'ConnectionImportLine.data',
      'McpAgreement.content',
      'Revocation.authSecrets',
      'RevocationItem.authSecrets',
      'RevocationItem.tokens',
      'SignIn.flow',
      'TokenKey.sealedKey',
      'ToolCallResult.result',
      'ToolCallResultPart.data',
    ];
    const sealedWith = (key?: DataKey) => Object.fromEntries(columns.map((column) => [column, [key?.id]]));
    expect(await usedKeys(tenant)).toEqual(sealedWith(first));

    const rotation = await rotate({ scope: 'data', tenant_id: tenant.id });
    expect(rotation).toMatchObject({ scope: 'data', tenant_id: tenant.id, error: null, failures: [], old_keys: 1 });
    expect(rotation.progress).toEqual({ total: 12, done: 12, failed: 0 });
    const [, second, ...more] = await keysOf(tenant);
    expect(more).toEqual([]);
    expect(await usedKeys(tenant)).toEqual(sealedWith(second));

    expect((await fetch(waiting.page)).status).toBe(200);

    await retireAfterAnHour();
    expect(await keysOf(tenant)).toEqual([second]);
    expect((await app.operator.get(`/v1/vault/rotations/${rotation.id}`)).body.old_keys).toBe(0);

    expect(await refreshTokenOf(app, alice)).toBe(token);
    expect(await waiting.resumed()).toEqual(waiting.results);
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect((await other.call('listNotes')).body.outcome).toBe('completed');
    expect(api.last.headers['authorization']).toBe('Bearer a-key-of-the-api');
    const sentBefore = provider.revocationRequests.length;
    app.clock.advance({ hours: 1 });
    await sendDueRevocations(app);
    expect(provider.revocationRequests.length).toBeGreaterThan(sentBefore);
    const events = (await tenant.admin.get('/v1/audit-events?type=vault.data_key_retired')).body.data;
    expect(events).toMatchObject([{ target_id: first?.id, actor: { kind: 'system' } }]);
    expect((await bob.view()).status).toBe('expired');
    expect(await finishImport()).toMatchObject({ created: 1, failed: 0 });
  });

  it('does not interrupt a sign-in in progress', async () => {
    await gpt.action(api.document(NOTES_PATHS), provider.schema());
    const attempt = await new EndUser(gpt, 'alice').startsSigningIn();
    await rotate({ scope: 'data', tenant_id: tenant.id });
    await attempt.signsInAtTheProvider();
    await attempt.returns();
    expect((await attempt.view()).status).toBe('connected');
  });

  it('rotates the named tenant only, or every tenant if none is named', async () => {
    const other = await (await app.tenant('Other')).gpt();
    for (const each of [gpt, other]) await each.action(api.document(NOTES_PATHS), API_KEY);
    await rotate({ scope: 'data', tenant_id: tenant.id });
    expect([await keysOf(tenant), await keysOf(other.tenant)]).toMatchObject([{ length: 2 }, { length: 1 }]);
    await rotate({ scope: 'data' });
    expect([await keysOf(tenant), await keysOf(other.tenant)]).toMatchObject([{ length: 3 }, { length: 2 }]);
    const newest = (await keysOf(other.tenant))[1]?.id;
    expect((await usedKeys(other.tenant))['Action.authSecrets']).toEqual([newest]);
    expect((await other.call('listNotes')).body.outcome).toBe('completed');
  });

  it('keeps a replaced key for an hour, and for as long as it seals a secret', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const before = await stored(id);
    await rotate({ scope: 'data', tenant_id: tenant.id });
    await retire();
    expect(await keysOf(tenant)).toHaveLength(2);

    // A process that sealed its secret before the rotation stores it afterwards.
    await store(id, before);
    app.clock.advance({ minutes: 61 });
    await retire();
    expect(await keysOf(tenant)).toHaveLength(1);
    expect(await stored(id)).not.toBe(before);
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
    const context = { tenantId: tenant.id, table: 'actions', rowId: id, column: 'auth_secrets' };
    await expect(app.get(Vault).unseal(context, before)).rejects.toThrow('cannot be decrypted');
  });

  it('skips a secret that cannot be unsealed, lists it, keeps its key, and continues', async () => {
    const broken = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const intact = await (await tenant.gpt()).action(api.document(NOTES_PATHS), API_KEY);
    const sealed = await stored(broken.id);
    const corrupted = sealed.slice(0, -8) + (sealed.at(-8) === 'A' ? 'B' : 'A') + sealed.slice(-7);
    await store(broken.id, corrupted);
    const rotation = await rotate({ scope: 'data', tenant_id: tenant.id });
    expect(rotation.progress).toEqual({ total: 2, done: 1, failed: 1 });
    expect(rotation.failures).toEqual([{ tenant_id: tenant.id, table: 'actions', row_id: broken.id }]);
    const [first, second] = await keysOf(tenant);
    expect(parseSealed(await stored(intact.id)).dataKeyId).toBe(second?.id);
    await retireAfterAnHour();
    expect(await keysOf(tenant)).toEqual([first, second]);
    expect(await stored(broken.id)).toBe(corrupted);

    await store(broken.id, sealed);
    await retire();
    expect(await keysOf(tenant)).toEqual([second]);
    expect((await gpt.call('listNotes', { action_id: broken.id })).body.outcome).toBe('completed');
  });

  it('does not overwrite secrets that are changed concurrently', async () => {
    const action = await gpt.action(api.document(NOTES_PATHS), provider.schema());
    await connectMany(app, gpt, action, 120);
    const users = Array.from({ length: 20 }, (_, index) => new EndUser(gpt, `new-${index}`));
    const [rotation] = await Promise.all([
      rotate({ scope: 'data', tenant_id: tenant.id }),
      ...users.map((user) => user.signsIn()),
      ...Array.from({ length: 10 }, () => gpt.call('listNotes', { user: 'user-7' })),
    ]);
    expect(rotation.progress.failed).toBe(0);
    await retireAfterAnHour();
    expect(await keysOf(tenant)).toHaveLength(1);
    for (const user of [...users, new EndUser(gpt, 'user-3'), new EndUser(gpt, 'user-119')]) {
      expect((await user.calls()).body.outcome).toBe('completed');
      expect(provider.accessTokens.has(bearer()) || bearer() === `access of ${user.name}`).toBe(true);
    }
  });

  it('completes when its tenant is deleted during the rotation', async () => {
    await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const [, rotation] = await Promise.all([
      app.operator.delete(`/v1/tenants/${tenant.id}`),
      app.operator.post('/v1/vault/rotations', { scope: 'data' }),
    ]);
    await completed(rotation.body.id);
    expect(await keysOf(tenant)).toEqual([]);
  });
});

describe('a rotation', () => {
  it('is started once when it is requested concurrently on two replicas', async () => {
    const action = await gpt.action(api.document(NOTES_PATHS), provider.schema());
    await connectMany(app, gpt, action, 200);
    const replica = await app.replica();
    try {
      const asked = [app, replica, app, replica].map(({ operator }) =>
        operator.post('/v1/vault/rotations', { scope: 'data', tenant_id: tenant.id }),
      );
      const ids = new Set((await Promise.all(asked)).map(({ body }) => body.id));
      for (const id of ids) await completed(id, replica);
      expect(await keysOf(tenant)).toHaveLength(1 + ids.size);
      expect(Object.values(await usedKeys(tenant)).flat()).toEqual(
        expect.arrayContaining([(await keysOf(tenant)).at(-1)?.id]),
      );
    } finally {
      await replica.stop();
    }
  });

  it('is resumed after its process was killed and its lease has expired, and counts nothing twice', async () => {
    const action = await gpt.action(api.document(NOTES_PATHS), provider.schema());
    await connectMany(app, gpt, action, 130);
    // The state that a killed process leaves: the key exists, some rows are done, and the lease is held.
    const id = newId('rot');
    const lease = app.clock.in(30_000);
    await app.get(Database).write(async (manager) => {
      const row = {
        id,
        scope: 'data' as const,
        tenantId: tenant.id,
        runningScope: `data ${tenant.id}`,
        total: 131,
        done: 0,
      };
      const state = { failed: 0, failures: [], fencingToken: 7, leaseUntil: lease, createdAt: app.clock.now() };
      await manager.insert(VaultRotation, { ...row, ...state, status: 'running' });
      await manager.update(DataKey, { tenantId: tenant.id }, { rotationId: id });
    });
    const again = await app.operator.post('/v1/vault/rotations', { scope: 'data', tenant_id: tenant.id });
    expect(again.body).toMatchObject({ id, status: 'running', progress: { total: 131, done: 0 } });
    // The worker resumes it by itself. Another request could start another rotation.
    app.clock.advance({ seconds: 31 });
    expect((await completed(id)).progress).toEqual({ total: 0, done: 0, failed: 0 });
    expect(await keysOf(tenant)).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['no scope', {}, '/scope'],
    ['another scope', { scope: 'all' }, '/scope'],
    ['another field', { scope: 'data', force: true }, '/force'],
  ])('is rejected with %s', async (_, body, pointer) => {
    const answer = await app.operator.post('/v1/vault/rotations', body);
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointer}`);
  });

  it('responds with not_found for an unknown tenant or rotation', async () => {
    const body = { scope: 'data', tenant_id: newId('t') };
    expect(problemOf(await app.operator.post('/v1/vault/rotations', body))).toBe('404 not_found');
    expect(problemOf(await app.operator.get(`/v1/vault/rotations/${newId('rot')}`))).toBe('404 not_found');
  });

  it('appears in the list of rotations', async () => {
    await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const { id } = await rotate({ scope: 'data', tenant_id: tenant.id });
    const { data } = (await app.operator.get('/v1/vault/rotations?limit=200')).body;
    expect(data).toEqual(expect.arrayContaining([expect.objectContaining({ id, status: 'completed' })]));
  });
});

describe('a rotation of key-encryption keys', () => {
  let replica: TestApp | undefined;

  afterEach(async () => {
    await replica?.stop();
    replica = undefined;
  });

  const keyFile = (...lines: string[]) => {
    const file = join(app.database.folder, `${randomBytes(6).toString('hex')}.key`);
    writeFileSync(file, lines.join('\n'));
    return `file:${file}`;
  };
  const first = () => readFileSync(join(app.database.folder, 'vault.key'), 'utf8').trim();
  const startWith = (vaultKeys: string) => TestApp.start({ replicaOf: app, environment: { VAULT_KEYS: vaultKeys } });

  it('wraps every data key under the first key, after which the others can be removed', async () => {
    await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const second = randomBytes(32).toString('base64');
    expect(formatStartupError(await startWith(keyFile(second)).catch((error: unknown) => error))).toMatch(/VAULT_KEYS/);

    replica = await startWith(keyFile(second, first()));
    const before = await keysOf(tenant);
    const rotation = await rotate({ scope: 'kek' }, replica);
    expect(rotation).toMatchObject({ scope: 'kek', tenant_id: null, error: null, failures: [], old_keys: 0 });
    expect(rotation.progress.done).toBeGreaterThan(0);
    const [after] = await keysOf(tenant);
    expect(after).toMatchObject({ id: before[0]?.id, version: 1 });
    expect(after?.kekId).not.toBe(before[0]?.kekId);
    await replica.stop();

    replica = await startWith(keyFile(second));
    expect((await gpt.at(replica).call('listNotes')).body.outcome).toBe('completed');
    await replica.stop();
    // Rotate back for the next tests.
    replica = await startWith(keyFile(first(), second));
    await rotate({ scope: 'kek' }, replica);
  });

  it('changes nothing if every data key is wrapped under the primary key', async () => {
    await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const before = await keysOf(tenant);
    expect((await rotate({ scope: 'kek' })).progress).toEqual({ total: 0, done: 0, failed: 0 });
    expect(await keysOf(tenant)).toEqual(before);
  });

  it('lists a data key that cannot be unwrapped, and leaves it unchanged', async () => {
    await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const [key] = await keysOf(tenant);
    const replace = (wrapped: string) =>
      app
        .get(Database)
        .write((manager) => manager.update(DataKey, { tenantId: tenant.id, id: key?.id ?? '' }, { wrapped }));
    await replace(`${key?.wrapped.slice(0, -6)}AAAAA=`);
    const second = randomBytes(32).toString('base64');
    replica = await startWith(keyFile(second, first()));
    const rotation = await rotate({ scope: 'kek', tenant_id: tenant.id }, replica);
    expect(rotation).toMatchObject({ progress: { total: 1, done: 0, failed: 1 }, old_keys: 1 });
    expect(rotation.failures).toEqual([{ tenant_id: tenant.id, table: 'data_keys', row_id: key?.id }]);
    await replace(key?.wrapped ?? '');
  });
});

describe('a deleted tenant', () => {
  it('leaves no key in the memory of a replica without Redis after a few seconds', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), API_KEY);
    const replica = await app.replica();
    try {
      expect((await gpt.at(replica).call('listNotes')).body.outcome).toBe('completed');
      const context = { tenantId: tenant.id, table: 'actions', rowId: id, column: 'auth_secrets' };
      const kept = await stored(id);
      expect(await replica.get(Vault).unseal(context, kept)).toContain('a-key-of-the-api');
      await app.operator.delete(`/v1/tenants/${tenant.id}`);
      const canUnseal = () =>
        replica
          .get(Vault)
          .unseal(context, kept)
          .then(
            () => true,
            () => false,
          );
      await eventually(canUnseal, (isUnsealed) => !isUnsealed);
    } finally {
      await replica.stop();
    }
  });
});

const bearer = () => (api.last.headers['authorization'] ?? '').slice('Bearer '.length);

async function stored(id: string): Promise<string> {
  const row = await app.get(Database).read((manager) => manager.findOneByOrFail(Action, { id }));
  return row.authSecrets ?? '';
}

async function store(id: string, authSecrets: string): Promise<void> {
  await app.get(Database).write((manager) => manager.update(Action, { id }, { authSecrets }));
}
