// Runs once: the database takes no part in what this suite tests.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/index.js';
import { UnsealError } from '../../src/vault/envelope.js';
import { KeyServiceError, type KeyProvider } from '../../src/vault/providers/key-provider.js';
import { openKeyProvider } from '../../src/vault/providers/open-key-provider.js';
import { eventually } from '../support/eventually.js';
import { GcpKmsService } from '../support/key-services/gcp-kms-service.js';
import { GoogleAccount } from '../support/key-services/google-account.js';
import type { KeyService } from '../support/key-services/service.js';
import { TransitService } from '../support/key-services/transit-service.js';

// The behavior of all providers is tested in providers.e2e.ts.

const DATA_KEY = Buffer.from('a data key of thirty-two bytes!!');

/** Four seconds and a margin for a busy machine. The client's own limit is a minute, ten with its retries. */
const MAX_DURATION_MS = 8000;

let folder: string;
let gcp: GcpKmsService;
/** The credentials file. */
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

const open = () => openKeyProvider(readSettings({ VAULT_KEYS: `gcp-kms:${gcp.name}` }), []);

describe('Google Cloud KMS', () => {
  let keys: KeyProvider;

  beforeEach(async () => {
    keys = await open();
  });

  afterEach(() => keys.close());

  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => 'none',
      (error: Error) => `${error.name} ${error.message}`,
    );

  it.each<[string, (answer: { [field: string]: unknown }) => void]>([
    ['has a wrong checksum of the ciphertext', (answer) => (answer['ciphertext'] = randomBytes(61))],
    ['has no checksum of the ciphertext', (answer) => delete answer['ciphertextCrc32c']],
    ['does not confirm the plaintext', (answer) => delete answer['verifiedPlaintextCrc32c']],
    ['does not confirm the context', (answer) => delete answer['verifiedAdditionalAuthenticatedDataCrc32c']],
    ['names the version of another key', (answer) => (answer['name'] = `${gcp.name}2/cryptoKeyVersions/1`)],
  ])('rejects an encryption whose response %s', async (_, damage) => {
    gcp.modifyResponse = damage;
    await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow(KeyServiceError);
  });

  it.each<[string, (answer: { [field: string]: unknown }) => void]>([
    ['has a wrong checksum of the plaintext', (answer) => (answer['plaintext'] = randomBytes(32))],
    ['has no checksum of the plaintext', (answer) => delete answer['plaintextCrc32c']],
  ])('reports a failed service if the response of a decryption %s', async (_, damage) => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    gcp.modifyResponse = damage;
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow(KeyServiceError);
  });

  it('reports an undecryptable key only if the service says that decryption failed', async () => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    gcp.failWith('INVALID_ARGUMENT', 'The checksum in field ciphertext_crc32c did not match.');
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow('responded with INVALID_ARGUMENT');
    gcp.failWith('INVALID_ARGUMENT', 'Decryption failed: the ciphertext is invalid.');
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow(UnsealError);
    for (const call of [() => keys.wrap(DATA_KEY, 'c'), () => keys.primaryKeyId()]) {
      await expect(call()).rejects.toThrow('responded with INVALID_ARGUMENT');
    }
    gcp.failWith('NOT_FOUND', 'Decryption failed: the ciphertext is invalid.');
    await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow('responded with NOT_FOUND');
  });

  it('fails after four seconds if no access token can be obtained', async () => {
    // A federated identity's token would be exchanged (RFC 8693) at a server that does not respond.
    const tokens = await TransitService.start();
    tokens.fault = 'silent';
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
      expect(await failureOf(keys.wrap(DATA_KEY, 'c'))).toMatch(/responded with DEADLINE_EXCEEDED$/);
      expect(Date.now() - start).toBeLessThan(MAX_DURATION_MS);
      // On a slow machine, the code that requests the token may still be loading.
      const requestedPaths = async () => tokens.requests.map(({ path }) => path);
      expect(await eventually(requestedPaths, (paths) => paths.length > 0)).toEqual(['/token']);
    } finally {
      await tokens.stop();
      writeFileSync(file, gcp.account.keyFile);
    }
    expect(await keys.unwrap(await keys.wrap(DATA_KEY, 'c'), 'c')).toEqual(DATA_KEY);
  });

  it.each<[string, KeyService['fault']]>([
    ['does not respond', 'silent'],
    ['responds one byte at a time', 'drip'],
  ])('fails after four seconds if the service %s, and works again afterwards', async (_, fault) => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    gcp.fault = fault;
    const start = Date.now();
    const all = [keys.wrap(DATA_KEY, 'c'), keys.unwrap(wrapped, 'c'), keys.primaryKeyId()];
    for (const each of all) expect(await failureOf(each)).toContain('responded with DEADLINE_EXCEEDED');
    expect(Date.now() - start).toBeLessThan(MAX_DURATION_MS);
    gcp.recover();
    expect(await keys.unwrap(wrapped, 'c')).toEqual(DATA_KEY);
  });

  it('retries calls once whose connection is lost', async () => {
    const wrapped = await keys.wrap(DATA_KEY, 'c');
    for (let round = 0; round < 5; round += 1) {
      const calls = Array.from({ length: 8 }, () => keys.unwrap(wrapped, 'c'));
      if (round % 2) await gcp.nextCall();
      gcp.disconnect();
      for (const call of calls) expect(await call).toEqual(DATA_KEY);
    }
  });

  it('sends a call twice, and no more, while the service is unavailable', async () => {
    gcp.failWith('UNAVAILABLE', 'try later');
    const before = gcp.calls;
    await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow('responded with UNAVAILABLE');
    expect(gcp.calls - before).toBe(2);
  });

  it('reads a key file that was missing or replaced', async () => {
    rmSync(file);
    try {
      await expect(keys.wrap(DATA_KEY, 'c')).rejects.toThrow('requires credentials');
      writeFileSync(file, gcp.account.keyFile);
      const wrapped = await keys.wrap(DATA_KEY, 'c');
      gcp.account = new GoogleAccount();
      await expect(keys.unwrap(wrapped, 'c')).rejects.toThrow('responded with UNAUTHENTICATED');
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
  ])('fails to start with %s=%s', async (name, value) => {
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
