import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { errors } from 'undici';
import { EgressAllowList } from './allow-list.js';
import type { Lookup } from './connector.js';
import { Egress, type EgressOptions, type EgressRequest } from './egress.js';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`;
}

/** A server below HTTP: says what it is told to as soon as the first bytes arrive. */
async function serveRaw(speak: (socket: Socket, received: string) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (data) => speak(socket, data.toString('latin1')));
  });
  const port = await listen(server);
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${port}`;
}

function open(options: Partial<EgressOptions> = {}): Egress {
  const egress = new Egress({ allow: EgressAllowList.parse('127.0.0.1'), ...options });
  closers.push(() => egress.close());
  return egress;
}

const call = (url: string, more: Partial<EgressRequest> = {}): EgressRequest => ({
  url,
  timeoutMs: 20_000,
  maxResponseBytes: 1_000_000,
  ...more,
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function redirectTo(location: string, status = 302): RequestListener {
  return (_, response) => void response.writeHead(status, { location }).end('moved');
}

describe('a call', () => {
  it('sends method, path, query, headers and body, and gives the answer back', async () => {
    const url = await serve(async (request, response) => {
      const body = await bodyOf(request);
      response.setHeader('x-many', ['a', 'b']);
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.writeHead(418, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
    const egress = open({ userAgent: 'Countersign/1.2.3' });
    const answer = await egress.request(
      call(`${url}/a%2Fb?c=%20d#e`, { method: 'put', headers: { 'X-Key': 'v' }, body: 'gefüllt' }),
    );
    const seen = JSON.parse(answer.body.toString());
    expect(seen).toMatchObject({ method: 'PUT', url: '/a%2Fb?c=%20d', body: 'gefüllt' });
    expect(seen.headers).toMatchObject({
      'x-key': 'v',
      host: url.slice('http://'.length),
      'user-agent': 'Countersign/1.2.3',
      'accept-encoding': 'gzip, br',
      'content-length': '8',
    });
    expect(answer).toMatchObject({ status: 418, truncated: false, remoteAddress: '127.0.0.1' });
    expect(answer.headers).toMatchObject({ 'x-many': 'a, b', 'content-type': 'application/json' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
  });

  it('leaves user-agent and accept-encoding to a caller who sets them', async () => {
    const url = await serve((request, response) => void response.end(JSON.stringify(request.headers)));
    const headers = { 'User-Agent': 'mine', 'Accept-Encoding': 'identity' };
    const seen = JSON.parse((await open().request(call(url, { headers }))).body.toString());
    expect(seen).toMatchObject({ 'user-agent': 'mine', 'accept-encoding': 'identity' });
  });

  it('takes bytes from the middle of a buffer', async () => {
    const url = await serve(async (request, response) => void response.end(await bodyOf(request)));
    const body = new TextEncoder().encode('abcdef').subarray(2, 4);
    expect((await open().request(call(url, { method: 'POST', body }))).body.toString()).toBe('cd');
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('%s answered with %d has no body', async (method, status) => {
    const url = await serve((_, response) => {
      response
        .writeHead(status, status === 204 ? {} : { 'content-encoding': 'gzip', 'content-length': '2000000' })
        .end();
    });
    const answer = await open().request(call(url, { method }));
    expect(answer.status).toBe(status);
    expect(answer.body).toHaveLength(0);
  });

  it('skips informational answers', async () => {
    const url = await serve((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.end('done');
    });
    expect(await open().request(call(url))).toMatchObject({ status: 200, body: Buffer.from('done') });
  });

  it('reuses connections', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const lookup = jest.fn<Lookup>(async () => [{ address: '127.0.0.1', family: 4 }]);
    const egress = open({ lookup });
    const named = url.replace('127.0.0.1', 'api.example.test');
    for (let n = 0; n < 5; n++) {
      expect((await egress.request(call(named))).remoteAddress).toBe('127.0.0.1');
      // A connection is free again in the next turn of the event loop, so that a server that closes it is noticed.
      await new Promise(setImmediate);
    }
    expect(ports.size).toBe(1);
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it('holds a slow host to its share without holding others', async () => {
    const waiting: ServerResponse[] = [];
    const [slow, quick] = [
      await serve((_, response) => void waiting.push(response)),
      await serve((_, response) => void response.end('quick')),
    ];
    const egress = open({ placesPerHost: 2 });
    const calls = [1, 2, 3, 4].map(() => egress.request(call(slow)));
    const late = egress.request(call(slow, { timeoutMs: 100 }));
    await expect(late).rejects.toMatchObject({
      code: 'upstream_timeout',
      message: '127.0.0.1 has not answered 2 other calls that are under way; this one was not sent within 100 ms',
    });
    expect((await egress.request(call(quick))).body.toString()).toBe('quick');
    expect(waiting).toHaveLength(2);
    while (waiting.length > 0) {
      waiting.shift()?.end('slow');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await Promise.all(calls)).map(({ body }) => body.toString())).toEqual(Array(4).fill('slow'));
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
  ])('is a programming error with the header %s', async (name) => {
    await expect(open().request(call('http://127.0.0.1:9/', { headers: { [name]: 's3cret' } }))).rejects.toThrow(
      TypeError,
    );
  });

  it.each<Record<string, string>>([
    { 'x-key': 's3cret\r\nx: y' },
    { 'x-key': 's3cret\u0000' },
    { 'x-key': 's3cret☃' },
    { 'x key': 's3cret' },
  ])('is a programming error with a header that cannot be written: %j', async (headers) => {
    const url = await serve((_, response) => void response.end());
    const failure = await open()
      .request(call(url, { headers }))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect(String(failure)).not.toContain('s3cret');
  });

  it.each(['CONNECT', 'trace', 'GET /x', ''])('is a programming error with the method %j', async (method) => {
    await expect(open().request(call('http://127.0.0.1:9/', { method }))).rejects.toThrow(TypeError);
  });
});

describe('where a call may go', () => {
  it('refuses before anything is looked up', async () => {
    const lookup = jest.fn<Lookup>();
    const egress = open({ allow: EgressAllowList.parse(''), lookup });
    for (const url of ['https://10.0.0.1/', 'http://example.com/', 'https://localhost/', 'https://a:b@example.com/']) {
      await expect(egress.request(call(url))).rejects.toMatchObject({ code: 'egress_denied' });
      expect(() => egress.check(url)).toThrow(expect.objectContaining({ code: 'egress_denied' }));
    }
    expect(lookup).not.toHaveBeenCalled();
    expect(() => egress.check('https://api.example.com/x')).not.toThrow();
  });

  it('refuses a name when any of its addresses is private', async () => {
    const reached = jest.fn();
    await serve(reached);
    const egress = open({
      allow: EgressAllowList.parse(''),
      lookup: async () => [
        { address: '93.184.216.34', family: 4 },
        { address: '::ffff:127.0.0.1', family: 6 },
      ],
    });
    await expect(egress.request(call('https://rebind.example.test/?token=s3cret'))).rejects.toMatchObject({
      code: 'egress_denied',
      reason: 'address',
      host: 'rebind.example.test',
      message: expect.not.stringContaining('s3cret'),
    });
  });

  it('does not follow a name that changes its answer', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { connection: 'close' }).end('public'));
    const answers = ['127.0.0.1', '127.0.0.2', '10.0.0.1'];
    const lookup: Lookup = async () => [{ address: answers.shift() ?? '', family: 4 }];
    const egress = open({ lookup });
    const named = url.replace('127.0.0.1', 'rebind.example.test');
    expect((await egress.request(call(named))).body.toString()).toBe('public');
    await expect(egress.request(call(named))).rejects.toMatchObject({ reason: 'address' });
    await expect(egress.request(call(named))).rejects.toMatchObject({ reason: 'address' });
    expect(answers).toEqual([]);
  });

  it('says when a name has no address or cannot be looked up', async () => {
    const failing = (code: string) =>
      open({ lookup: () => Promise.reject(Object.assign(new Error('s3cret'), { code })) }).request(
        call('https://gone.example.test/'),
      );
    await expect(failing('ENOTFOUND')).rejects.toMatchObject({
      reason: 'dns',
      message: 'gone.example.test has no address',
    });
    await expect(failing('EAI_AGAIN')).rejects.toMatchObject({
      reason: 'dns',
      message: expect.stringContaining('EAI_AGAIN'),
    });
    const none = open({ lookup: async () => [] });
    await expect(none.request(call('https://gone.example.test/'))).rejects.toMatchObject({ reason: 'dns' });
  });
});

describe('redirects', () => {
  it('are the result unless asked to be followed', async () => {
    const url = await serve(redirectTo('http://127.0.0.1:1/'));
    expect(await open().request(call(url))).toMatchObject({
      status: 302,
      headers: { location: 'http://127.0.0.1:1/' },
    });
  });

  it('are followed up to the number given, and then are the result', async () => {
    const url = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end();
      else response.end('arrived');
    });
    const egress = open();
    const arrived = await egress.request(call(`${url}/3`, { redirects: 3 }));
    expect(arrived).toMatchObject({ status: 200, url: `${url}/0` });
    expect(await egress.request(call(`${url}/4`, { redirects: 3 }))).toMatchObject({ status: 307, url: `${url}/1` });
  });

  it.each([
    'http://10.0.0.1/',
    'http://localhost/',
    'file:///etc/passwd',
    'http://a:b@127.0.0.1/',
    'http://',
    '//[::1]/',
  ])('to %s are refused', async (location) => {
    const url = await serve(redirectTo(location));
    const egress = open({ lookup: async () => [{ address: '8.8.8.8', family: 4 }] });
    await expect(egress.request(call(url, { redirects: 3 }))).rejects.toMatchObject({
      code: 'egress_denied',
      reason: 'redirect',
    });
  });

  it('to a name with a private address are refused', async () => {
    const url = await serve(redirectTo('https://rebind.example.test/'));
    const egress = open({ lookup: async () => [{ address: '10.0.0.1', family: 4 }] });
    await expect(egress.request(call(url, { redirects: 1 }))).rejects.toMatchObject({
      reason: 'redirect',
      host: 'rebind.example.test',
    });
  });

  it('of a POST are the result', async () => {
    const listener = jest.fn(redirectTo('/next', 307));
    const url = await serve(listener);
    expect((await open().request(call(url, { method: 'POST', redirects: 3 }))).status).toBe(307);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('with a credential are a programming error', async () => {
    const request = call('http://127.0.0.1:9/', { credential: true, redirects: 1 });
    await expect(open().request(request)).rejects.toThrow(TypeError);
  });

  it('take no secret to another origin, should one be there', async () => {
    const other = await serve((request, response) => void response.end(JSON.stringify(request.headers)));
    const url = await serve(redirectTo(other));
    const headers = { Authorization: 's3cret', Cookie: 's3cret', 'x-other': 'kept' };
    const answer = await open().request(call(url, { redirects: 1, headers }));
    expect(answer.body.toString()).not.toContain('s3cret');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ 'x-other': 'kept' });
  });

  it('in a loop end', async () => {
    let hits = 0;
    const url = await serve((request, response) => {
      hits++;
      redirectTo('/')(request, response as ServerResponse<IncomingMessage> & { req: IncomingMessage });
    });
    expect((await open().request(call(url, { redirects: 3 }))).status).toBe(302);
    expect(hits).toBe(4);
  });
});

describe('the deadline', () => {
  it.each([
    ['never answers', () => undefined],
    ['stops after the headers', (_, response) => void response.writeHead(200).write('x')],
    [
      'drips',
      (_, response) => {
        const timer = setInterval(() => response.write('x'), 10);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ] as [string, RequestListener][])('ends a call to a server that %s', async (_, listener) => {
    const closed: Promise<unknown>[] = [];
    const url = await serve((request, response) => {
      // Not events.once, which takes the reset for its own failure.
      closed.push(new Promise((resolve) => request.socket.on('close', resolve)));
      listener(request, response as ServerResponse<IncomingMessage> & { req: IncomingMessage });
    });
    await expect(open().request(call(`${url}/?s3cret`, { timeoutMs: 200 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
      host: '127.0.0.1',
      message: '127.0.0.1 did not answer in full within 200 ms',
    });
    await Promise.all(closed); // none on a machine so slow that nothing has arrived by then
  });

  it('covers the look-up', async () => {
    const egress = open({ lookup: () => new Promise(() => undefined) });
    await expect(egress.request(call('https://api.example.test/', { timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
  });

  it('covers all redirects together', async () => {
    const url = await serve((_, response) => {
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 40);
    });
    await expect(open().request(call(url, { timeoutMs: 300, redirects: 1_000 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
  });

  it('that has passed sends nothing', async () => {
    const listener = jest.fn<RequestListener>();
    const url = await serve(listener);
    await expect(open().request(call(url, { timeoutMs: 0 }))).rejects.toMatchObject({ code: 'upstream_timeout' });
    await expect(open().request(call(url, { timeoutMs: Number.NaN }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
    expect(listener).not.toHaveBeenCalled();
  });
});

describe('a caller who goes away', () => {
  it('takes the call along', async () => {
    const arrived = deferred();
    const closed = deferred();
    const url = await serve((request) => {
      request.socket.on('close', () => closed.resolve());
      arrived.resolve();
    });
    const controller = new AbortController();
    const answer = open().request(call(url, { signal: controller.signal }));
    await arrived.promise;
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'aborted', host: '127.0.0.1' });
    await closed.promise;
  });

  it('before the call sends nothing', async () => {
    const listener = jest.fn<RequestListener>();
    const url = await serve(listener);
    await expect(open().request(call(url, { signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: 'aborted' });
    expect(listener).not.toHaveBeenCalled();
  });

  it('leaves nothing on a long-lived signal', async () => {
    const url = await serve((_, response) => void response.end());
    const { signal } = new AbortController();
    const [added, removed] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    const egress = open();
    for (let n = 0; n < 3; n++) await egress.request(call(url, { signal }));
    expect(added).toHaveBeenCalledTimes(3);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });
});

describe('caps', () => {
  const endless: RequestListener = (_, response) => {
    const chunk = Buffer.alloc(16_384, 'x');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      response.once('drain', more);
    };
    more();
  };

  it('end an endless body', async () => {
    const url = await serve(endless);
    await expect(open().request(call(url, { maxResponseBytes: 100_000 }))).rejects.toMatchObject({
      code: 'upstream_too_large',
      message: '127.0.0.1 sent more than 100000 bytes',
    });
  });

  it('cut an endless body where the caller says so', async () => {
    const url = await serve(endless);
    const answer = await open().request(call(url, { maxResponseBytes: 100_001, overflow: 'truncate' }));
    expect(answer).toMatchObject({ status: 200, truncated: true });
    expect(answer.body.toString()).toBe('x'.repeat(100_001));
  });

  it('leave a body alone that just fits', async () => {
    const url = await serve((_, response) => void response.end('x'.repeat(1_000)));
    const egress = open();
    expect((await egress.request(call(url, { maxResponseBytes: 1_000 }))).body).toHaveLength(1_000);
    const whole = await egress.request(call(url, { maxResponseBytes: 1_000, overflow: 'truncate' }));
    expect(whole.truncated).toBe(false);
    await expect(egress.request(call(url, { maxResponseBytes: 999 }))).rejects.toMatchObject({
      code: 'upstream_too_large',
    });
  });

  it('refuse a body that declares itself too large, without reading it', async () => {
    const url = await serve((_, response) => void response.writeHead(200, { 'content-length': 1e12 }).flushHeaders());
    await expect(open().request(call(url))).rejects.toMatchObject({ code: 'upstream_too_large' });
  });

  it('refuse headers without end', async () => {
    const url = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      for (let n = 0; n < 100; n++) socket.write(`x-${n}: ${'y'.repeat(1_000)}\r\n`);
    });
    await expect(open().request(call(url))).rejects.toMatchObject({ code: 'upstream_invalid' });
  });
});

describe('a head that is too large', () => {
  it('is not read on when that is seen', async () => {
    // As many fields as fit in what a socket is read for at once, and several times that.
    const url = await serveRaw((socket) => socket.write(`HTTP/1.1 200 OK\r\n${'a:b\r\n'.repeat(100_000)}`));
    let made = 0;
    const Base: unknown = Object.getPrototypeOf(errors.UndiciError);
    class Counted extends Error {
      constructor(message?: string, options?: ErrorOptions) {
        super(message, options);
        made++;
      }
    }
    Object.setPrototypeOf(errors.UndiciError, Counted);
    try {
      await expect(open().request(call(url))).rejects.toMatchObject({ code: 'upstream_invalid' });
      // Each with a stack trace, which takes longer than the whole of an ordinary head.
      expect(made).toBeGreaterThan(0);
      expect(made).toBeLessThan(1000);
    } finally {
      Object.setPrototypeOf(errors.UndiciError, Base as object);
    }
  });

  it('may come in many pieces as long as it is not', async () => {
    const fields = Array.from({ length: 200 }, (_, index) => `x-${index}: ${'v'.repeat(50)}\r\n`).join('');
    const url = await serveRaw((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${fields}content-length: 100000\r\n\r\n${'b'.repeat(100_000)}`),
    );
    const egress = open();
    for (let n = 0; n < 3; n++) {
      const { headers, body } = await egress.request(call(url));
      expect([headers['x-199'], body.length]).toEqual(['v'.repeat(50), 100_000]);
    }
  });
});

describe('compression', () => {
  const text = JSON.stringify(Array.from({ length: 200 }, (_, n) => ({ n })));
  const large = text.repeat(1_000);

  const serveEncoded = (encoding: string, body: Buffer) =>
    serve((_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(body));

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['br, gzip', (body: string) => gzipSync(brotliCompressSync(body))],
    ['identity', (body: string) => Buffer.from(body)],
  ])('%s is undone', async (encoding, compress) => {
    for (const body of [text, large]) {
      const url = await serveEncoded(encoding, compress(body));
      const answer = await open().request(call(url, { maxResponseBytes: 10_000_000 }));
      expect(answer.body.toString()).toBe(body);
    }
  });

  it('leaves no header behind that speaks of the compressed body', async () => {
    const url = await serveEncoded('gzip', gzipSync(text));
    const { headers } = await open().request(call(url));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['content-encoding']));
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['content-length']));
  });

  it('that is unknown is handed over as it came', async () => {
    const url = await serveEncoded('utf-8', Buffer.from('text'));
    expect(await open().request(call(url))).toMatchObject({
      body: Buffer.from('text'),
      headers: { 'content-encoding': 'utf-8' },
    });
  });

  it('of nothing is nothing', async () => {
    const url = await serveEncoded('gzip', Buffer.alloc(0));
    expect((await open().request(call(url))).body).toHaveLength(0);
  });

  it.each([
    ['cut short', gzipSync(text).subarray(0, 100)],
    [
      'cut short, and large',
      gzipSync(Buffer.from(Array.from({ length: 60_000 }, () => Math.random() * 256))).subarray(0, 50_000),
    ],
    ['without its check sum', gzipSync(text).subarray(0, -8)],
    ['changed in the middle', Buffer.concat([gzipSync(text).subarray(0, 50), Buffer.alloc(100, 7)])],
    ['not there', Buffer.from('plain text')],
  ])('that is %s is a broken answer', async (_, body) => {
    const url = await serveEncoded('gzip', body);
    await expect(open().request(call(url))).rejects.toMatchObject({ code: 'upstream_invalid' });
  });

  it('cannot be used to pass the cap', async () => {
    for (const encoding of ['gzip', 'br']) {
      const url = await serveEncoded(encoding, encoding === 'gzip' ? gzipSync(large) : brotliCompressSync(large));
      for (const maxResponseBytes of [0, 10, 300_000]) {
        const request = call(url, { maxResponseBytes: Math.max(maxResponseBytes, 0) });
        await expect(open().request(request)).rejects.toMatchObject({ code: 'upstream_too_large' });
      }
      const cut = await open().request(call(url, { maxResponseBytes: 300_001, overflow: 'truncate' }));
      expect(cut.truncated).toBe(true);
      expect(cut.body.toString()).toBe(large.slice(0, 300_001));
    }
  });

  it('caps the compressed bytes too, and undoes what is there when they are cut', async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, () => Math.floor(Math.random() * 256)));
    for (const [encoding, body] of [
      ['gzip', gzipSync(noise)],
      ['br', brotliCompressSync(noise)],
      ['deflate', deflateSync(noise)],
    ] as const) {
      const url = await serveEncoded(encoding, body);
      await expect(open().request(call(url, { maxResponseBytes: 150_000 }))).rejects.toMatchObject({
        code: 'upstream_too_large',
      });
      const cut = await open().request(call(url, { maxResponseBytes: 150_000, overflow: 'truncate' }));
      expect(cut.truncated).toBe(true);
      expect(cut.body.equals(noise.subarray(0, cut.body.length))).toBe(true);
      expect(cut.body.length).toBeLessThanOrEqual(150_000);
    }
  });

  it('bombs stay small in memory', async () => {
    const bomb = await gzipZeros(256);
    const url = await serveEncoded('gzip', bomb);
    const egress = open();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const answers = await Promise.all([
      egress.request(call(url)).catch((error: unknown) => error),
      egress.request(call(url, { overflow: 'truncate' })),
    ]);
    clearInterval(watch);
    expect(answers).toMatchObject([{ code: 'upstream_too_large' }, { truncated: true }]);
    expect(Math.max(most, process.memoryUsage().arrayBuffers - before)).toBeLessThan(16_000_000);
  });
});

describe('a cap that depends on the answer', () => {
  const letters = 'x'.repeat(5_000);

  /** 1,000 bytes; 100,000 where the body has the word near its beginning. */
  const worthMore = (more: Partial<EgressRequest> = {}): Partial<EgressRequest> => ({
    maxResponseBytes: () => ({ bytes: 1_000, raise: { to: 100_000, when: (beginning) => beginning.includes('word') } }),
    overflow: 'truncate',
    ...more,
  });

  it('is told the status and the headers', async () => {
    const url = await serve((_, response) => void response.writeHead(404, { 'X-Kind': 'long' }).end(letters));
    const heads: unknown[] = [];
    const maxResponseBytes: EgressRequest['maxResponseBytes'] = (head) => {
      heads.push({ status: head.status, kind: head.headers['x-kind'] });
      return { bytes: head.status };
    };
    const answer = await open().request(call(url, { maxResponseBytes, overflow: 'truncate' }));
    expect(heads).toEqual([{ status: 404, kind: 'long' }]);
    expect(answer.body).toHaveLength(404);
  });

  it('is asked of each redirect anew', async () => {
    const url = await serve((request, response) =>
      request.url === '/'
        ? void response.writeHead(302, { location: '/there' }).end(letters)
        : void response.end(letters),
    );
    const maxResponseBytes: EgressRequest['maxResponseBytes'] = ({ status }) => ({
      bytes: status === 200 ? 7 : 10_000,
    });
    const answer = await open().request(call(url, { maxResponseBytes, overflow: 'truncate', redirects: 1 }));
    expect(answer).toMatchObject({ status: 200, truncated: true, body: Buffer.from('x'.repeat(7)) });
  });

  it.each([
    ['plain', undefined, (body: string) => Buffer.from(body)],
    ['gzip', 'gzip', gzipSync],
    ['br', 'br', brotliCompressSync],
    ['deflate without its header', 'deflate', deflateRawSync],
  ])('is raised by how the body begins, once it is decompressed: %s', async (_, encoding, compress) => {
    const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
    const url = await serve((request, response) => {
      // What does not compress is larger than the cap in its compressed form already.
      const rest = request.url?.endsWith('noise') ? noise(20_000) : letters;
      response.writeHead(200, headers).end(compress(`${request.url?.startsWith('/word') ? 'word' : 'what'}${rest}`));
    });
    for (const [path, length] of [
      ['/word-letters', 5_004],
      ['/word-noise', 20_004],
    ] as const) {
      const whole = await open().request(call(url + path, worthMore()));
      expect([whole.truncated, whole.body.length]).toEqual([false, length]);
    }
    for (const path of ['/what-letters', '/what-noise']) {
      const cut = await open().request(call(url + path, worthMore()));
      expect([cut.truncated, cut.body.subarray(0, 4).toString()]).toEqual([true, 'what']);
      expect(cut.body.length).toBeLessThanOrEqual(1_000);
    }
  });

  it('is raised no further than it says', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const body = `word${'x'.repeat(200_000)}`;
      const sent = encoding === 'gzip' ? gzipSync(body) : body;
      const url = await serve(
        (_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(sent),
      );
      const cut = await open().request(call(url, worthMore()));
      expect([cut.truncated, cut.body.length]).toEqual([true, 100_000]);
      await expect(open().request(call(url, worthMore({ overflow: 'error' })))).rejects.toMatchObject({
        code: 'upstream_too_large',
      });
    }
  });

  it('is asked for no more than once, of a body that arrives in many pieces', async () => {
    const url = await serve(async (_, response) => {
      for (let piece = 0; piece < 20 && !response.destroyed; piece++) {
        response.write(letters);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      response.end();
    });
    const when = jest.fn(() => true);
    const maxResponseBytes = () => ({ bytes: 1_000, raise: { to: 1_000_000, when } });
    const answer = await open().request(call(url, { maxResponseBytes }));
    expect(answer.body).toHaveLength(20 * letters.length);
    expect(when).toHaveBeenCalledTimes(1);
  });

  it('is not raised by a bomb', async () => {
    for (const [encoding, bomb] of [
      ['gzip', await gzipZeros(64)],
      ['br', brotliCompressSync(Buffer.alloc(8_000_000))],
    ] as const) {
      const url = await serve(
        (_, response) => void response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
      );
      const answer = await open().request(call(url, worthMore()));
      expect([answer.truncated, answer.body.length]).toEqual([true, 1_000]);
    }
  });
});

/** ASCII that does not compress. */
function noise(length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 94))).join('');
}

describe('a connection that breaks', () => {
  it.each(['GET', 'POST'])('is reported, and %s is not repeated', async (method) => {
    let heads = 0;
    const url = await serveRaw((socket, received) => {
      if (received.includes('HTTP/1.1')) heads++;
      socket.destroy();
    });
    const request = call(url, { method, body: method === 'POST' ? 'order' : undefined });
    await expect(open().request(request)).rejects.toMatchObject({ code: 'upstream_unreachable', reason: 'reset' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heads).toBe(1);
  });

  it('does not make a POST be repeated on a kept connection either', async () => {
    let heads = 0;
    const url = await serveRaw((socket) => {
      if (++heads === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      else socket.destroy();
    });
    const egress = open();
    await egress.request(call(url, { method: 'POST', body: 'first' }));
    await expect(egress.request(call(url, { method: 'POST', body: 'second' }))).rejects.toMatchObject({
      reason: 'reset',
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heads).toBe(2);
  });

  it('in the middle of the body is no short body', async () => {
    const withLength = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort'));
    const chunked = await serveRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n'),
    );
    const egress = open();
    for (const url of [withLength, chunked]) {
      await expect(egress.request(call(url))).rejects.toMatchObject({
        code: expect.stringMatching(/^upstream_(unreachable|invalid)$/),
      });
    }
  });

  it('that was never made is unreachable', async () => {
    const gone = createTcpServer();
    const url = `http://127.0.0.1:${await listen(gone)}/`;
    await closers.pop()?.();
    await expect(open().request(call(url))).rejects.toMatchObject({
      code: 'upstream_unreachable',
      reason: 'connect',
      message: '127.0.0.1 did not accept the connection (ECONNREFUSED)',
    });
  });

  it.each([
    ['nonsense', 'nonsense\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'],
    ['length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ])('because the server speaks %s is an invalid answer', async (_, words) => {
    const url = await serveRaw((socket) => socket.write(words));
    await expect(open().request(call(url))).rejects.toMatchObject({ code: 'upstream_invalid', host: '127.0.0.1' });
  });

  it('frees its place', async () => {
    let fail = true;
    const url = await serve((request, response) => {
      if (fail) request.socket.destroy();
      else response.end('ok');
    });
    const egress = open({ placesPerHost: 1 });
    const failed = await Promise.allSettled([1, 2, 3].map(() => egress.request(call(url))));
    expect(failed.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    fail = false;
    expect((await egress.request(call(url))).status).toBe(200);
  });
});

describe('a place in the bulkhead', () => {
  it('is another for OAuth: neither kind of request holds up the other', async () => {
    const under: ServerResponse[] = [];
    const full = deferred();
    const url = await serve((_, response) => {
      if (under.push(response) === 5) full.resolve();
    });
    const egress = open({ placesPerHost: 3, oauthPlacesPerHost: 2 });
    const lanes = ['calls', 'calls', 'calls', 'oauth', 'oauth'] as const;
    const requests = lanes.map((lane) => egress.request(call(url, { lane })));
    await full.promise;
    const busy = (others: number) => `127.0.0.1 has not answered ${others} other calls that are under way`;
    for (const [lane, others] of [
      ['calls', 3],
      ['oauth', 2],
    ] as const) {
      const late = egress.request(call(url, { lane, timeoutMs: 100 }));
      await expect(late).rejects.toThrow(busy(others));
    }
    for (const response of under) response.end('ok');
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(lanes.map(() => 200));
    expect(under).toHaveLength(5);
  });

  it('is given back by calls that find no connection', async () => {
    const gone = createTcpServer();
    const url = `http://127.0.0.1:${await listen(gone)}/`;
    await closers.pop()?.();
    const egress = open({ placesPerHost: 1 });
    const calls = await Promise.allSettled([1, 2, 3, 4].map(() => egress.request(call(url))));
    expect(calls).toMatchObject([1, 2, 3, 4].map(() => ({ reason: { reason: 'connect' } })));
  });

  it('is kept while a connection is being made for nobody, and the connection then serves the next', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url);
      response.end('ok');
    });
    const found = deferred();
    const lookup = jest.fn<Lookup>(async () => {
      await found.promise;
      return [{ address: '127.0.0.1', family: 4 }];
    });
    const egress = open({ placesPerHost: 1, lookup });
    const named = url.replace('127.0.0.1', 'api.example.test');
    await expect(egress.request(call(`${named}/given-up`, { timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
    const next = egress.request(call(`${named}/next`));
    found.resolve();
    expect((await next).status).toBe(200);
    expect(lookup).toHaveBeenCalledTimes(1);
    expect(seen).toEqual(['/next']);
  });
});

describe('closing', () => {
  it('waits for calls under way and takes no more', async () => {
    const arrived = deferred();
    let answer: ServerResponse | undefined;
    const url = await serve((_, response) => {
      answer = response;
      arrived.resolve();
    });
    const egress = open();
    const underWay = egress.request(call(url));
    await arrived.promise;
    const closed = egress.close();
    await expect(egress.request(call(url))).rejects.toMatchObject({ code: 'aborted' });
    answer?.end('done');
    expect((await underWay).body.toString()).toBe('done');
    await closed;
    await egress.close();
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** @param mebibytes of zeros, a thousandth of it compressed */
async function gzipZeros(mebibytes: number): Promise<Buffer> {
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const zeros = Buffer.alloc(1024 * 1024);
  for (let n = 0; n < mebibytes; n++) if (!gzip.write(zeros)) await once(gzip, 'drain');
  gzip.end();
  await once(gzip, 'end');
  return Buffer.concat(parts);
}
