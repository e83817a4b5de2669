import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Libsql from 'libsql';
import { createConnection } from 'mysql2/promise';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { BuiltServer } from '../../support/built-server.js';
import type { ApiResponse } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { TestTenant } from '../../support/tenant.js';
import { createMigratedDatabase, database, type TestDatabase } from '../../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../../support/upstream.js';

let rows: TestDatabase;
let api: Upstream;
let provider: AuthorizationServer;
let servers: BuiltServer[];

beforeAll(async () => {
  await BuiltServer.build();
  [api, provider] = await Promise.all([Upstream.start(), AuthorizationServer.start()]);
  api.respondWith(({ headers }) =>
    provider.accessTokens.has((headers['authorization'] ?? '').split(' ')[1] ?? '')
      ? { body: { ok: true } }
      : { status: 401, body: {} },
  );
}, 150_000);

afterAll(() => Promise.all([api.stop(), provider.stop()]));

beforeEach(async () => {
  rows = await createMigratedDatabase();
  servers = [];
  provider.behavior = {};
  provider.tokenRequests.length = 0;
});

afterEach(async () => {
  for (const server of servers) await server.kill('SIGKILL');
  await rows.remove();
});

async function started(): Promise<BuiltServer> {
  const server = await BuiltServer.spawn(rows.folder, {
    DATABASE_URL: rows.url,
    EGRESS_ALLOW: '127.0.0.0/8',
    // Refreshes only on calls.
    REFRESH_INTERVAL_SECONDS: '3600',
  });
  servers.push(server);
  return server.waitUntilReady();
}

/** A connected user whose access token has expired. */
async function expiredUser(at: BuiltServer): Promise<EndUser> {
  const tenant = await TestTenant.create({ url: at.url, operator: at.operator() }, 'Acme');
  const gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS), provider.schema());
  const alice = new EndUser(gpt, 'alice');
  const { behavior } = provider;
  provider.behavior = { ...behavior, expiresIn: 1 };
  await alice.signsIn();
  provider.behavior = behavior;
  await eventually(
    () => alice.connection(),
    ({ expires_at }) => Date.parse(expires_at) < Date.now(),
  );
  return alice;
}

/** Repeats a call that an overloaded server rejected, as `Retry-After` asks. */
async function callsUntilAvailable(user: EndUser): Promise<ApiResponse> {
  let answer = await user.calls();
  for (let repeated = 0; repeated < 5 && answer.headers.has('retry-after'); repeated++) answer = await user.calls();
  return answer;
}

const refreshes = () => provider.grants('refresh_token');

describe('500 concurrent calls of a user whose token has expired', () => {
  const processes = database === 'sqlite' ? 1 : 3;

  it(`security rule C29: are served by one refresh across ${processes} process(es)`, async () => {
    const first = await started();
    while (servers.length < processes) await started();
    const alice = await expiredUser(first);
    const callers = Array.from({ length: 500 }, (_, index) => alice.at(servers[index % processes] as BuiltServer));
    const answers = await Promise.all(callers.map(callsUntilAvailable));
    const outcomes = new Set(answers.map(({ status, body }) => `${status} ${body.outcome} ${body.response?.status}`));
    expect([...outcomes]).toEqual(['200 completed 200']);
    expect(refreshes()).toHaveLength(1);
  });
});

describe('a process killed between the token response and its commit', () => {
  /** Kills the process when the token response has been sent but cannot be stored, and starts another process. */
  async function killDuringRefresh(alice: EndUser, server: BuiltServer): Promise<EndUser> {
    const { id } = await alice.connection();
    let unlock = async () => {};
    provider.behavior.before = async () => {
      if (refreshes().length === 1) unlock = await lockConnections();
    };
    let isAnswered = false;
    provider.behavior.after = async () => {
      isAnswered = true;
    };
    // The call fails with the process.
    const call = alice.calls().catch(() => 'cut off');
    await eventually(() => isAnswered, Boolean);
    await server.kill('SIGKILL');
    expect(await call).toBe('cut off');
    await unlock();
    await expireLease(id);
    return alice.at(await started());
  }

  it('leads to one retry with the old refresh token, which some providers accept', async () => {
    const server = await started();
    const alice = await killDuringRefresh(await expiredUser(server), server);
    expect(await alice.calls()).toMatchObject({ body: { outcome: 'completed', response: { status: 200 } } });
    expect(refreshes()).toHaveLength(2);
    expect((await alice.connection()).status).toBe('active');
  });

  it('leads to reconnect_required if the provider has rotated the token, without further requests', async () => {
    provider.behavior = { rotates: true };
    const server = await started();
    const alice = await killDuringRefresh(await expiredUser(server), server);
    for (let round = 0; round < 3; round++) {
      expect(await alice.calls()).toMatchObject({
        body: { outcome: 'sign_in_required', sign_in: { reason: 'expired' } },
      });
    }
    expect(refreshes()).toHaveLength(2);
    expect((await alice.connection()).status).toBe('reconnect_required');
  });
});

/** Locks the connections against writes. @returns a function that releases the lock */
async function lockConnections(): Promise<() => Promise<void>> {
  if (database === 'sqlite') {
    const file = new Libsql(rows.url.replace('sqlite:', ''));
    await eventually(() => succeeds(() => file.exec('BEGIN IMMEDIATE')), Boolean);
    return async () => {
      file.exec('ROLLBACK');
      file.close();
    };
  }
  const connection = await createConnection(rows.url);
  await connection.beginTransaction();
  await connection.query('SELECT id FROM connections FOR UPDATE');
  return () => connection.end();
}

/** Expires the lease, which otherwise takes half a minute. */
async function expireLease(id: string): Promise<void> {
  const sql = `UPDATE connections SET lease_until = created_at WHERE id = '${id}' AND lease_until IS NOT NULL`;
  if (database !== 'sqlite') {
    const connection = await createConnection(rows.url);
    await connection.query(sql);
    return connection.end();
  }
  const file = new Libsql(rows.url.replace('sqlite:', ''));
  file.exec(sql);
  file.close();
}

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false; // the database is locked by another writer
  }
}
