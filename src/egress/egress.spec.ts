import { describe, expect, it, jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { bodyOf, deferred, openEgress, requestTo, serve } from '../../test/support/egress-servers.js';
import type { Lookup } from './lookup/system-lookup.js';
import { EgressAllowList } from './policy/allow-list.js';

describe('Egress.request', () => {
  it('sends method, path, query, headers and body, and returns the response', async () => {
    const url = await serve(async (request, response) => {
      const body = await bodyOf(request);
      response.setHeader('x-many', ['a', 'b']);
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.writeHead(418, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
    const egress = openEgress({ userAgent: 'Countersign/1.2.3' });
    const response = await egress.request(
      requestTo(`${url}/a%2Fb?c=%20d#e`, { method: 'put', headers: { 'X-Key': 'v' }, body: 'gefüllt' }),
    );
    const seen = JSON.parse(response.body.toString());
    expect(seen).toMatchObject({ method: 'PUT', url: '/a%2Fb?c=%20d', body: 'gefüllt' });
    expect(seen.headers).toMatchObject({
      'x-key': 'v',
      host: url.slice('http://'.length),
      'user-agent': 'Countersign/1.2.3',
      'accept-encoding': 'gzip, br',
      'content-length': '8',
    });
    expect(response).toMatchObject({ status: 418, truncated: false, remoteAddress: '127.0.0.1' });
    expect(response.headers).toMatchObject({ 'x-many': 'a, b', 'content-type': 'application/json' });
    expect(response.headers).not.toHaveProperty('set-cookie');
  });

  it('keeps user-agent and accept-encoding that the caller sets', async () => {
    const url = await serve((request, response) => void response.end(JSON.stringify(request.headers)));
    const headers = { 'User-Agent': 'mine', 'Accept-Encoding': 'identity' };
    const seen = JSON.parse((await openEgress().request(requestTo(url, { headers }))).body.toString());
    expect(seen).toMatchObject({ 'user-agent': 'mine', 'accept-encoding': 'identity' });
  });

  it('sends a view of a larger buffer', async () => {
    const url = await serve(async (request, response) => void response.end(await bodyOf(request)));
    const body = new TextEncoder().encode('abcdef').subarray(2, 4);
    expect((await openEgress().request(requestTo(url, { method: 'POST', body }))).body.toString()).toBe('cd');
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('reads no body of a response to %s with status %d', async (method, status) => {
    const url = await serve((_, response) => {
      response
        .writeHead(status, status === 204 ? {} : { 'content-encoding': 'gzip', 'content-length': '2000000' })
        .end();
    });
    const answer = await openEgress().request(requestTo(url, { method }));
    expect(answer.status).toBe(status);
    expect(answer.body).toHaveLength(0);
  });

  it('skips informational responses', async () => {
    const url = await serve((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.end('done');
    });
    expect(await openEgress().request(requestTo(url))).toMatchObject({ status: 200, body: Buffer.from('done') });
  });

  it('reuses connections', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const lookup = jest.fn<Lookup>(async () => [{ address: '127.0.0.1', family: 4 }]);
    const egress = openEgress({ lookup });
    const named = url.replace('127.0.0.1', 'api.example.test');
    for (let n = 0; n < 5; n++) {
      expect((await egress.request(requestTo(named))).remoteAddress).toBe('127.0.0.1');
      // A connection is reusable in the next turn of the event loop, so that a close by the server is noticed.
      await new Promise(setImmediate);
    }
    expect(ports.size).toBe(1);
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it.each([
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Keep-Alive',
    'Upgrade',
    'TE',
    'Trailer',
    'Expect',
    'Proxy-Authorization',
    'proxy-connection',
    'Forwarded',
    'X-Forwarded-For',
    'x-forwarded-host',
  ])('throws a TypeError for the reserved header %s', async (name) => {
    await expect(
      openEgress().request(requestTo('http://127.0.0.1:9/', { headers: { [name]: 's3cret' } })),
    ).rejects.toThrow(TypeError);
  });

  it.each<Record<string, string>>([
    { 'x-key': 's3cret\r\nx: y' },
    { 'x-key': 's3cret\u0000' },
    { 'x-key': 's3cret☃' },
    { 'x key': 's3cret' },
  ])('throws a TypeError that quotes no value for an invalid header: %j', async (headers) => {
    const url = await serve((_, response) => void response.end());
    const failure = await openEgress()
      .request(requestTo(url, { headers }))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).not.toContain('s3cret');
  });

  it.each(['CONNECT', 'trace', 'GET /x', ''])('throws a TypeError for the method %j', async (method) => {
    await expect(openEgress().request(requestTo('http://127.0.0.1:9/', { method }))).rejects.toThrow(TypeError);
  });
});

describe('the egress policy', () => {
  it('denies a target before its name is resolved', async () => {
    const lookup = jest.fn<Lookup>();
    const egress = openEgress({ allow: EgressAllowList.parse(''), lookup });
    for (const url of ['https://10.0.0.1/', 'http://example.com/', 'https://localhost/', 'https://a:b@example.com/']) {
      await expect(egress.request(requestTo(url))).rejects.toMatchObject({ code: 'egress_denied' });
      expect(() => egress.check(url)).toThrow(expect.objectContaining({ code: 'egress_denied' }));
    }
    expect(lookup).not.toHaveBeenCalled();
    expect(() => egress.check('https://api.example.com/x')).not.toThrow();
  });

  it('denies a name if any of its addresses is private', async () => {
    const reached = jest.fn();
    await serve(reached);
    const egress = openEgress({
      allow: EgressAllowList.parse(''),
      lookup: async () => [
        { address: '93.184.216.34', family: 4 },
        { address: '::ffff:127.0.0.1', family: 6 },
      ],
    });
    await expect(egress.request(requestTo('https://rebind.example.test/?token=s3cret'))).rejects.toMatchObject({
      code: 'egress_denied',
      reason: 'address',
      host: 'rebind.example.test',
      message: expect.not.stringContaining('s3cret'),
    });
  });

  it('denies a name whose address changed to one that is not listed', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { connection: 'close' }).end('public'));
    const answers = ['127.0.0.1', '127.0.0.2', '10.0.0.1'];
    const lookup: Lookup = async () => [{ address: answers.shift() ?? '', family: 4 }];
    const egress = openEgress({ lookup });
    const named = url.replace('127.0.0.1', 'rebind.example.test');
    expect((await egress.request(requestTo(named))).body.toString()).toBe('public');
    await expect(egress.request(requestTo(named))).rejects.toMatchObject({ reason: 'address' });
    await expect(egress.request(requestTo(named))).rejects.toMatchObject({ reason: 'address' });
    expect(answers).toEqual([]);
  });

  it('reports a name without addresses and a failed DNS lookup', async () => {
    const failing = (code: string) =>
      openEgress({ lookup: () => Promise.reject(Object.assign(new Error('s3cret'), { code })) }).request(
        requestTo('https://gone.example.test/'),
      );
    await expect(failing('ENOTFOUND')).rejects.toMatchObject({
      reason: 'dns',
      message: 'gone.example.test has no IP address',
    });
    await expect(failing('EAI_AGAIN')).rejects.toMatchObject({
      reason: 'dns',
      message: expect.stringContaining('EAI_AGAIN'),
    });
    const none = openEgress({ lookup: async () => [] });
    await expect(none.request(requestTo('https://gone.example.test/'))).rejects.toMatchObject({ reason: 'dns' });
  });
});

describe('Egress.close', () => {
  it('waits for requests in flight and rejects new ones', async () => {
    const arrived = deferred();
    let response: ServerResponse | undefined;
    const url = await serve((_, to) => {
      response = to;
      arrived.resolve();
    });
    const egress = openEgress();
    const inFlight = egress.request(requestTo(url));
    await arrived.promise;
    const closed = egress.close();
    await expect(egress.request(requestTo(url))).rejects.toMatchObject({ code: 'aborted' });
    response?.end('done');
    expect((await inFlight).body.toString()).toBe('done');
    await closed;
    await egress.close();
  });
});
