import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
/** A replica with a short request timeout and few connections. */
let strict: TestApp;
let tenant: TestTenant;
let open: RawConnection[];

beforeAll(async () => {
  app = await TestApp.start();
  strict = await app.replica({ REQUEST_TIMEOUT_SECONDS: '1', MAX_CONNECTIONS: '10' });
  tenant = await app.tenant();
  open = [];
});

afterEach(() => {
  for (const connection of open) connection.socket.destroy();
  open = [];
});

afterAll(async () => {
  await strict.stop();
  await app.stop();
});

/** A raw TCP connection. */
interface RawConnection {
  socket: Socket;
  received: () => string;
  isClosed: () => boolean;
}

async function connectRaw({ port }: TestApp, text = ''): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  const seen = { text: '', closed: false };
  socket.setEncoding('latin1').on('data', (part: string) => (seen.text += part));
  socket.on('close', () => (seen.closed = true)).on('error', () => (seen.closed = true));
  const made = { socket, received: () => seen.text, isClosed: () => seen.closed };
  open.push(made);
  await eventually(() => !socket.connecting, Boolean);
  if (text) socket.write(text);
  return made;
}

const statusOf = (text: string) => /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];

/** Sends raw text. @returns the status of the first response */
async function statusOfRaw(text: string, at = app): Promise<string | undefined> {
  const { received, isClosed } = await connectRaw(at, text);
  await eventually(() => isClosed() || received() !== '', Boolean);
  return statusOf(received());
}

const head = (...lines: string[]) => ['POST /v1/gpts HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');

describe('a request', () => {
  it.each([
    ['1 MiB of brackets', `${'['.repeat(524_288)}${']'.repeat(524_288 - 1)}`],
    ['a name that is brackets', `{"name":${'['.repeat(400_000)}${']'.repeat(400_000)}}`],
    ['arguments that are objects', `{"name":"x","description":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
  ])('may be nested to any depth: %s', async (_, body) => {
    expect(problemOf(await tenant.admin.post('/v1/gpts', body))).toMatch(/^400 invalid_request/);
  });

  it.each([
    '{"__proto__":{"name":"x"}}',
    '{"name":"x","constructor":{"prototype":{"a":1}}}',
    '{"name":"x","__proto__":1}',
  ])('does not change prototypes: %s', async (body) => {
    expect(problemOf(await tenant.admin.post('/v1/gpts', body))).toMatch(/^400 invalid_request/);
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
  });

  it('is rejected above 1 MiB, with or without a Content-Length', async () => {
    const body = JSON.stringify({ name: 'x', description: 'y'.repeat(1_048_576) });
    expect(problemOf(await tenant.admin.post('/v1/gpts', body))).toBe('413 request_too_large');
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const headers = [`X-API-Key: ${tenant.admin.key}`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
    expect(await statusOfRaw(head(...headers) + chunks)).toBe('413');
  });

  it('may have a large document without a Content-Length', async () => {
    const document = { openapi: '3.1.0', info: { title: 'Long', version: '1', description: 'y'.repeat(3_000_000) } };
    const json = JSON.stringify({ openapi: { ...document, servers: [{ url: 'https://api.example' }], paths: {} } });
    const body = new Blob([json.slice(0, 1_000_000), json.slice(1_000_000)]).stream();
    const headers = { authorization: `Bearer ${tenant.admin.key}`, 'content-type': 'application/json' };
    const response = await fetch(`${app.url}/v1/openapi/check`, { method: 'POST', headers, body, duplex: 'half' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ usable: false, problems: [{ pointer: '/paths' }] });
  });

  it('is not a failure of the server if its client aborts it', async () => {
    const headers = [`X-API-Key: ${tenant.admin.key}`, 'Content-Type: application/json', 'Content-Length: 100000'];
    const { socket } = await connectRaw(app, `${head(...headers)}{"name":"aborted"`);
    // The other request makes sure that the server has begun to read.
    await tenant.admin.get('/v1/gpts');
    const first = app.logLines.length;
    const server = app.get(HttpAdapterHost).httpAdapter.getHttpServer() as Server;
    const connections = promisify(server.getConnections.bind(server));
    const before = await connections();
    socket.destroy();
    await eventually(connections, (count) => count < before);
    expect((await tenant.admin.get('/v1/gpts')).status).toBe(200);
    const lines = app.logLines.slice(first).map((line) => JSON.parse(line) as { level: string; msg: string });
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, gzip'])('is rejected with the content encoding %s', async (coding) => {
    const body = gzipSync(JSON.stringify({ name: 'x' })).toString('latin1');
    const answer = await tenant.admin.send('POST', '/v1/gpts', body, { 'content-encoding': coding });
    expect(problemOf(answer)).toBe('415 unsupported_media_type');
  });

  it('is rejected with more than 16 KiB of headers', async () => {
    expect(await statusOfRaw(head(`X-Long: ${'x'.repeat(20_000)}`))).toBe('431');
    expect(await statusOfRaw(head(...Array.from({ length: 3000 }, (_, index) => `X-${index}: 1`)))).toBe('431');
    expect(await statusOfRaw(`GET /v1/gpts?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe('431');
  });

  it.each([
    ['two lengths', head('Content-Length: 2', 'Content-Length: 5')],
    ['a length and chunks', head('Content-Length: 4', 'Transfer-Encoding: chunked')],
    ['another coding than chunked', head('Transfer-Encoding: gzip')],
    ['chunked before another coding', head('Transfer-Encoding: chunked, gzip')],
    ['a negative length', head('Content-Length: -1')],
    ['a length in hex', head('Content-Length: 0x2')],
    ['a length with a sign', head('Content-Length: +2')],
    ['space before the colon', head('Content-Length : 2')],
    ['a folded header', head('X-A: 1', ' folded')],
    ['a bare line feed', 'POST /v1/gpts HTTP/1.1\nHost: x\n\n'],
    ['a NUL in a header', head('X-A: a\0b')],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['an invalid HTTP version', 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n'],
  ])('is rejected if servers could interpret it differently: %s', async (_, text) => {
    expect(await statusOfRaw(text)).toBe('400');
  });

  it.each([
    ['what is not HTTP', 'GET / HTTP/1.1\r\nHost x\r\n\r\n', 400, 'invalid_request'],
    ['too many headers', head(`X-Long: ${'x'.repeat(20_000)}`), 431, 'headers_too_large'],
  ])('gets a problem document for %s', async (_, text, status, code) => {
    const { received, isClosed } = await connectRaw(app, text);
    await eventually(isClosed, Boolean);
    const [headers = '', body = ''] = received().split('\r\n\r\n');
    expect(statusOf(headers)).toBe(String(status));
    expect(headers).toMatch(/^content-type: application\/problem\+json/im);
    expect(headers).toMatch(/^x-content-type-options: nosniff/im);
    expect(JSON.parse(body)).toMatchObject({ status, code, request_id: expect.stringMatching(/^\w{26}$/) });
  });

  it.each(['TRACE', 'CONNECT'])('is rejected with the method %s', async (method) => {
    const status = await statusOfRaw(`${method} /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(['400', '404', '405', undefined]).toContain(status);
  });
});

describe('a slow client', () => {
  it('is disconnected with 408 if its headers do not arrive in time', async () => {
    const { received, isClosed } = await connectRaw(strict, 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    await eventually(isClosed, Boolean, 30_000);
    expect(statusOf(received())).toBe('408');
  });

  it('is disconnected if its body does not arrive in time, even if it sends steadily', async () => {
    const headers = [`X-API-Key: ${tenant.admin.key}`, 'Content-Type: application/json', 'Content-Length: 100000'];
    const { socket, isClosed } = await connectRaw(strict, `${head(...headers)}{"name":"`);
    const drip = setInterval(() => socket.writable && socket.write('x'), 50);
    try {
      await eventually(isClosed, Boolean, 30_000);
    } finally {
      clearInterval(drip);
    }
    expect((await tenant.at(strict).admin.get('/v1/gpts')).status).toBe(200);
  });

  it('does not delay other clients while connections are available', async () => {
    const slow = await Promise.all(Array.from({ length: 4 }, () => connectRaw(strict, 'GET /healthz HTTP/1.1\r\n')));
    expect(await statusOfRaw('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', strict)).toBe('200');
    await eventually(() => slow.every(({ isClosed }) => isClosed()), Boolean, 30_000);
  });

  it('is limited to the maximum number of connections', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => connectRaw(strict)));
    const closedCount = () => many.filter(({ isClosed }) => isClosed()).length;
    expect(await eventually(closedCount, (count) => count >= 10, 30_000)).toBeGreaterThanOrEqual(10);
    for (const { socket } of many) socket.destroy();
    const ask = () => statusOfRaw('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', strict);
    expect(await eventually(ask, (status) => status === '200')).toBe('200');
  });
});
