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

/** What it says of a start that fails. */
function toldBy(environment: Record<string, string>): string {
  try {
    return `it did not fail: ${runNode(['dist/src/main.js'], { DATA_DIR: rows.folder, PORT: '1', ...environment })}`;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a start that fails says no secret', () => {
  const starts: [string, () => Record<string, string>][] = [
    ['a database that is not there', () => ({ DATABASE_URL: `mysql://me:${canaries.make('password')}@127.0.0.1:1/x` })],
    ['a database URL that is none', () => ({ DATABASE_URL: `postgres://me:${canaries.make('password')}@127.0.0.1/x` })],
    ['a Redis URL that is none', () => ({ REDIS_URL: `http://:${canaries.make('password')}@127.0.0.1` })],
    [
      'an operator key with a typo',
      () => ({ OPERATOR_KEY: `${canaries.watch('key', mintKey('operator', newId('key')).key.slice(0, -1))}` }),
    ],
    ['a vault key that is none', () => ({ VAULT_KEYS: 'env:THE_KEY', THE_KEY: canaries.make('key') })],
    [
      'a vault key and one that is none',
      () => ({ VAULT_KEYS: 'env:THE_KEY', THE_KEY: `${canaries.watch('key', LocalKeyset.generateKey())},x` }),
    ],
    [
      'a key service by a URL with a password',
      () => ({ VAULT_KEYS: `transit:https://me:${canaries.make('password')}@vault.example/v1/transit/keys/k` }),
    ],
  ];

  it.each(starts)('with %s', (_, environment) => {
    const told = toldBy(environment());
    expect(told).toMatch(/^countersign: /m);
    expect(canaries.findIn(told)).toEqual([]);
  });
});

describe('variables that make Node and libraries print what they do', () => {
  const VARIABLES = ['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG'];

  it.each(VARIABLES)('refuse the start in production: %s', (name) => {
    const told = toldBy({ NODE_ENV: 'production', OPERATOR_KEY: mintKey('operator', newId('key')).key, [name]: 'xyz' });
    expect(told).toContain(`countersign: ${name}: prints requests with the secrets in them`);
  });

  it('are warned of in one line elsewhere, and the start goes on', async () => {
    const environment = { DATABASE_URL: rows.url, DATA_DIR: rows.folder };
    const variables = Object.fromEntries(VARIABLES.map((name) => [name, 'xyz']));
    for (const [given, told] of [
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
      expect(warning?.variables).toEqual(told);
    }
  });
});
