import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server } from 'node:net';
import { EgressAllowList } from './allow-list.js';
import { Egress, type EgressRequest } from './egress.js';

/*
 * Made for these tests and good for nothing else: an authority (until 2126), and for `api.example.test`, all with one key, a certificate of
 * this authority (2020 to 2120), an expired one (2000), and a self-signed one (until 2126).
 */
const AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIBojCCAUegAwIBAgIUH96BJv/kQC7gRuo5C6WHPKhauY4wCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwaQ291bnRlcnNpZ24gdGVzdCBhdXRob3JpdHkwIBcNMjYxMTIz
MTgwMDI1WhgPMjEyNjEwMzAxODAwMjVaMCUxIzAhBgNVBAMMGkNvdW50ZXJzaWdu
IHRlc3QgYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6frNaxag
l6Y2wbw9BbcExOIAT+yfdzzysZVvX9jAm2hCawyQJGno7MbZX4riDMDi2g7eU4PY
TzAHGNaNcsZzgaNTMFEwHQYDVR0OBBYEFDebsNBF5As2C87K4qhx0od+BtkOMB8G
A1UdIwQYMBaAFDebsNBF5As2C87K4qhx0od+BtkOMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSQAwRgIhAPnlo6YEWNRQGnbKBKbdFwGBjYIZi18KoKTnNr+D
t8GiAiEAxQbS/pfYzWAQWi5j56TyVwG0GruVIKsA07UejmAJnnU=
-----END CERTIFICATE-----`;

const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgY1rsQ1rXcd36xh68
GgM0E04fYYkNe6jEjOU4rBv4nhKhRANCAARJXODV/WjqMfk7IhOG71kcsS9lrGQv
YqU1n6RVI47Sp+rzsac/5KGqv57CvNHhLATiw4RN9tnMEpEhyLNyW2bY
-----END PRIVATE KEY-----`;

const VALID = `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIBATAKBggqhkjOPQQDAjAlMSMwIQYDVQQDDBpDb3VudGVy
c2lnbiB0ZXN0IGF1dGhvcml0eTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAw
MDAwMFowGzEZMBcGA1UEAwwQYXBpLmV4YW1wbGUudGVzdDBZMBMGByqGSM49AgEG
CCqGSM49AwEHA0IABElc4NX9aOox+TsiE4bvWRyxL2WsZC9ipTWfpFUjjtKn6vOx
pz/koaq/nsK80eEsBOLDhE322cwSkSHIs3JbZtijXzBdMBsGA1UdEQQUMBKCEGFw
aS5leGFtcGxlLnRlc3QwHQYDVR0OBBYEFGz6XwKTFJLaOmOSWORP5Dek9fZmMB8G
A1UdIwQYMBaAFDebsNBF5As2C87K4qhx0od+BtkOMAoGCCqGSM49BAMCA0cAMEQC
IHUHqyD603V8RRPhq3qToQTw+UmgCfns5rRCaphDDIflAiBRdf39IJSWVb1JqXHv
KCDIc/P6BsNK7mzEl/vc/WT7Dg==
-----END CERTIFICATE-----`;

const EXPIRED = `-----BEGIN CERTIFICATE-----
MIIBjjCCATSgAwIBAgIBAjAKBggqhkjOPQQDAjAlMSMwIQYDVQQDDBpDb3VudGVy
c2lnbiB0ZXN0IGF1dGhvcml0eTAeFw0wMDAxMDEwMDAwMDBaFw0wMTAxMDEwMDAw
MDBaMBsxGTAXBgNVBAMMEGFwaS5leGFtcGxlLnRlc3QwWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAARJXODV/WjqMfk7IhOG71kcsS9lrGQvYqU1n6RVI47Sp+rzsac/
5KGqv57CvNHhLATiw4RN9tnMEpEhyLNyW2bYo18wXTAbBgNVHREEFDASghBhcGku
ZXhhbXBsZS50ZXN0MB0GA1UdDgQWBBRs+l8CkxSS2jpjkljkT+Q3pPX2ZjAfBgNV
HSMEGDAWgBQ3m7DQReQLNgvOyuKocdKHfgbZDjAKBggqhkjOPQQDAgNIADBFAiBl
W/b9k0bW0ObAVybyu1O3uMO7SObVE/EQeV16cN0U8QIhAMEj9Gx1haagL0BG/cyQ
yC1ftzeHW4ZXGnWzI8aY0GwQ
-----END CERTIFICATE-----`;

const SELF_SIGNED = `-----BEGIN CERTIFICATE-----
MIIBqTCCAVCgAwIBAgIUULGqSpB3g+r1mVUFzHUbPoymL7AwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQYXBpLmV4YW1wbGUudGVzdDAgFw0yNjExMjMxODAwMjVaGA8y
MTI2MTAzMDE4MDAyNVowGzEZMBcGA1UEAwwQYXBpLmV4YW1wbGUudGVzdDBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABElc4NX9aOox+TsiE4bvWRyxL2WsZC9ipTWf
pFUjjtKn6vOxpz/koaq/nsK80eEsBOLDhE322cwSkSHIs3JbZtijcDBuMB0GA1Ud
DgQWBBRs+l8CkxSS2jpjkljkT+Q3pPX2ZjAfBgNVHSMEGDAWgBRs+l8CkxSS2jpj
kljkT+Q3pPX2ZjAPBgNVHRMBAf8EBTADAQH/MBsGA1UdEQQUMBKCEGFwaS5leGFt
cGxlLnRlc3QwCgYIKoZIzj0EAwIDRwAwRAIgOb1hjvc12T9K/7aGVV8q8zcX4d3V
HoqA5GPcsMZnQfECIAepHGZyV/Q7NwbmdoGr8tVzLPrqWrcEfkzq6qGuo3Eo
-----END CERTIFICATE-----`;

const closers: (() => Promise<unknown>)[] = [];
let port = 0;

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  port = (server.address() as AddressInfo).port;
}

async function serve(cert: string, more: object = {}): Promise<void> {
  const server = createServer({ cert, key: KEY, ...more }, (request, response) => {
    response.end(
      JSON.stringify({ host: request.headers.host, name: (request.socket as { servername?: string }).servername }),
    );
  });
  await listen(server);
  closers.push(async () => server.closeAllConnections());
}

function open(ca: string | undefined = AUTHORITY): Egress {
  const lookup = async () => [{ address: '127.0.0.1', family: 4 as const }];
  const egress = new Egress({ allow: EgressAllowList.parse('127.0.0.1'), lookup, ...(ca && { ca }) });
  closers.push(() => egress.close());
  return egress;
}

const call = (host: string): EgressRequest => ({
  url: `https://${host}:${port}/?s3cret`,
  timeoutMs: 20_000,
  maxResponseBytes: 10_000,
});

const refusal = (host: string, message: string) => ({ code: 'upstream_unreachable', reason: 'tls', host, message });

describe('TLS', () => {
  beforeAll(() => {
    // What must change nothing.
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  });
  afterAll(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });

  it('is made with the name although the connection goes to the number', async () => {
    await serve(VALID);
    const egress = open();
    for (let n = 0; n < 2; n++) {
      const { body, remoteAddress } = await egress.request(call('api.example.test'));
      expect(JSON.parse(body.toString())).toEqual({ host: `api.example.test:${port}`, name: 'api.example.test' });
      expect(remoteAddress).toBe('127.0.0.1');
    }
  });

  it('takes a name with a final dot', async () => {
    await serve(VALID);
    expect((await open().request(call('api.example.test.'))).status).toBe(200);
  });

  it('refuses an expired certificate', async () => {
    await serve(EXPIRED);
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject(
      refusal('api.example.test', 'the certificate of api.example.test has expired'),
    );
  });

  it('refuses a self-signed certificate', async () => {
    await serve(SELF_SIGNED);
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject(
      refusal('api.example.test', 'the certificate of api.example.test is self-signed'),
    );
  });

  it('refuses a certificate for another host, also after it was right for the first', async () => {
    await serve(VALID);
    const egress = open();
    await egress.request(call('api.example.test'));
    for (const host of ['www.example.test', '127.0.0.1']) {
      await expect(egress.request(call(host))).rejects.toMatchObject(
        refusal(host, `the certificate of ${host} was issued for another host name`),
      );
    }
  });

  it('refuses an authority that nobody knows', async () => {
    await serve(VALID);
    await expect(open('').request(call('api.example.test'))).rejects.toMatchObject(
      refusal(
        'api.example.test',
        expect.stringContaining('cannot be traced to a trusted authority') as unknown as string,
      ),
    );
  });

  it('refuses TLS 1.1', async () => {
    await serve(VALID, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject({ reason: 'tls' });
  });

  it('takes TLS 1.2', async () => {
    await serve(VALID, { maxVersion: 'TLSv1.2' });
    expect((await open().request(call('api.example.test'))).status).toBe(200);
  });

  it('is not what a plain server speaks', async () => {
    await listen(
      createTcpServer((socket) =>
        socket
          .resume()
          .on('error', () => undefined)
          .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      ),
    );
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject({
      reason: 'tls',
      message: expect.stringContaining('no secure connection to api.example.test'),
    });
  });

  it('may be cut off in the handshake', async () => {
    await listen(createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => socket.destroy())));
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject({
      code: 'upstream_unreachable',
      reason: 'reset',
    });
  });
});
