import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mintKey, newId } from '../../src/common/index.js';
import { LocalKeyset } from '../../src/vault/index.js';
import { BuiltServer, runNode } from '../support/built-server.js';
import { Canaries } from '../support/canaries.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let rows: TestDatabase;
let canaries: Canaries;

beforeAll(() => BuiltServer.build(), 150_000);

beforeEach(async () => {
  rows = await createTestDatabase();
  canaries = new Canaries();
});

afterEach(() => rows.remove());

/** Returns the output of a failed start. */
function outputOf(environment: Record<string, string>): string {
  try {
    return `it did not fail: ${runNode(['dist/src/main.js'], { DATA_DIR: rows.folder, PORT: '1', ...environment })}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a failed start prints no secret', () => {
  const starts: [string, () => Record<string, string>][] = [
    ['an unreachable database', () => ({ DATABASE_URL: `mysql://me:${canaries.make('password')}@127.0.0.1:1/x` })],
    ['an invalid database URL', () => ({ DATABASE_URL: `postgres://me:${canaries.make('password')}@127.0.0.1/x` })],
    ['an invalid Redis URL', () => ({ REDIS_URL: `http://:${canaries.make('password')}@127.0.0.1` })],
    [
      'an operator key with a typo',
      () => ({ OPERATOR_KEY: `${canaries.watch('key', mintKey('operator', newId('key')).key.slice(0, -1))}` }),
    ],
    ['an invalid vault key', () => ({ VAULT_KEYS: 'env:THE_KEY', THE_KEY: canaries.make('key') })],
    [
      'a valid and an invalid vault key',
      () => ({ VAULT_KEYS: 'env:THE_KEY', THE_KEY: `${canaries.watch('key', LocalKeyset.generateKey())},x` }),
    ],
    [
      'a password in the URL of a key service',
      () => ({ VAULT_KEYS: `transit:https://me:${canaries.make('password')}@vault.example/v1/transit/keys/k` }),
    ],
  ];

  it.each(starts)('with %s', (_, environment) => {
    const output = outputOf(environment());
    expect(output).toMatch(/^countersign: /m);
    expect(canaries.findIn(output)).toEqual([]);
  });
});

describe('environment variables that make Node or a library log details', () => {
  const VARIABLES = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG'];

  it.each(VARIABLES)('prevent the start in production: %s', (name) => {
    const output = outputOf({
      NODE_ENV: 'production',
      OPERATOR_KEY: mintKey('operator', newId('key')).key,
      [name]: 'xyz',
    });
    expect(output).toContain(`countersign: ${name}: prints requests with their secrets; unset it in production`);
  });

  it('cause a one-line warning outside of production, and the start continues', async () => {
    const environment = { DATABASE_URL: rows.url, DATA_DIR: rows.folder };
    const variables = Object.fromEntries(VARIABLES.map((name) => [name, 'xyz']));
    for (const [given, output] of [
      [variables, VARIABLES],
      [{ DEBUG: 'false' }, undefined],
    ] as const) {
      const server = await BuiltServer.spawn(rows.folder, { ...environment, ...given });
      try {
        await server.waitUntilReady();
      } finally {
        await server.kill('SIGKILL');
      }
      const lines = server.output().split('\n').filter(Boolean);
      const warning = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'warn');
      expect(warning?.variables).toEqual(output);
    }
  });
});
