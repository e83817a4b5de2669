// Runs once: the database takes no part in what this suite tests.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/index.js';
import { SealBrokenError } from '../../src/vault/envelope.js';
import { KeyServiceError, type KeyProvider } from '../../src/vault/providers/key-provider.js';
import { openKeys } from '../../src/vault/providers/open-keys.js';
import { eventually } from '../support/eventually.js';
import { GcpKmsService } from '../support/key-services/gcp-kms-service.js';
import { GoogleAccount } from '../support/key-services/google-account.js';
import type { KeyService } from '../support/key-services/service.js';
import { TransitService } from '../support/key-services/transit-service.js';

// What all providers do is in providers.e2e.ts.

const DATA_KEY = Buffer.from('a data key of thirty-two bytes!!');

/** Four seconds, and what a busy machine adds; the client's own limit is a minute, with its retries ten. */
const LONGEST_MS = 8000;

let folder: string;
let gcp: GcpKmsService;
/** Of the credentials. */
let file: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-gcp-kms-'));
  gcp = await GcpKmsService.start();
  const environment = gcp.environment(folder);
  Object.assign(process.env, environment);
  file = environment.GOOGLE_APPLICATION_CREDENTIALS;
});

afterAll(async () => {
  await gcp.stop();
  rmSync(folder, { recursive: true });
});

afterEach(() => gcp.recover());

const open = () => openKeys(readSettings({ VAULT_KEYS: `gcp-kms:${gcp.name}` }), []);

describe('Google Cloud KMS', () => {
  let keys: KeyProvider;

  beforeEach(async () => {
    keys = await open();
  });

  afterEach(() => keys.close());

  const failure = (doing: Promise<unknown>) =>
    doing.then(
      () => 'none',
      (error: Error) => `${error.name} ${error.message}`,
    );

  it.each<[string, (answer: { [field: string]: unknown }) => void]>([
    ['a ciphertext that its checksum does not fit', (answer) => (answer['ciphertext'] = randomBytes(61))],
    ['a ciphertext without a checksum', (answer) => delete answer['ciphertextCrc32c']],
    ['that it did not verify the plaintext', (answer) => delete answer['verifiedPlaintextCrc32c']],
    ['that it did not verify the context', (answer) => delete answer['verifiedAdditionalAuthenticatedDataCrc32c']],
    ['with the version of another key', (answer) => (answer['name'] = `${gcp.name}2/cryptoKeyVersions/1`)],
  ])('that answers %s has wrapped nothing', async (_, damage) => {
    gcp.damage = damage;
    await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow(KeyServiceError);
  });

  it.each<[string, (answer: { [field: string]: unknown }) => void]>([
    ['that its checksum does not fit', (answer) => (answer['plaintext'] = randomBytes(32))],
    ['without a checksum', (answer) => delete answer['plaintextCrc32c']],
  ])('that answers a plaintext %s says nothing of what is wrapped', async (_, damage) => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    gcp.damage = damage;
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow(KeyServiceError);
  });

  it('is not heard on a seal but where it says that it decrypted', async () => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    gcp.refuses('INVALID_ARGUMENT', 'The checksum in field ciphertext_crc32c did not match.');
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow('answered INVALID_ARGUMENT');
    gcp.refuses('INVALID_ARGUMENT', 'Decryption failed: the ciphertext is invalid.');
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow(SealBrokenError);
    for (const doing of [() => keys.wrap(DATA_KEY, 'c'), () => keys.currentKeyId()]) {
      await expect(doing()).rejects.toThrow('answered INVALID_ARGUMENT');
    }
    gcp.refuses('NOT_FOUND', 'Decryption failed: the ciphertext is invalid.');
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow('answered NOT_FOUND');
  });

  it('holds nobody for longer than four seconds where no token can be had', async () => {
    // Another identity's token would be exchanged (RFC 8693) at a server that says nothing.
    const tokens = await TransitService.start();
    tokens.trouble = 'silent';
    const federated = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${tokens.url}/token`,
      credential_source: { file },
    };
    writeFileSync(file, JSON.stringify(federated));
    try {
      const start = Date.now();
      expect(await failure(keys.wrap(DATA_KEY, 'c'))).toMatch(/answered DEADLINE_EXCEEDED$/);
      expect(Date.now() - start).toBeLessThan(LONGEST_MS);
      // Where processors are scarce, what asks for a token is still being loaded.
      const asked = async () => tokens.requests.map(({ path }) => path);
      expect(await eventually(asked, (paths) => paths.length > 0)).toEqual(['/token']);
    } finally {
      await tokens.stop();
      writeFileSync(file, gcp.account.keyFile);
    }
    expect(await keys.unwrap(await keys.wrap(DATA_KEY, 'c'), 'c')).toEqual(DATA_KEY);
  });

  it.each<[string, KeyService['trouble']]>([
    ['says nothing', 'silent'],
    ['drips', 'drip'],
  ])('that %s holds nobody for longer than four seconds, and works again at once', async (_, trouble) => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    gcp.trouble = trouble;
    const start = Date.now();
    const all = [keys.wrap(DATA_KEY, 'c'), keys.unwrap(wrapped, 'c'), keys.currentKeyId()];
    for (const each of all) expect(await failure(each)).toContain('answered DEADLINE_EXCEEDED');
    expect(Date.now() - start).toBeLessThan(LONGEST_MS);
    gcp.recover();
    expect(await keys.unwrap(wrapped, 'c')).toEqual(DATA_KEY);
  });

  it('that loses connections under way is asked once more, and no call of another is lost', async () => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    for (let round = 0; round < 5; round += 1) {
      const calls = Array.from({ length: 8 }, () => keys.unwrap(wrapped, 'c'));
      if (round % 2) await gcp.called();
      gcp.disconnect();
      for (const call of calls) expect(await call).toEqual(DATA_KEY);
    }
  });

  it('that is unavailable is asked twice, and no more', async () => {
    gcp.refuses('UNAVAILABLE', 'try later');
    const before = gcp.calls;
    await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow('answered UNAVAILABLE');
    expect(gcp.calls - before).toBe(2);
  });

  it('takes a key file that was not there, and one that was replaced', async () => {
    rmSync(file);
    try {
      await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow('needs credentials');
      writeFileSync(file, gcp.account.keyFile);
      const wrapped = await keys.wrap(DATA_KEY, 'c');
      gcp.account = new GoogleAccount();
      await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow('answered UNAUTHENTICATED');
      writeFileSync(file, gcp.account.keyFile);
      expect(await keys.unwrap(wrapped, 'c')).toEqual(DATA_KEY);
    } finally {
      writeFileSync(file, gcp.account.keyFile);
    }
  });

  it.each([
    ['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS', 'http://127.0.0.1:8080/'],
    ['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS', 'https://kms.example.com/v1/'],
    ['CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS', 'kms.example.com'],
    ['GOOGLE_SDK_NODE_LOGGING', 'all'],
  ])('does not start with %s=%s', async (name, value) => {
    const before = process.env[name];
    process.env[name] = value;
    try {
      await expect(open()).rejects.toThrow(new RegExp(`^VAULT_KEYS: gcp-kms: [^\\n]*${name}[^\\n]*$`));
    } finally {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
  });
});
