import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
/** Has no patience. */
let hasty: TestApp;
let tenant: TestTenant;
let open: Wire[];

beforeAll(async () => {
  app = await TestApp.start();
  hasty = await app.replica({ REQUEST_TIMEOUT_SECONDS: '1', MAX_CONNECTIONS: '10' });
  tenant = await app.tenant();
  open = [];
});

afterEach(() => {
  for (const wire of open) wire.socket.destroy();
  open = [];
});

afterAll(async () => {
  await hasty.stop();
  await app.stop();
});

/** A connection as it is, without a client that behaves. */
interface Wire {
  socket: Socket;
  received: () => string;
  isClosed: () => boolean;
}

async function wire({ port }: TestApp, text = ''): Promise<Wire> {
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

/** The status of the first answer to a request that is sent as it stands. */
async function answerTo(text: string, at = app): Promise<string | undefined> {
  const { received, isClosed } = await wire(at, text);
  await eventually(() => isClosed() || received() !== '', Boolean);
  return statusOf(received());
}

const head = (...lines: string[]) => ['POST /v1/gpts HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');

describe('a request', () => {
  it.each([
    ['1 MiB of brackets', `${'['.repeat(524_288)}${']'.repeat(524_288 - 1)}`],
    ['a name that is brackets', `{"name":${'['.repeat(400_000)}${']'.repeat(400_000)}}`],
    ['arguments that are objects', `{"name":"x","description":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
  ])('may be nested as deep as it likes: %s', async (_, body) => {
    expect(problemOf(await tenant.admin.post('/v1/gpts', body))).toMatch(/^400 invalid_request/);
  });

  it.each([
    '{"__proto__":{"name":"x"}}',
    '{"name":"x","constructor":{"prototype":{"a":1}}}',
    '{"name":"x","__proto__":1}',
  ])('changes nobody’s prototype: %s', async (body) => {
    expect(problemOf(await tenant.admin.post('/v1/gpts', body))).toMatch(/^400 invalid_request/);
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
  });

  it('has no more than 1 MiB, whether it says how much it has or not', async () => {
    const body = JSON.stringify({ name: 'x', description: 'y'.repeat(1_048_576) });
    expect(problemOf(await tenant.admin.post('/v1/gpts', body))).toBe('413 request_too_large');
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const headers = [`X-API-Key: ${tenant.admin.key}`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
    expect(await answerTo(head(...headers) + chunks)).toBe('413');
  });

  it.each(['gzip', 'br', 'deflate', 'gzip, gzip'])('is not compressed: %s', async (coding) => {
    const body = gzipSync(JSON.stringify({ name: 'x' })).toString('latin1');
    const answer = await tenant.admin.send('POST', '/v1/gpts', body, { 'content-encoding': coding });
    expect(problemOf(answer)).toBe('415 unsupported_media_type');
  });

  it('has headers of no more than 16 KiB', async () => {
    expect(await answerTo(head(`X-Long: ${'x'.repeat(20_000)}`))).toBe('431');
    expect(await answerTo(head(...Array.from({ length: 3000 }, (_, index) => `X-${index}: 1`)))).toBe('431');
    expect(await answerTo(`GET /v1/gpts?${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe('431');
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
    ['a version that is none', 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n'],
  ])('is refused where two servers could read it differently: %s', async (_, text) => {
    expect(await answerTo(text)).toBe('400');
  });

  it.each(['TRACE', 'CONNECT'])('of the method %s is not served', async (method) => {
    const status = await answerTo(`${method} /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(['400', '404', '405', undefined]).toContain(status);
  });
});

describe('a client that takes its time', () => {
  it('with its headers is sent away', async () => {
    const { received, isClosed } = await wire(hasty, 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    await eventually(isClosed, Boolean, 30_000);
    expect(statusOf(received())).toBe('408');
  });

  it('with its body is sent away, however steadily it comes', async () => {
    const headers = [`X-API-Key: ${tenant.admin.key}`, 'Content-Type: application/json', 'Content-Length: 100000'];
    const { socket, isClosed } = await wire(hasty, `${head(...headers)}{"name":"`);
    const drip = setInterval(() => socket.writable && socket.write('x'), 50);
    try {
      await eventually(isClosed, Boolean, 30_000);
    } finally {
      clearInterval(drip);
    }
    expect((await tenant.at(hasty).admin.get('/v1/gpts')).status).toBe(200);
  });

  it('keeps nobody else from being served, as far as there is room', async () => {
    const slow = await Promise.all(Array.from({ length: 4 }, () => wire(hasty, 'GET /healthz HTTP/1.1\r\n')));
    expect(await answerTo('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', hasty)).toBe('200');
    await eventually(() => slow.every(({ isClosed }) => isClosed()), Boolean, 30_000);
  });

  it('is one of no more than there may be', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => wire(hasty)));
    const turnedAway = () => many.filter(({ isClosed }) => isClosed()).length;
    expect(await eventually(turnedAway, (count) => count >= 10, 30_000)).toBeGreaterThanOrEqual(10);
    for (const { socket } of many) socket.destroy();
    const ask = () => answerTo('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', hasty);
    expect(await eventually(ask, (status) => status === '200')).toBe('200');
  });
});
