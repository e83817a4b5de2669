import { describe, expect, it } from '@jest/globals';
import { mintKey } from '../common/index.js';
import { InvalidSettingsError, readSettings } from './settings.js';

function errorsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error.errors;
    throw error;
  }
  return [];
}

describe('with nothing set', () => {
  it('everything has a default that works on the own machine', () => {
    expect(readSettings({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      database: { kind: 'sqlite', file: 'data/countersign.db' },
      vaultKeys: 'file:data/vault.key',
      dataDir: 'data',
      egressAllow: '',
      logLevel: 'info',
      call: {
        timeoutMs: 45_000,
        maxRequestCharacters: 100_000,
        maxResponseCharacters: 100_000,
        maxFileBytes: 10_485_760,
        maxTotalFileBytes: 26_214_400,
      },
    });
  });

  it('an empty variable is one that is not there', () => {
    expect(readSettings({ PORT: '', OPERATOR_KEY: '', REDIS_URL: '' })).toEqual(readSettings({}));
  });

  it('nobody can change what was read', () => {
    const settings = readSettings({});
    expect(() => Object.assign(settings.call, { timeoutMs: 1 })).toThrow(TypeError);
    expect(() => Object.assign(settings, { port: 1 })).toThrow(TypeError);
  });
});

describe('what is set', () => {
  it('moves the files that follow from it', () => {
    expect(readSettings({ DATA_DIR: '/var/lib/cs' })).toMatchObject({
      database: { kind: 'sqlite', file: '/var/lib/cs/countersign.db' },
      vaultKeys: 'file:/var/lib/cs/vault.key',
    });
  });

  it.each([
    ['https://cs.example.com', 'https://cs.example.com'],
    ['https://cs.example.com/', 'https://cs.example.com'],
    ['https://example.com/cs//', 'https://example.com/cs'],
  ])('makes of the public URL %s %s', (given, read) => {
    expect(readSettings({ PUBLIC_URL: given }).publicUrl).toBe(read);
  });

  it.each([
    ['sqlite:rows.db', { kind: 'sqlite', file: 'rows.db' }],
    ['mysql://u:p@db:3307/cs', { kind: 'mysql', url: 'mysql://u:p@db:3307/cs' }],
    ['mariadb://u@db/cs', { kind: 'mysql', url: 'mariadb://u@db/cs' }],
  ])('chooses the database by %s', (DATABASE_URL, database) => {
    expect(readSettings({ DATABASE_URL }).database).toEqual(database);
  });
});

describe('a mistake', () => {
  it.each([
    ['PORT', ['http', '0', '65536', '1.5', '-1']],
    ['PUBLIC_URL', ['cs.example.com', 'ftp://cs.example.com', '/cs']],
    ['DATABASE_URL', ['postgres://db/cs', 'sqlite:', 'mysql://db', 'mysql://db/', 'rows.db']],
    ['REDIS_URL', ['127.0.0.1:6379', 'http://redis']],
    [
      'OPERATOR_KEY',
      ['secret', mintKey('admin', 'key-abcdefghijkmnpqrstuvwxyz23').key, `${mintKey('operator', 'key-x').key}0`],
    ],
    ['VAULT_KEYS', ['vault.key', 'file:', 'kms:x']],
    ['LOG_LEVEL', ['loud', 'INFO']],
    ['CALL_TIMEOUT_SECONDS', ['0', '601', 'soon']],
    ['CALL_MAX_REQUEST_CHARACTERS', ['999', '10000001', '1e9']],
    ['CALL_MAX_RESPONSE_CHARACTERS', ['0', 'many']],
    ['CALL_MAX_FILE_BYTES', ['999', '26214401', '10MB']],
    ['CALL_MAX_TOTAL_FILE_BYTES', ['999', '268435457']],
    ['CALL_MAX_HELD_BYTES', ['0', '16777215', '512MB']],
  ])('in %s is told of in one line that names it', (name, values) => {
    for (const value of values) {
      expect([value, errorsOf({ [name]: value })]).toEqual([
        value,
        [expect.stringMatching(new RegExp(`^${name}: [^\\n]+$`))],
      ]);
    }
  });

  it('does not hide another', () => {
    const all = errorsOf({ PORT: 'x', LOG_LEVEL: 'x', DATABASE_URL: 'x', VAULT_KEYS: 'x', PUBLIC_URL: 'x' });
    expect(all.map((line) => line.split(':')[0]).toSorted()).toEqual([
      'DATABASE_URL',
      'LOG_LEVEL',
      'PORT',
      'PUBLIC_URL',
      'VAULT_KEYS',
    ]);
  });

  it('is told of without the secret that it is about', () => {
    const told = errorsOf({ OPERATOR_KEY: 'cs_operator_mistyped', DATABASE_URL: 'postgres://u:hunter2@db/cs' }).join(
      '\n',
    );
    expect(told).not.toContain('mistyped');
    expect(told).not.toContain('hunter2');
  });
});

describe('in production', () => {
  const PRODUCTION = { NODE_ENV: 'production', PUBLIC_URL: 'https://cs.example.com' };

  it.each(['changeme', 'password', 'secret', 'CHANGE-ME', 'xxx'])(
    'a password that is the placeholder %s is refused',
    (password) => {
      expect(errorsOf({ ...PRODUCTION, DATABASE_URL: `mysql://u:${password}@db/cs` })).toEqual([
        expect.stringMatching(/^DATABASE_URL: .*placeholder/),
      ]);
    },
  );

  it('browsers are asked to carry codes over https only, but for loopback', () => {
    expect(errorsOf({ ...PRODUCTION, PUBLIC_URL: 'http://cs.example.com' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL: /),
    ]);
    expect(errorsOf({ ...PRODUCTION, PUBLIC_URL: 'http://127.0.0.1.example.com' })).toHaveLength(1);
    expect(errorsOf({ ...PRODUCTION, PUBLIC_URL: 'http://127.0.0.1:3000' })).toEqual([]);
  });

  it('both at once are both told of', () => {
    const both = { DATABASE_URL: 'mysql://u:changeme@db/cs', PUBLIC_URL: 'http://cs.example.com' };
    expect(errorsOf({ ...PRODUCTION, ...both })).toHaveLength(2);
  });
  it.each(['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG'])('%s, which makes requests be printed, is refused', (name) => {
    expect(errorsOf({ ...PRODUCTION, [name]: '*' })).toEqual([expect.stringMatching(`^${name}: .*unset it`)]);
    expect(readSettings({ [name]: '*' }).debugging).toEqual([name]);
    for (const off of ['', '0', 'false']) expect(errorsOf({ ...PRODUCTION, [name]: off })).toEqual([]);
  });
});
