// Runs once: requests are rejected before the database has a part in them, except for the look-up of their key.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpAdapterHost } from '@nestjs/core';
import { RouteList } from '../../src/http/index.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';
import { PUBLIC, ROWS } from '../tenants/isolation/routes.js';

const BODY_BYTES = 67_000_000;

let app: TestApp;
let tenant: TestTenant;
const sockets: Socket[] = [];

beforeAll(async () => {
  app = await TestApp.start();
  tenant = await app.tenant();
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(() => app.stop());

/** Sends the head of a request and none of its body. @returns all that the server sent until it closed the connection */
async function sendHead(route: string, headers: Record<string, string>, at = app): Promise<string> {
  const socket = connect(at.port, '127.0.0.1');
  sockets.push(socket);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  const lines = Object.entries({ Host: new URL(at.url).host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write([`${route} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  await once(socket, 'close');
  return received;
}

const json = (length = BODY_BYTES) => ({ 'Content-Type': 'application/json', 'Content-Length': String(length) });
const bearer = (key = '') => ({ Authorization: `Bearer ${key}` });
const statusOf = (received: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(received)?.[1]);

const pathOf = (route: string) => route.replaceAll(/\{\w+\}/g, 'x-3vq8cm2xk5dn7r9wyb4tz6ha5e');
const withBody = (route: string) => /^(POST|PUT|PATCH|DELETE) /.test(route);

/** The server's side of the connections that are opened from now on. */
function serverSockets(): Socket[] {
  const seen: Socket[] = [];
  const server = app.get(HttpAdapterHost).httpAdapter.getHttpServer() as Server;
  server.on('connection', (socket: Socket) => seen.push(socket));
  return seen;
}

describe('a request whose body has not arrived', () => {
  it.each(Object.keys(ROWS).filter(withBody))('is rejected at once without a key: %s', async (route) => {
    const received = await sendHead(pathOf(route), json());
    expect(statusOf(received)).toBe(401);
    expect(received).toMatch(/^connection: close\r$/im);
    expect(received).toContain('"code":"unauthenticated"');
  });

  it.each(PUBLIC.filter(withBody))(
    'is rejected at once if it is too large for a route without a key: %s',
    async (route) => {
      expect(statusOf(await sendHead(pathOf(route), json(16_385)))).toBe(413);
    },
  );

  it('is rejected at once with a role that may not use the route', async () => {
    const received = await sendHead('POST /v1/openapi/check', { ...json(), ...bearer(tenant.runtime.key) });
    expect(statusOf(received)).toBe(403);
  });

  it('is rejected at once if the rate limit of its key or of its tenant is exceeded', async () => {
    const environment = { RATE_LIMIT_WINDOW_SECONDS: '3600' };
    for (const limit of ['RATE_LIMIT_KEY', 'RATE_LIMIT_TENANT']) {
      const limited = await app.replica({ ...environment, [limit]: '1' });
      try {
        const other = await app.tenant();
        const headers = { ...json(), ...bearer(other.admin.key) };
        await other.at(limited).admin.get('/v1/gpts');
        const received = await sendHead('POST /v1/openapi/check', headers, limited);
        expect([limit, statusOf(received)]).toEqual([limit, 429]);
        expect(received).toMatch(/^retry-after: \d+\r$/im);
      } finally {
        await limited.stop();
      }
    }
  });

  it('is rejected at once if it comes from an origin that the tenant does not allow', async () => {
    const headers = { ...json(), ...bearer(tenant.admin.key), Origin: 'https://evil.example' };
    expect(statusOf(await sendHead('POST /v1/openapi/check', headers))).toBe(403);
  });

  it('is not asked to continue if it is rejected, and is if it is not', async () => {
    const expecting = { Expect: '100-continue', Connection: 'close' };
    const rejected = await sendHead('POST /v1/gpts', { ...json(20), ...expecting });
    expect(statusOf(rejected)).toBe(401);

    const body = JSON.stringify({ name: 'Notes' });
    const socket = connect(app.port, '127.0.0.1');
    sockets.push(socket);
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    const headers = { Host: 'x', ...json(body.length), ...bearer(tenant.admin.key), ...expecting };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(['POST /v1/gpts HTTP/1.1', ...lines, '', ''].join('\r\n'));
    await eventually(() => received.startsWith('HTTP/1.1 100 Continue\r\n\r\n'), Boolean);
    socket.end(body);
    await once(socket, 'close');
    expect(received).toContain('HTTP/1.1 201 Created');
  });
});

describe('a client that sends the body of a rejected request', () => {
  it('receives the response instead of a reset, and little of the body is read', async () => {
    const seen = serverSockets();
    const body = Buffer.alloc(BODY_BYTES, ' ');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const response = await fetch(`${app.url}/v1/openapi/check`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
    }
    await eventually(() => seen.every(({ destroyed }) => destroyed), Boolean);
    expect(seen.length).toBeGreaterThan(0);
    for (const { bytesRead } of seen) expect(bytesRead).toBeLessThan(1_048_576);
  });

  it('keeps its connection if the whole body has arrived with the head', async () => {
    const socket = connect(app.port, '127.0.0.1');
    sockets.push(socket);
    let received = '';
    socket.setEncoding('latin1').on('data', (text: string) => (received += text));
    const request =
      'POST /v1/gpts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    socket.write(request);
    await eventually(() => received.includes('unauthenticated'), Boolean);
    socket.write(request);
    await eventually(() => received.split('HTTP/1.1 401').length === 3, Boolean);
    expect(received).not.toMatch(/^connection: close/im);
  });
});

it('every route that takes a body is in one of the two tables above', () => {
  const routes = app.get(RouteList).routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  const known = new Set([...Object.keys(ROWS), ...PUBLIC]);
  expect(routes.filter((route) => withBody(route) && !known.has(route))).toEqual([]);
});
