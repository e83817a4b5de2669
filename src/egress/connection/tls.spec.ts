import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer, type Server } from 'node:net';
import { AUTHORITY, EXPIRED, KEY, SELF_SIGNED, VALID } from '../../../test/support/certificates.js';
import { EgressAllowList } from '../policy/allow-list.js';
import { Egress, type EgressRequest } from '../egress.js';

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

describe('Egress over TLS', () => {
  beforeAll(() => {
    // Must have no effect.
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  });
  afterAll(() => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });

  it('uses the host name for SNI although it connects to an address', async () => {
    await serve(VALID);
    const egress = open();
    for (let n = 0; n < 2; n++) {
      const { body, remoteAddress } = await egress.request(call('api.example.test'));
      expect(JSON.parse(body.toString())).toEqual({ host: `api.example.test:${port}`, name: 'api.example.test' });
      expect(remoteAddress).toBe('127.0.0.1');
    }
  });

  it('accepts a name with a trailing dot', async () => {
    await serve(VALID);
    expect((await open().request(call('api.example.test.'))).status).toBe(200);
  });

  it('rejects an expired certificate', async () => {
    await serve(EXPIRED);
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject(
      refusal('api.example.test', 'the certificate of api.example.test has expired'),
    );
  });

  it('rejects a self-signed certificate', async () => {
    await serve(SELF_SIGNED);
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject(
      refusal('api.example.test', 'the certificate of api.example.test is self-signed'),
    );
  });

  it('rejects a certificate for another host, even after it was valid for the first one', async () => {
    await serve(VALID);
    const egress = open();
    await egress.request(call('api.example.test'));
    for (const host of ['www.example.test', '127.0.0.1']) {
      await expect(egress.request(call(host))).rejects.toMatchObject(
        refusal(host, `the certificate of ${host} was issued for another host name`),
      );
    }
  });

  it('rejects an unknown authority', async () => {
    await serve(VALID);
    await expect(open('').request(call('api.example.test'))).rejects.toMatchObject(
      refusal(
        'api.example.test',
        expect.stringContaining('cannot be traced to a trusted authority') as unknown as string,
      ),
    );
  });

  it('rejects TLS 1.1', async () => {
    await serve(VALID, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject({ reason: 'tls' });
  });

  it('accepts TLS 1.2', async () => {
    await serve(VALID, { maxVersion: 'TLSv1.2' });
    expect((await open().request(call('api.example.test'))).status).toBe(200);
  });

  it('reports a TLS failure if the server speaks plain HTTP', async () => {
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

  it('reports a reset during the handshake', async () => {
    await listen(createTcpServer((socket) => socket.on('error', () => undefined).once('data', () => socket.destroy())));
    await expect(open().request(call('api.example.test'))).rejects.toMatchObject({
      code: 'upstream_unreachable',
      reason: 'reset',
    });
  });
});
