import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BuiltServer, runNode } from '../support/built-server.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { createScratchFolder } from '../support/scratch-folder.js';
import { createTestDatabase, database, type TestDatabase } from '../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let folder: string;
let rows: TestDatabase;
let running: BuiltServer[];

beforeAll(() => BuiltServer.build(), 150_000);

beforeEach(async () => {
  folder = createScratchFolder();
  rows = await createTestDatabase();
  running = [];
});

afterEach(async () => {
  for (const server of running) await server.kill('SIGKILL');
  await rows.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe('the built server with an empty folder and no settings', () => {
  it('creates its files, readable by their owner only, and prints its URL', async () => {
    const server = await start();
    const made = readdirSync(join(folder, 'data')).toSorted();
    expect(made).toEqual(expect.arrayContaining(['operator.key', 'vault.key']));
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    for (const name of ['operator.key', 'vault.key']) {
      expect([name, statSync(join(folder, 'data', name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    await eventually(
      () => server.output(),
      (said) => said.includes('data/operator.key') && said.includes(server.url),
    );
    expect((await server.operator().get('/v1/tenants')).body.data).toEqual([]);
    expect((await new Client(server.url).get('/readyz')).status).toBe(200);
    expect(server.output()).not.toContain(server.operator().key);
  });

  it('keeps every acknowledged write after it was killed', async () => {
    const api = await Upstream.start();
    try {
      const first = await start({ EGRESS_ALLOW: '127.0.0.0/8' });
      const operator = first.operator();
      const tenant = (await operator.post('/v1/tenants', { name: 'Kept' })).body;
      const admin = new Client(first.url, tenant.admin_key.key);
      const gpt = (await admin.post('/v1/gpts', { name: 'Kept' })).body;
      const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'kept-secret' };
      await admin.post(`/v1/gpts/${gpt.id}/actions`, { openapi: api.document(NOTES_PATHS), auth });
      let written = 0;
      const writing = (async () => {
        while ((await admin.post('/v1/gpts', { name: 'x' })).status === 201) written += 1;
      })().catch(() => undefined);
      await eventually(
        () => written,
        (count) => count > 5,
      );
      await first.kill('SIGKILL');
      await writing;

      const second = await start({ EGRESS_ALLOW: '127.0.0.0/8' });
      const again = new Client(second.url, tenant.admin_key.key);
      expect(second.operator().key).toBe(operator.key);
      const { data } = (await again.get('/v1/gpts?limit=200')).body;
      // The request in flight may have been committed without a response.
      expect([written + 1, written + 2]).toContain(data.length);
      const call = await again.post(`/v1/gpts/${gpt.id}/call`, { operation_id: 'listNotes' });
      expect(call.body.outcome).toBe('completed');
      expect(api.last.headers['authorization']).toBe('Bearer kept-secret');
    } finally {
      await api.stop();
    }
  });

  it('responds to the call in flight on SIGTERM, then exits with 0', async () => {
    const api = await Upstream.start();
    try {
      const server = await start({ EGRESS_ALLOW: '127.0.0.0/8' });
      const tenant = (await server.operator().post('/v1/tenants', { name: 'Slow' })).body;
      const admin = new Client(server.url, tenant.admin_key.key);
      const gpt = (await admin.post('/v1/gpts', { name: 'Slow' })).body;
      await admin.post(`/v1/gpts/${gpt.id}/actions`, { openapi: api.document(NOTES_PATHS) });
      let answer = () => undefined as void;
      api.respondWith(async () => {
        await new Promise<void>((resolve) => (answer = resolve));
        return { body: 'late' };
      });
      const call = admin.post(`/v1/gpts/${gpt.id}/call`, { operation_id: 'listNotes' });
      await eventually(
        () => api.requests.length,
        (count) => count === 1,
      );
      const ended = server.kill('SIGTERM');
      await eventually(
        () =>
          fetch(server.url).then(
            () => 'open',
            () => 'closed',
          ),
        (state) => state === 'closed',
      );
      answer();
      expect((await call).body.response.body).toBe('late');
      expect(await ended).toBe(0);
    } finally {
      await api.stop();
    }
  });
});

describe('a start in production', () => {
  const WARNING = 'anyone can read /metrics';

  const production = () => ({
    NODE_ENV: 'production',
    SHUTDOWN_DELAY_SECONDS: '0',
    OPERATOR_KEY: mintedKey(),
    VAULT_KEYS: 'env:COUNTERSIGN_VAULT_KEY',
    COUNTERSIGN_VAULT_KEY: randomBytes(32).toString('base64'),
  });

  it('warns if anyone can read the metrics', async () => {
    const server = await start(production());
    expect(server.output()).toContain(WARNING);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
  });

  it('does not warn if they require a token or are on another port', async () => {
    const token = 'metrics-token-of-this-test';
    const port = String(await freePort());
    const server = await start({ ...production(), METRICS_TOKEN: token, METRICS_PORT: port });
    expect(server.output()).not.toContain(WARNING);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).status).toBe(200);
    expect(await server.kill('SIGTERM')).toBe(0);
    expect(server.output()).not.toContain(token);
  });
});

describe('a start with invalid settings', () => {
  it.each<[string, Record<string, string>, RegExp[]]>([
    ['an invalid port', { PORT: 'http' }, [/^countersign: PORT: /]],
    [
      'several invalid settings',
      { PORT: '0', LOG_LEVEL: 'loud', VAULT_KEYS: 'here', PUBLIC_URL: 'x' },
      [/PORT/, /LOG_LEVEL/, /VAULT_KEYS/, /PUBLIC_URL/],
    ],
    ['an operator key that is none', { OPERATOR_KEY: 'secret' }, [/^countersign: OPERATOR_KEY: /]],
    ['a database of another kind', { DATABASE_URL: 'postgres://localhost/x' }, [/^countersign: DATABASE_URL: /]],
    ['a database that is not there', { DATABASE_URL: 'mysql://root@127.0.0.1:1/x' }, [/^countersign: .*ECONNREFUSED/]],
    ['an allow list that is none', { EGRESS_ALLOW: 'http://x/' }, [/^countersign: .*EGRESS_ALLOW/]],
    ['production without an operator key', { NODE_ENV: 'production' }, [/^countersign: OPERATOR_KEY: /]],
    [
      'production without a vault key',
      { NODE_ENV: 'production', OPERATOR_KEY: 'minted' },
      [/^countersign: VAULT_KEYS: /],
    ],
  ])('exits with 1 and prints one line for each invalid setting: %s', async (_, environment, lines) => {
    const isMinted = environment['OPERATOR_KEY'] === 'minted';
    const server = await spawned({ ...environment, ...(isMinted && { OPERATOR_KEY: mintedKey() }) });
    expect(await server.exited).toBe(1);
    const said = server.errors().trim().split('\n');
    expect(said).toHaveLength(lines.length);
    for (const line of lines) expect(said).toContainEqual(expect.stringMatching(line));
    expect(existsSync(join(folder, 'data', 'vault.key'))).toBe(false);
  });

  it('exits with one line if the port is taken', async () => {
    const first = await start();
    const second = await spawned({ PORT: new URL(first.url).port });
    expect(await second.exited).toBe(1);
    expect(second.errors()).toMatch(/^countersign: [^\n]*EADDRINUSE[^\n]*\n$/);
  });
});

function mintedKey(): string {
  return /^OPERATOR_KEY=(\S+)$/m.exec(runNode(['dist/src/cli/keys.js']))?.[1] ?? '';
}

/** Starts the server and waits until it responds. */
async function start(environment: Record<string, string> = {}): Promise<BuiltServer> {
  const server = await spawned({ ...(database !== 'sqlite' && { DATABASE_URL: rows.url }), ...environment });
  return server.waitUntilReady();
}

async function spawned(environment: Record<string, string>): Promise<BuiltServer> {
  const server = await BuiltServer.spawn(folder, environment);
  running.push(server);
  return server;
}
