import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseUrlError, parseDatabaseUrl } from './database-url.js';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  for (const name of ['ca', 'cert', 'key']) writeFileSync(join(folder, name), `${PEM}${name}`);
  writeFileSync(join(folder, 'der'), Buffer.from([0x30, 0x82]));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const parse = (query: string, host = 'db') =>
  parseDatabaseUrl(`mysql://u:p@${host}/cs?${query.replaceAll('@', `${folder}/`)}`);

describe('the parameters of DATABASE_URL', () => {
  it('have defaults', () => {
    expect(parse('')).toEqual({
      kind: 'mysql',
      host: 'db',
      port: 3306,
      user: 'u',
      password: 'p',
      database: 'cs',
      poolSize: 10,
      connectTimeoutMs: 10_000,
    });
  });

  it('set the size of the pool and the connect timeout in seconds', () => {
    expect(parse('pool-size=25&connect-timeout=3')).toMatchObject({ poolSize: 25, connectTimeoutMs: 3000 });
  });

  it.each([
    ['ssl-mode=REQUIRED', {}],
    ['ssl-mode=required', {}],
    ['ssl-mode=VERIFY_CA&ssl-ca=@ca', { verify: 'chain', ca: `${PEM}ca` }],
    ['ssl-mode=VERIFY_IDENTITY', { verify: 'identity' }],
    [
      'ssl-mode=VERIFY_IDENTITY&ssl-ca=@ca&ssl-cert=@cert&ssl-key=@key',
      { verify: 'identity', ca: `${PEM}ca`, cert: `${PEM}cert`, key: `${PEM}key` },
    ],
    ['ssl-mode=DISABLED', undefined],
  ])('%s configure TLS', (query, tls) => {
    expect(parse(query)).toHaveProperty('kind', 'mysql');
    expect((parse(query) as { tls?: object }).tls).toEqual(tls);
  });

  it.each([
    ['sslmode=REQUIRED', /^parameter 1 is unknown; the parameters are ssl-mode, /],
    ['pool-size=3&timezone=Z', /^parameter 2 is unknown/],
    ['ssl-mode=REQUIRED&ssl-mode=DISABLED', /^ssl-mode is given twice/],
    ['ssl-mode=PREFERRED', /^ssl-mode=PREFERRED is not supported: .*use REQUIRED/],
    ['ssl-mode=on', /^ssl-mode must be one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY$/],
    ['ssl-mode=VERIFY_CA', /^ssl-mode=VERIFY_CA needs ssl-ca/],
    ['ssl-ca=@ca', /^ssl-ca has no effect without ssl-mode=VERIFY_CA/],
    ['ssl-mode=REQUIRED&ssl-ca=@ca', /^ssl-ca has no effect/],
    ['ssl-mode=REQUIRED&ssl-cert=@cert', /^ssl-cert and ssl-key need each other/],
    ['ssl-cert=@cert&ssl-key=@key', /^ssl-cert and ssl-key have no effect/],
    ['ssl-mode=VERIFY_CA&ssl-ca=@none', /^the file of ssl-ca cannot be read \(ENOENT\)$/],
    ['ssl-mode=VERIFY_CA&ssl-ca=@der', /^the file of ssl-ca is not in PEM format/],
    ['pool-size=1', /^pool-size must be an integer from 2 to 1000/],
    ['pool-size=ten', /^pool-size must be an integer/],
    ['pool-size=', /^pool-size must be an integer/],
    ['connect-timeout=0', /^connect-timeout must be an integer from 1 to 60/],
    ['connect-timeout=1.5', /^connect-timeout must be an integer/],
  ])('are refused if they are wrong: %s', (query, message) => {
    expect(() => parse(query)).toThrow(message);
    expect(() => parse(query)).toThrow(DatabaseUrlError);
  });

  it.each(['127.0.0.1', '[::1]'])('cannot verify the identity of the address %s', (host) => {
    expect(() => parse('ssl-mode=VERIFY_IDENTITY', host)).toThrow(/needs a host name, not an address/);
  });

  it.each([
    'mysql://u:hun?ter2&x=secret@db/cs',
    'mysql://u:1234/x?hunter2@db:3306/cs',
    'mysql://u:1234/x?a=hunter2@db:3306/cs',
    'mysql://u:hun#ter2@db/cs',
    'mysql://u:1234/x#hunter2@db/cs',
    'mysql://u:%hunter2@db/cs',
    'mysql://u:hunter2@db/cs?password=hunter2',
    'mysql://u:hunter2@db/cs?hunter2=x',
    'mysql://u:hunter2@db/cs?ssl-mode=hunter2',
    'mysql://u:hunter2@db/cs?pool-size=hunter2',
    'mysql://u:hunter2@db/cs?ssl-mode=VERIFY_CA&ssl-ca=/hunter2',
    'mysql://u:hunter2@db/%E0%A4%A',
  ])('never appear in an error, so that no part of a password does: %s', (url) => {
    let message = '';
    try {
      parseDatabaseUrl(url);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).not.toBe('');
    expect(message).not.toMatch(/hun|ter2/);
  });
});
