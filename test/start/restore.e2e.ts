import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { createTestDatabase, database as kind, type TestDatabase } from '../support/test-database.js';
import type { TestGpt } from '../support/tenant.js';

/** The statements and programs are those of docs/backup.md. */

let world: OAuthWorld;
let gpt: TestGpt;
let backup: Buffer;
let restored: TestDatabase;

beforeAll(async () => {
  world = await OAuthWorld.start();
  const own = await world.notesGpt();
  ({ gpt } = own);
  await connect('alice', own.action.id);
  backup = backUp(world.app.database);
  await connect('bob', own.action.id);
});

afterAll(() => world.stop());

afterEach(() => restored.remove());

async function connect(user: string, action_id: string): Promise<void> {
  const { status } = await gpt.tenant.admin.post('/v1/connections', {
    action_id,
    user,
    ...world.provider.issueTokens(),
  });
  expect(status).toBe(201);
}

/** Backs up the database of a running server. */
function backUp({ url, folder }: TestDatabase): Buffer {
  if (kind !== 'sqlite') return run('mariadb-dump', [...DUMP_OPTIONS, databaseOf(url)], url);
  const file = join(folder, 'backup.db');
  const connection = new Libsql(fileOf(url), { readonly: true });
  connection.exec(`VACUUM INTO '${file}'`);
  connection.close();
  return Buffer.from(file);
}

const DUMP_OPTIONS = ['--single-transaction', '--quick', '--hex-blob', '--skip-add-locks'];

/** Restores the backup into a new, empty database. */
async function restore(): Promise<void> {
  restored = await createTestDatabase();
  if (kind === 'sqlite') cpSync(backup.toString(), fileOf(restored.url));
  else run('mariadb', [databaseOf(restored.url)], restored.url, backup);
}

function run(program: string, options: string[], url: string, input?: Buffer): Buffer {
  const { hostname, port, username, password } = new URL(url);
  const server = ['--no-defaults', '--protocol=tcp', `--host=${hostname}`, `--port=${port}`, `--user=${username}`];
  const env = { PATH: process.env['PATH'], MYSQL_PWD: decodeURIComponent(password) };
  const { status, stdout, stderr } = spawnSync(program, [...server, ...options], { input, env, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${program}: ${stderr.toString()}`);
  return stdout;
}

const fileOf = (url: string) => url.slice('sqlite:'.length);
const databaseOf = (url: string) => new URL(url).pathname.slice(1);

/** Starts a server on the restored database. @param vaultKey the file that `VAULT_KEYS` names */
function startRestored(vaultKey: string): Promise<TestApp> {
  const environment = { VAULT_KEYS: `file:${vaultKey}`, OPERATOR_KEY: world.app.operator.key ?? '' };
  return TestApp.start({ database: restored, environment });
}

it('a restored database serves calls with the connections of the backup, given the vault key', async () => {
  await restore();
  const app = await startRestored(join(world.app.database.folder, 'vault.key'));
  try {
    const served = await gpt.at(app).call('listNotes', { user: 'alice' });
    expect(served.body).toMatchObject({ outcome: 'completed' });
    // Connected after the backup.
    expect((await gpt.at(app).call('listNotes', { user: 'bob' })).body.outcome).toBe('sign_in_required');
  } finally {
    await app.stop();
  }
});

it('a restored database without its vault key does not start, and says why', async () => {
  await restore();
  await expect(startRestored(join(restored.folder, 'missing.key'))).rejects.toThrow(/missing\.key is missing/);
  const other = join(restored.folder, 'other.key');
  writeFileSync(other, randomBytes(32).toString('base64'), { mode: 0o600 });
  await expect(startRestored(other)).rejects.toThrow(
    /does not contain the key that sealed the secrets of this database/,
  );
});
