import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatStartupError } from '../../src/cli/startup-error.js';
import { TestApp } from '../support/app.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document(NOTES_PATHS), { type: 'api_key', auth_type: 'bearer', api_key: 'sealed-key' });
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

const newKey = () => randomBytes(32).toString('base64');
const fileIn = (folder: string, name: string) => join(folder, name);

/** Starts a process with these keys on the same database. @returns its startup error */
async function startupError(vaultKeys: string): Promise<string> {
  const started = TestApp.start({ replicaOf: app, environment: { VAULT_KEYS: vaultKeys } });
  return started.then(
    async (replica) => {
      await replica.stop();
      return 'it started';
    },
    (error: unknown) => formatStartupError(error),
  );
}

function keyFile(...lines: string[]): string {
  const file = fileIn(app.database.folder, `${randomBytes(6).toString('hex')}.key`);
  writeFileSync(file, lines.join('\n'));
  return `file:${file}`;
}

const ownKey = () => readFileSync(fileIn(app.database.folder, 'vault.key'), 'utf8').trim();

describe('the first start', () => {
  it('creates a key file that only its owner can read', () => {
    const file = fileIn(app.database.folder, 'vault.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(ownKey(), 'base64')).toHaveLength(32);
  });
});

describe('the start', () => {
  it.each([
    ['another key', () => keyFile(newKey())],
    ['a key that is too short', () => keyFile(randomBytes(16).toString('base64'))],
    ['a key that is not random', () => keyFile(Buffer.alloc(32).toString('base64'))],
    ['an empty file', () => keyFile('')],
    ['the right key and an invalid one', () => keyFile(ownKey(), 'changeme')],
    ['a variable that is not set', () => 'env:COUNTERSIGN_TEST_NOT_SET'],
  ])('fails with one line that names the setting for %s', async (_, vaultKeys) => {
    const line = await startupError(vaultKeys());
    expect(line).toMatch(/^countersign: VAULT_KEYS: [^\n]+$/);
    expect(line).not.toContain(ownKey());
  });

  it('fails if the key file is missing and the database has sealed secrets, and creates no new file', async () => {
    const file = fileIn(app.database.folder, 'missing.key');
    expect(await startupError(`file:${file}`)).toMatch(/^countersign: VAULT_KEYS: .*missing\.key is missing[^\n]+$/);
    expect(existsSync(file)).toBe(false);
  });
});

describe('VAULT_KEYS', () => {
  it('reads keys from a variable', async () => {
    process.env['COUNTERSIGN_TEST_VAULT_KEY'] = ownKey();
    const replica = await TestApp.start({
      replicaOf: app,
      environment: { VAULT_KEYS: 'env:COUNTERSIGN_TEST_VAULT_KEY' },
    });
    try {
      expect((await gpt.at(replica).call('listNotes')).body.outcome).toBe('completed');
      expect(api.last.headers['authorization']).toBe('Bearer sealed-key');
    } finally {
      await replica.stop();
    }
  });

  it('unseals with every key and seals with the first one', async () => {
    const newer = newKey();
    const replica = await TestApp.start({ replicaOf: app, environment: { VAULT_KEYS: keyFile(newer, ownKey()) } });
    try {
      expect((await gpt.at(replica).call('listNotes')).body.outcome).toBe('completed');
      const fresh = await (await replica.tenant('New')).gpt();
      await fresh.action(api.document(NOTES_PATHS), { type: 'api_key', auth_type: 'bearer', api_key: 'sealed-later' });
      expect((await fresh.call('listNotes')).body.outcome).toBe('completed');
      expect(await startupError(keyFile(ownKey()))).toMatch(/VAULT_KEYS/);
      expect(await startupError(keyFile(newer))).toMatch(/VAULT_KEYS/);
      await app.operator.delete(`/v1/tenants/${fresh.tenant.id}`);
      expect(await startupError(keyFile(ownKey()))).toBe('it started');
    } finally {
      await replica.stop();
    }
  });
});
