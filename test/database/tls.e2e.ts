// Needs a database server: starts two of its own, one with TLS and one without.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/index.js';
import { openDataSources } from '../../src/database/index.js';
import { AUTHORITY, KEY, LOOPBACK, VALID } from '../support/certificates.js';
import { createScratchFolder } from '../support/scratch-folder.js';
import { MariadbServer } from '../support/servers/mariadb-server.js';

const PASSWORD = 'correct horse/battery?staple';

let server: MariadbServer;
let plainServer: MariadbServer;
let folder: string;

beforeAll(async () => {
  folder = createScratchFolder();
  for (const [name, text] of Object.entries({ AUTHORITY, KEY, LOOPBACK, VALID })) writeFileSync(file(name), text);
  // A certificate for `localhost`, issued by itself.
  server = await MariadbServer.start({ ca: AUTHORITY, cert: LOOPBACK, key: KEY });
  plainServer = await MariadbServer.start();
  for (const each of [server, plainServer]) {
    await each.run(
      'CREATE DATABASE cs',
      `CREATE USER app@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`,
      `CREATE USER certified@'127.0.0.1' REQUIRE X509`,
      'GRANT ALL ON cs.* TO app@127.0.0.1, certified@127.0.0.1',
    );
  }
}, 120_000);

afterAll(async () => {
  await server.stop();
  await plainServer.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string) => join(folder, `${name}.pem`);

/** Returns the cipher of the pool's connections; empty for plain text. */
async function cipherOf(
  query: Record<string, string>,
  { port } = server,
  user = `app:${encodeURIComponent(PASSWORD)}`,
) {
  const url = `mysql://${user}@localhost:${port}/cs?${new URLSearchParams(query).toString()}`;
  const { writer } = await openDataSources(readSettings({ DATABASE_URL: url }).database, [], []);
  try {
    const [row] = (await writer.query("SHOW STATUS LIKE 'Ssl_cipher'")) as { Value: string }[];
    return row?.Value;
  } finally {
    await writer.destroy();
  }
}

describe('the connection to the database', () => {
  it.each([
    ['with ssl-mode=REQUIRED', () => ({ 'ssl-mode': 'REQUIRED' })],
    ['with ssl-mode=VERIFY_CA', () => ({ 'ssl-mode': 'VERIFY_CA', 'ssl-ca': file('LOOPBACK') })],
    [
      'with ssl-mode=VERIFY_IDENTITY and the right host name',
      () => ({ 'ssl-mode': 'VERIFY_IDENTITY', 'ssl-ca': file('LOOPBACK') }),
    ],
  ])('is encrypted %s', async (_, query) => {
    expect(await cipherOf(query())).toMatch(/^TLS_/);
  });

  it.each([
    ['without parameters', {}],
    ['with ssl-mode=DISABLED', { 'ssl-mode': 'DISABLED' }],
  ])('is not encrypted %s', async (_, query: Record<string, string>) => {
    expect(await cipherOf(query)).toBe('');
  });

  it.each([
    ['issued by another authority', () => ({ 'ssl-mode': 'VERIFY_CA', 'ssl-ca': file('AUTHORITY') })],
    ['issued by another authority', () => ({ 'ssl-mode': 'VERIFY_IDENTITY', 'ssl-ca': file('AUTHORITY') })],
    ['not issued by a public authority', () => ({ 'ssl-mode': 'VERIFY_IDENTITY' })],
  ])('is refused if the certificate of the server is %s', async (_, query) => {
    await expect(cipherOf(query())).rejects.toMatchObject({ code: 'HANDSHAKE_SSL_ERROR' });
  });

  it.each(['REQUIRED', 'VERIFY_IDENTITY'])('is refused with ssl-mode=%s if the server has no TLS', async (mode) => {
    await expect(cipherOf({ 'ssl-mode': mode }, plainServer)).rejects.toMatchObject({
      code: 'HANDSHAKE_NO_SSL_SUPPORT',
    });
  });

  it('presents the client certificate, without which the server refuses its user', async () => {
    const certificate = { 'ssl-cert': file('VALID'), 'ssl-key': file('KEY') };
    expect(await cipherOf({ 'ssl-mode': 'REQUIRED', ...certificate }, server, 'certified')).toMatch(/^TLS_/);
    await expect(cipherOf({ 'ssl-mode': 'REQUIRED' }, server, 'certified')).rejects.toMatchObject({
      code: 'ER_ACCESS_DENIED_ERROR',
    });
  });
});

describe('a server whose certificate is for another host', () => {
  let other: MariadbServer;

  beforeAll(async () => {
    other = await MariadbServer.start({ ca: AUTHORITY, cert: VALID, key: KEY });
    await other.run('CREATE DATABASE cs', `CREATE USER app@'127.0.0.1'`, 'GRANT ALL ON cs.* TO app@127.0.0.1');
  }, 120_000);

  afterAll(() => other.stop());

  it('is accepted with ssl-mode=VERIFY_CA and refused with ssl-mode=VERIFY_IDENTITY', async () => {
    const trusted = { 'ssl-ca': file('AUTHORITY') };
    expect(await cipherOf({ 'ssl-mode': 'VERIFY_CA', ...trusted }, other, 'app')).toMatch(/^TLS_/);
    await expect(cipherOf({ 'ssl-mode': 'VERIFY_IDENTITY', ...trusted }, other, 'app')).rejects.toMatchObject({
      code: 'HANDSHAKE_SSL_ERROR',
    });
  });
});
