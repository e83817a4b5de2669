import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/index.js';
import { Database } from '../../src/database/index.js';
import { formatStartupError } from '../../src/cli/startup-error.js';
import { DataKey } from '../../src/vault/data-key.entity.js';
import { DataKeys } from '../../src/vault/data-keys.js';
import { UnsealError } from '../../src/vault/envelope.js';
import { KeyServiceError, type KeyProvider } from '../../src/vault/providers/key-provider.js';
import { LocalKeyset } from '../../src/vault/providers/local-keyset.js';
import { openKeyProvider } from '../../src/vault/providers/open-key-provider.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { AwsKmsService } from '../support/key-services/aws-kms-service.js';
import { GcpKmsService } from '../support/key-services/gcp-kms-service.js';
import type { KeyService } from '../support/key-services/service.js';
import { TransitService } from '../support/key-services/transit-service.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

const DATA_KEY = Buffer.from('a data key of thirty-two bytes!!');

let folder: string;
let transit: TransitService;
let kms: AwsKmsService;
let gcp: GcpKmsService;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  [transit, kms, gcp] = await Promise.all([TransitService.start(), AwsKmsService.start(), GcpKmsService.start()]);
  Object.assign(process.env, {
    COUNTERSIGN_TEST_KEY: LocalKeyset.generateKey(),
    VAULT_TOKEN: transit.token,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'a secret of the test',
    AWS_ENDPOINT_URL_KMS: kms.url,
    ...gcp.environment(folder),
  });
  writeFileSync(join(folder, 'vault.key'), LocalKeyset.generateKey());
});

afterAll(async () => {
  await Promise.all([transit.stop(), kms.stop(), gcp.stop()]);
  rmSync(folder, { recursive: true });
});

afterEach(() => {
  transit.fault = undefined;
  kms.fault = undefined;
  gcp.recover();
});

const open = (vaultKeys: string, inUse: string[] = []) =>
  openKeyProvider(readSettings({ VAULT_KEYS: vaultKeys }), inUse);

const PROVIDERS: [kind: string, setting: () => string, service: () => KeyService | undefined][] = [
  ['file', () => `file:${join(folder, 'vault.key')}`, () => undefined],
  ['env', () => 'env:COUNTERSIGN_TEST_KEY', () => undefined],
  ['transit', () => `transit:${transit.keyUrl}`, () => transit],
  ['aws-kms', () => `aws-kms:${kms.arn}`, () => kms],
  ['gcp-kms', () => `gcp-kms:${gcp.name}`, () => gcp],
];

describe.each(PROVIDERS)('the provider %s', (_, setting) => {
  let keys: KeyProvider;

  beforeEach(async () => {
    keys = await open(setting());
  });

  afterEach(() => keys.close());

  it('unwraps a data key that it wrapped', async () => {
    const wrapped = await keys.wrap(DATA_KEY, 't-abc/dk-1');
    expect(await keys.unwrap(wrapped, 't-abc/dk-1')).toEqual(DATA_KEY);
    expect(wrapped.kekId).toBe(await keys.primaryKeyId());
    expect(keys.canUnwrap(wrapped.kekId)).toBe(true);
    expect(wrapped.kekId.length).toBeLessThanOrEqual(40);
  });

  it('wraps a data key differently each time, and never in plaintext', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => keys.wrap(DATA_KEY, 'c')));
    expect(new Set(all.map(({ wrapped }) => wrapped)).size).toBe(5);
    for (const { wrapped } of all) {
      expect(Buffer.from(wrapped, 'base64').includes(DATA_KEY)).toBe(false);
      expect(wrapped).not.toContain(DATA_KEY.toString('base64').slice(0, 20));
    }
  });

  it.each(['t-abc/dk-2', 't-ab/cdk-1', '', 't-abc/dk-1 '])(
    'does not unwrap a data key with another context: %j',
    async (context) => {
      const wrapped = await keys.wrap(DATA_KEY, 't-abc/dk-1');
      await expect(keys.unwrap(wrapped, context)).rejects.toThrow(UnsealError);
    },
  );

  it('does not unwrap an altered data key', async () => {
    const { kekId, wrapped } = await keys.wrap(DATA_KEY, 'c');
    const start = wrapped.lastIndexOf(':') + 1;
    for (let position = start + 20; position < wrapped.length - 4; position += 7) {
      const other = wrapped[position] === 'A' ? 'B' : 'A';
      const altered = wrapped.slice(0, position) + other + wrapped.slice(position + 1);
      await expect(keys.unwrap({ kekId, wrapped: altered }, 'c')).rejects.toThrow(UnsealError);
    }
  });

  it('does not unwrap the data keys of another provider', async () => {
    for (const [, other] of PROVIDERS.filter(([, each]) => each !== setting)) {
      const others = await open(other());
      expect(keys.canUnwrap(await others.primaryKeyId())).toBe(false);
      await expect(keys.unwrap(await others.wrap(DATA_KEY, 'c'), 'c')).rejects.toThrow(UnsealError);
      await others.close();
    }
  });

  it('fails to start with one line if another key sealed the secrets of the database', async () => {
    await expect(open(setting(), ['kek-other'])).rejects.toThrow(/^VAULT_KEYS: [^\n]+ does not contain the key[^\n]+$/);
  });
});

describe.each(PROVIDERS.slice(2))('the key service %s', (kind, setting, serviceOf) => {
  let keys: KeyProvider;
  let service: KeyService;

  beforeEach(async () => {
    service = serviceOf() as KeyService;
    keys = await open(setting());
  });

  afterEach(() => keys.close());

  it('may rotate its key by itself, and still unwraps older data keys', async () => {
    const before = await keys.wrap(DATA_KEY, 'c');
    service.rotate();
    const after = await keys.wrap(DATA_KEY, 'c');
    for (const wrapped of [before, after]) expect(await keys.unwrap(wrapped, 'c')).toEqual(DATA_KEY);
    expect(after.kekId).toBe(await keys.primaryKeyId());
    // AWS does not report which key material it used.
    expect(after.kekId === before.kekId).toBe(kind === 'aws-kms');
  });

  it.each<[string, KeyService['fault']]>([
    ['fails', { status: 500, body: { errors: ['a secret-of-the-service'], __type: 'KMSInternalException' } }],
    ['is sealed', { status: 503, body: { errors: ['Vault is sealed'], __type: 'KeyUnavailableException' } }],
    ['forbids it', { status: 403, body: { errors: ['permission denied'], __type: 'AccessDeniedException' } }],
    ['sends an unexpected response', { status: 200, body: { hello: 'world' } }],
    [
      'responds with 400 for another reason',
      { status: 400, body: { errors: ['missing policy'], __type: 'DisabledException' } },
    ],
    ['does not respond', 'silent'],
    ['responds one byte at a time', 'drip'],
  ])('is reported as a failed service, without secrets, when it %s', async (_, fault) => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    service.fault = fault;
    const outcomes = await Promise.allSettled([keys.unwrap(wrapped, 'c'), keys.wrap(DATA_KEY, 'c')]);
    for (const outcome of outcomes) {
      const error = (outcome as PromiseRejectedResult).reason as KeyServiceError;
      expect(error).toBeInstanceOf(KeyServiceError);
      expect(error.code).toBe('credential_unavailable');
      expect(error.message).not.toContain('secret-of-the-service');
      expect(JSON.stringify(error)).not.toContain(DATA_KEY.toString('base64'));
    }
  });

  it('is reported as a failed service while it is unreachable, and works again afterwards', async () => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    await service.stop();
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow(KeyServiceError);
    await service.listen();
    expect(await keys.unwrap(wrapped, 'c')).toEqual(DATA_KEY);
  });
});

describe('VAULT_KEYS', () => {
  it.each([
    ['transit:http://vault.example.com/v1/transit/keys/k', 'https'],
    ['transit:https://vault.example.com/', 'URL'],
    ['transit:https://vault.example.com/v1/transit/keys/', 'URL'],
    ['transit:https://u:p@vault.example.com/v1/transit/keys/k', 'URL'],
    ['transit:nonsense', 'URL'],
    ['aws-kms:key', 'ARN'],
    ['aws-kms:arn:aws:s3:::bucket', 'ARN'],
    ['gcp-kms:key', 'name'],
    ['gcp-kms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1', 'name'],
    ['gcp-kms:projects/p/locations/l/keyRings/../cryptoKeys/k', 'name'],
    ['gcp-kms:https://cloudkms.googleapis.com/v1/projects/p/locations/l/keyRings/r/cryptoKeys/k', 'name'],
  ])('rejects %s with one line', async (setting, word) => {
    await expect(open(setting)).rejects.toThrow(new RegExp(`^VAULT_KEYS: [^\\n]*${word}[^\\n]*$`));
  });

  it('accepts several providers: the first wraps, all unwrap', async () => {
    const [file, service] = [await open(PROVIDERS[0]?.[1]() ?? ''), await open(PROVIDERS[2]?.[1]() ?? '')];
    const old = await file.wrap(DATA_KEY, 'c');
    const both = await open(`transit:${transit.keyUrl}, file:${join(folder, 'vault.key')}`, [old.kekId]);
    expect(await both.unwrap(old, 'c')).toEqual(DATA_KEY);
    expect((await both.wrap(DATA_KEY, 'c')).kekId).toBe(await service.primaryKeyId());
    await Promise.all([file.close(), service.close(), both.close()]);
  });

  it('reads the token from a file again when it is renewed', async () => {
    const file = join(folder, 'token');
    process.env['VAULT_TOKEN_FILE'] = file;
    const keys = await open(`transit:${transit.keyUrl}`);
    try {
      await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow('VAULT_TOKEN');
      writeFileSync(file, 'hvs.old\n');
      await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow('responded with status 403');
      writeFileSync(file, `${transit.token}\n`);
      expect(await keys.unwrap(await keys.wrap(DATA_KEY, 'c'), 'c')).toEqual(DATA_KEY);
    } finally {
      delete process.env['VAULT_TOKEN_FILE'];
      await keys.close();
    }
  });
});

describe('a key file', () => {
  it('is read again for the primary key and for an unknown key', async () => {
    const file = join(folder, 'growing.key');
    const [first, second] = [LocalKeyset.generateKey(), LocalKeyset.generateKey()];
    writeFileSync(file, first);
    const [one, two] = [await open(`file:${file}`), await open(`file:${file}`)];
    const old = await one.wrap(DATA_KEY, 'c');
    writeFileSync(file, `${second}\n${first}`);
    expect(await one.primaryKeyId()).not.toBe(old.kekId);
    const fresh = await one.wrap(DATA_KEY, 'c');
    for (const wrapped of [old, fresh]) expect(await two.unwrap(wrapped, 'c')).toEqual(DATA_KEY);
  });
});

describe('a deployment with a key service', () => {
  let app: TestApp;
  let api: Upstream;
  let provider: AuthorizationServer;

  beforeAll(async () => {
    const environment = { VAULT_KEYS: `transit:${transit.keyUrl}` };
    [app, api, provider] = await Promise.all([
      TestApp.start({ environment }),
      Upstream.start(),
      AuthorizationServer.start(),
    ]);
  });

  afterAll(() => Promise.all([app.stop(), api.stop(), provider.stop()]));

  it('keeps working with cached keys while the service is down, responds with 503 without them, and recovers', async () => {
    const gpt = await (await app.tenant()).gpt();
    await gpt.action(api.document(NOTES_PATHS), provider.schema());
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    await transit.stop();
    try {
      expect((await alice.calls()).body.outcome).toBe('completed');
      expect((await app.anonymous.get('/readyz')).status).toBe(503);
      // Another replica has no cached key yet, as this one would not after ten minutes.
      const replica = await app.replica({ VAULT_KEYS: `transit:${transit.keyUrl}` });
      try {
        const received = api.requests.length;
        expect(problemOf(await alice.at(replica).calls())).toBe('503 credential_unavailable');
        expect(api.requests).toHaveLength(received);
        expect((await alice.connection()).status).toBe('active');
        await transit.listen();
        expect((await alice.at(replica).calls()).body.outcome).toBe('completed');
        expect((await replica.anonymous.get('/readyz')).status).toBe(200);
      } finally {
        await replica.stop();
      }
    } finally {
      await transit.listen().catch(() => undefined);
    }
    const output = app.logLines.join('') + (await app.database.dump());
    expect(output).not.toContain(transit.token);
  });

  it('is asked by /readyz at most once in ten seconds', async () => {
    const checks = async () => {
      const before = transit.requests.length;
      const answers = await Promise.all([1, 2, 3].map(() => app.anonymous.get('/readyz')));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      return transit.requests.slice(before).filter(({ path }) => path.includes('/encrypt/')).length;
    };
    app.clock.advance({ seconds: 10 });
    expect(await checks()).toBe(1);
    app.clock.advance({ seconds: 10 });
    expect(await checks()).toBe(1);
    await transit.stop();
    try {
      expect((await app.anonymous.get('/readyz')).status).toBe(200);
      app.clock.advance({ seconds: 10 });
      expect((await app.anonymous.get('/readyz')).status).toBe(503);
    } finally {
      await transit.listen();
    }
  });

  it('moves to another provider with a rotation', async () => {
    const gpt = await (await app.tenant()).gpt();
    await gpt.action(api.document(NOTES_PATHS), { type: 'api_key', auth_type: 'bearer', api_key: 'moved' });
    const file = join(folder, 'moved.key');
    writeFileSync(file, randomBytes(32).toString('base64'));
    const replica = await app.replica({ VAULT_KEYS: `file:${file},transit:${transit.keyUrl}` });
    try {
      const { id } = (await replica.operator.post('/v1/vault/rotations', { scope: 'kek' })).body;
      const rotation = await eventually(
        async () => (await replica.operator.get(`/v1/vault/rotations/${id}`)).body,
        ({ status }) => status === 'completed',
      );
      expect([rotation.progress.failed, rotation.old_keys]).toEqual([0, 0]);
      const primary = await replica.get(DataKeys).provider.primaryKeyId();
      const rows = await app.get(Database).read((manager) => manager.find(DataKey));
      expect(new Set(rows.map(({ kekId }) => kekId))).toEqual(new Set([primary]));
    } finally {
      await replica.stop();
    }
    const alone = await app.replica({ VAULT_KEYS: `file:${file}` });
    expect((await gpt.at(alone).call('listNotes')).body.outcome).toBe('completed');
    await alone.stop();
    const startupError = await app.replica({ VAULT_KEYS: `transit:${transit.keyUrl}` }).catch(formatStartupError);
    expect(startupError).toMatch(/^countersign: VAULT_KEYS: [^\n]+$/);
  });
});
