import { describe, expect, it, jest } from '@jest/globals';
import { createServer as createTlsServer } from 'node:https';
import { AUTHORITY, EXPIRED, KEY, LOOPBACK, VALID } from '../../../test/support/certificates.js';
import { ConnectProxy, type ConnectProxyOptions } from '../../../test/support/connect-proxy.js';
import {
  closeAfterTest,
  listen,
  openEgress,
  requestTo,
  serve,
  serveRaw,
  unusedUrl,
} from '../../../test/support/egress-servers.js';
import { eventually } from '../../../test/support/eventually.js';
import type { EgressProxySettings } from '../../config/index.js';
import type { Egress, EgressOptions } from '../egress.js';
import type { Lookup } from '../lookup/system-lookup.js';
import { EgressAllowList } from '../policy/allow-list.js';

const URL_OF_HOST = 'https://api.example.test/path?q=1';
const AUTHORIZATION = `Basic ${Buffer.from('bot:s3cret').toString('base64')}`;

/** Starts a TLS server that answers with its SNI name and the request's `Host`. @returns its port */
function serveTls(cert = VALID): Promise<number> {
  return listen(
    createTlsServer({ cert, key: KEY }, (request, response) => {
      const { servername } = request.socket as { servername?: string };
      response.end(JSON.stringify({ servername, host: request.headers.host, url: request.url }));
    }),
  );
}

async function startProxy(options: ConnectProxyOptions = {}, port?: number): Promise<ConnectProxy> {
  const proxy = await ConnectProxy.start(port ?? (await serveTls()), options);
  closeAfterTest(() => proxy.stop());
  return proxy;
}

const publicLookup: Lookup = async () => [{ address: '93.184.216.34', family: 4 }];

function through(
  { port, ...proxy }: Partial<EgressProxySettings> & { port: number },
  more: Partial<EgressOptions> = {},
): Egress {
  const settings = { secure: false, host: '127.0.0.1', port, ...proxy };
  return openEgress({
    allow: EgressAllowList.parse(''),
    lookup: publicLookup,
    ca: AUTHORITY,
    proxy: settings,
    ...more,
  });
}

describe('Egress with a proxy', () => {
  it('opens a tunnel to the checked address, and verifies the certificate for the name', async () => {
    const proxy = await startProxy();
    const { body, status } = await through(proxy).request(requestTo(URL_OF_HOST));
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toEqual({
      servername: 'api.example.test',
      host: 'api.example.test',
      url: '/path?q=1',
    });
    expect(proxy.requests).toEqual([{ target: '93.184.216.34:443', headers: { host: '93.184.216.34:443' } }]);
  });

  it('reuses a tunnel for the next request to the host', async () => {
    const proxy = await startProxy();
    const egress = through(proxy);
    for (let n = 0; n < 3; n++) {
      await egress.request(requestTo(URL_OF_HOST));
      await new Promise(setImmediate);
    }
    expect(proxy.targets).toHaveLength(1);
  });

  it('reaches the proxy itself over TLS, verified for its own name', async () => {
    const proxy = await startProxy({ tls: { cert: LOOPBACK, key: KEY }, authorization: AUTHORIZATION });
    const settings = { secure: true, port: proxy.port, authorization: AUTHORIZATION };
    const ca = `${AUTHORITY}\n${LOOPBACK}`;
    expect((await through(settings, { ca }).request(requestTo(URL_OF_HOST))).status).toBe(200);
    expect(proxy.targets).toEqual(['93.184.216.34:443']);
    await expect(through(settings).request(requestTo(URL_OF_HOST))).rejects.toMatchObject({
      reason: 'proxy',
      message: 'the certificate of the outgoing proxy is self-signed',
    });
  });

  it('resolves the name of the proxy', async () => {
    const proxy = await startProxy();
    const lookup: Lookup = async (name) => [
      { address: name === 'proxy.internal' ? '127.0.0.1' : '93.184.216.34', family: 4 },
    ];
    const egress = through({ port: proxy.port, host: 'proxy.internal' }, { lookup });
    expect((await egress.request(requestTo(URL_OF_HOST))).status).toBe(200);
  });

  it('writes IPv6 addresses in brackets', async () => {
    const proxy = await startProxy();
    const lookup: Lookup = async () => [{ address: '2606:4700:4700::1111', family: 6 }];
    await through(proxy, { lookup }).request(requestTo(URL_OF_HOST));
    expect(proxy.targets).toEqual(['[2606:4700:4700::1111]:443']);
  });

  it('rejects the certificate of another host, and an expired one', async () => {
    const other = requestTo('https://www.example.test/');
    await expect(through(await startProxy()).request(other)).rejects.toMatchObject({
      reason: 'tls',
      message: 'the certificate of www.example.test was issued for another host name',
    });
    const expired = await startProxy({}, await serveTls(EXPIRED));
    await expect(through(expired).request(requestTo(URL_OF_HOST))).rejects.toMatchObject({
      reason: 'tls',
      message: 'the certificate of api.example.test has expired',
    });
  });

  it('denies private addresses before it asks the proxy', async () => {
    const proxy = await startProxy();
    const lookup: Lookup = async () => [{ address: '10.0.0.1', family: 4 }];
    for (const url of ['https://rebind.example.test/', 'https://169.254.169.254/', 'http://api.example.test/']) {
      await expect(through(proxy, { lookup }).request(requestTo(url))).rejects.toMatchObject({ code: 'egress_denied' });
    }
    expect(proxy.requests).toEqual([]);
  });

  it('reaches listed hosts and listed addresses directly', async () => {
    const proxy = await startProxy();
    const url = await serve((_, response) => void response.end('direct'));
    const port = new URL(url).port;
    const lookup: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    for (const allow of ['127.0.0.0/8', `named.example.test:${port}`]) {
      const egress = through(proxy, { lookup, allow: EgressAllowList.parse(allow), proxyResolves: true });
      const { body } = await egress.request(requestTo(`http://named.example.test:${port}/`));
      expect(body.toString()).toBe('direct');
    }
    expect(proxy.requests).toEqual([]);
  });

  it('tries the next address if the proxy cannot connect to one', async () => {
    const proxy = await startProxy({ answer: (target) => (target.startsWith('[') ? 502 : 200) });
    const lookup: Lookup = async () => [
      { address: '2606:4700:4700::1111', family: 6 },
      { address: '93.184.216.34', family: 4 },
    ];
    expect((await through(proxy, { lookup }).request(requestTo(URL_OF_HOST))).status).toBe(200);
    expect(proxy.targets).toEqual(['[2606:4700:4700::1111]:443', '93.184.216.34:443']);
  });
});

describe('EGRESS_PROXY_RESOLVES', () => {
  it('sends the name without a lookup, and still verifies the certificate', async () => {
    const proxy = await startProxy();
    const lookup = jest.fn<Lookup>();
    const egress = through(proxy, { lookup, proxyResolves: true });
    expect((await egress.request(requestTo(URL_OF_HOST))).status).toBe(200);
    expect(proxy.targets).toEqual(['api.example.test:443']);
    await expect(egress.request(requestTo('https://www.example.test/'))).rejects.toMatchObject({ reason: 'tls' });
    expect(lookup).not.toHaveBeenCalled();
  });

  it('still denies what the URL itself shows to be private', async () => {
    const proxy = await startProxy();
    const egress = through(proxy, { proxyResolves: true });
    for (const url of ['https://127.0.0.1/', 'https://[::1]/', 'https://metadata.internal/', 'https://x.test:8443/']) {
      await expect(egress.request(requestTo(url))).rejects.toMatchObject({ code: 'egress_denied' });
    }
    expect(proxy.requests).toEqual([]);
  });
});

describe('a proxy that does not work', () => {
  const failure = (egress: Egress) => egress.request(requestTo(URL_OF_HOST)).catch((error: unknown) => error);

  it('is reported as a failure of the proxy and not of the host, without its address or credentials', async () => {
    const authorization = AUTHORIZATION;
    const refused = through({ port: Number(new URL(await unusedUrl()).port), authorization });
    const silent = await startProxy({ answer: () => 'silence' });
    const cases: [Egress, string, string][] = [
      [refused, 'proxy', 'the outgoing proxy did not accept the connection (ECONNREFUSED)'],
      [
        through({ port: silent.port, authorization }, { connectTimeoutMs: 100 }),
        'connect',
        'api.example.test was not reached through the outgoing proxy within 100 ms',
      ],
    ];
    for (const [egress, reason, message] of cases) {
      expect(await failure(egress)).toMatchObject({ code: 'upstream_unreachable', reason, message });
    }
  });

  it('fails at once if it requires other credentials, whatever the number of addresses', async () => {
    const proxy = await startProxy({ authorization: AUTHORIZATION });
    const lookup: Lookup = async () => ['1.1.1.1', '8.8.8.8'].map((address) => ({ address, family: 4 as const }));
    const wrong = `Basic ${Buffer.from('bot:wr0ng').toString('base64')}`;
    for (const settings of [{ port: proxy.port }, { port: proxy.port, authorization: wrong }]) {
      proxy.requests.length = 0;
      expect(await failure(through(settings, { lookup }))).toMatchObject({
        reason: 'proxy',
        host: 'api.example.test',
        message: 'the outgoing proxy requires other credentials (407); check user name and password in EGRESS_PROXY',
      });
      expect(proxy.requests).toHaveLength(1);
    }
    const right = through({ port: proxy.port, authorization: AUTHORIZATION });
    expect((await right.request(requestTo(URL_OF_HOST))).status).toBe(200);
  });

  it.each([
    [403, 'the outgoing proxy refused to connect to api.example.test (403)'],
    [502, 'the outgoing proxy could not connect to api.example.test (502)'],
    [504, 'the outgoing proxy could not connect to api.example.test (504)'],
  ])('reports status %d of the proxy', async (status, message) => {
    const proxy = await startProxy({ answer: () => status });
    expect(await failure(through(proxy))).toMatchObject({ reason: 'connect', message });
    await eventually(
      () => proxy.openConnections,
      (count) => count === 0,
    );
  });

  it.each([
    ['closes the connection', ''],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['sends a head without an end', `HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(20_000)}`],
  ])('is reported if it %s', async (_, words) => {
    const url = await serveRaw((socket) => (words === '' ? socket.destroy() : socket.write(words)));
    const error = await failure(through({ port: Number(new URL(url).port), authorization: AUTHORIZATION }));
    expect(error).toMatchObject({ reason: 'proxy', message: expect.stringContaining('the outgoing proxy') });
    expect(String(error)).not.toContain(AUTHORIZATION.slice(6));
  });

  it('leaves no connection open of an attempt that was not needed, or after the egress was closed', async () => {
    const proxy = await startProxy({ answer: (target) => (target.startsWith('1.') ? 'silence' : 200) });
    const lookup: Lookup = async () => ['1.1.1.1', '8.8.8.8'].map((address) => ({ address, family: 4 as const }));
    const egress = through(proxy, { lookup });
    expect((await egress.request(requestTo(URL_OF_HOST))).status).toBe(200);
    await eventually(
      () => proxy.openConnections,
      (count) => count === 2,
    );
    await egress.close();
    await eventually(
      () => proxy.openConnections,
      (count) => count === 0,
    );
  });
});
