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

describe('settings of an empty environment', () => {
  it('have defaults that work on a developer machine', () => {
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

  it('are the same if variables are empty', () => {
    expect(readSettings({ PORT: '', OPERATOR_KEY: '', REDIS_URL: '' })).toEqual(readSettings({}));
  });

  it('are frozen', () => {
    const settings = readSettings({});
    expect(() => Object.assign(settings.call, { timeoutMs: 1 })).toThrow(TypeError);
    expect(() => Object.assign(settings, { port: 1 })).toThrow(TypeError);
  });
});

describe('settings', () => {
  it('derive the default files from DATA_DIR', () => {
    expect(readSettings({ DATA_DIR: '/var/lib/cs' })).toMatchObject({
      database: { kind: 'sqlite', file: '/var/lib/cs/countersign.db' },
      vaultKeys: 'file:/var/lib/cs/vault.key',
    });
  });

  it.each([
    ['https://cs.example.com', 'https://cs.example.com'],
    ['https://cs.example.com/', 'https://cs.example.com'],
    ['https://example.com/cs//', 'https://example.com/cs'],
  ])('normalize the public URL %s to %s', (given, read) => {
    expect(readSettings({ PUBLIC_URL: given }).publicUrl).toBe(read);
  });

  it.each([
    ['https://cs.example.com', ''],
    ['https://cs.example.com/', ''],
    ['https://example.com/tools/cs/', '/tools/cs'],
  ])('read the path of the public URL %s as "%s"', (given, path) => {
    expect(readSettings({ PUBLIC_URL: given }).basePath).toBe(path);
  });

  it.each([
    ['sqlite:rows.db', { kind: 'sqlite', file: 'rows.db' }],
    ['mysql://u:p@db:3307/cs', { kind: 'mysql', host: 'db', port: 3307, user: 'u', password: 'p', database: 'cs' }],
    ['mariadb://u@db/cs', { kind: 'mysql', host: 'db', port: 3306, user: 'u', password: '' }],
    ['mysql://u%40x:p%2Fq%25@[::1]/a%2Db', { host: '::1', user: 'u@x', password: 'p/q%', database: 'a-b' }],
  ])('select the database %s', (DATABASE_URL, database) => {
    expect(readSettings({ DATABASE_URL }).database).toMatchObject(database);
  });
});

describe('an invalid setting', () => {
  it.each([
    ['PORT', ['http', '0', '65536', '1.5', '-1']],
    [
      'PUBLIC_URL',
      [
        'cs.example.com',
        'ftp://cs.example.com',
        '/cs',
        'https://example.com/?x=1',
        'https://example.com/#cs',
        'https://user@example.com/cs',
        'https://example.com/a;b',
        'https://example.com/a//b',
        'https://example.com/docs',
        'https://example.com/v1/countersign',
      ],
    ],
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
  ])('is reported in one line that starts with its name: %s', (name, values) => {
    for (const value of values) {
      expect([value, errorsOf({ [name]: value })]).toEqual([
        value,
        [expect.stringMatching(new RegExp(`^${name}: [^\\n]+$`))],
      ]);
    }
  });

  it('does not hide other invalid settings', () => {
    const all = errorsOf({ PORT: 'x', LOG_LEVEL: 'x', DATABASE_URL: 'x', VAULT_KEYS: 'x', PUBLIC_URL: 'x' });
    expect(all.map((line) => line.split(':')[0]).toSorted()).toEqual([
      'DATABASE_URL',
      'LOG_LEVEL',
      'PORT',
      'PUBLIC_URL',
      'VAULT_KEYS',
    ]);
  });

  it('is reported without its value if that is a secret', () => {
    const reported = errorsOf({
      OPERATOR_KEY: 'cs_operator_mistyped',
      DATABASE_URL: 'postgres://u:hunter2@db/cs',
    }).join('\n');
    expect(reported).not.toContain('mistyped');
    expect(reported).not.toContain('hunter2');
  });
});

it.each([
  [{ METRICS_TOKEN: 'too short' }, 'METRICS_TOKEN: must have at least 16 characters, none of them white space'],
  [
    { METRICS_TOKEN: `with a space ${'x'.repeat(16)}` },
    'METRICS_TOKEN: must have at least 16 characters, none of them white space',
  ],
  [{ METRICS_PORT: '3000' }, 'METRICS_PORT: must differ from PORT'],
])('settings of metrics are rejected: %j', (environment, error) => {
  expect(errorsOf(environment)).toEqual([error]);
});

describe('production', () => {
  const PRODUCTION = { NODE_ENV: 'production', PUBLIC_URL: 'https://cs.example.com' };

  it.each(['changeme', 'password', 'secret', 'CHANGE-ME', 'xxx'])(
    'rejects the placeholder %s as database password',
    (password) => {
      expect(errorsOf({ ...PRODUCTION, DATABASE_URL: `mysql://u:${password}@db/cs` })).toEqual([
        expect.stringMatching(/^DATABASE_URL: .*placeholder/),
      ]);
    },
  );

  it('requires an https PUBLIC_URL unless it is a loopback address', () => {
    expect(errorsOf({ ...PRODUCTION, PUBLIC_URL: 'http://cs.example.com' })).toEqual([
      expect.stringMatching(/^PUBLIC_URL: /),
    ]);
    expect(errorsOf({ ...PRODUCTION, PUBLIC_URL: 'http://127.0.0.1.example.com' })).toHaveLength(1);
    expect(errorsOf({ ...PRODUCTION, PUBLIC_URL: 'http://127.0.0.1:3000' })).toEqual([]);
  });

  it('reports its errors together with invalid values and conflicts between settings, one line for each variable', () => {
    const all = {
      DATABASE_URL: 'mysql://u:changeme@db/cs',
      PUBLIC_URL: 'cs.example.com',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'loud',
      CALL_MAX_FILE_BYTES: '2000',
      CALL_MAX_TOTAL_FILE_BYTES: '1000',
      DEBUG: '*',
    };
    expect(errorsOf({ ...PRODUCTION, ...all }).map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['CALL_MAX_FILE_BYTES', 'DATABASE_URL', 'DEBUG', 'LOG_LEVEL', 'PUBLIC_URL']),
    );
    expect(errorsOf({ ...PRODUCTION, ...all })).toHaveLength(5);
  });

  it.each(['NODE_DEBUG', 'NODE_DEBUG_NATIVE', 'DEBUG'])(
    'rejects %s, which makes Node or libraries print requests',
    (name) => {
      expect(errorsOf({ ...PRODUCTION, [name]: '*' })).toEqual([expect.stringMatching(`^${name}: .*unset it`)]);
      expect(readSettings({ [name]: '*' }).debugging).toEqual([name]);
      for (const off of ['', '0', 'false']) expect(errorsOf({ ...PRODUCTION, [name]: off })).toEqual([]);
    },
  );
});
