// Runs once: the database takes no part in what this suite tests.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt } from '../support/tenant.js';

let app: TestApp;
let gpt: TestGpt;
let server: Server;
/** How often each connection has been used. */
let uses: Map<Socket, number>;

beforeAll(async () => {
  app = await TestApp.start();
  // Responds to one request of each connection, and closes the connection on the next.
  server = createServer(({ socket }, response) => {
    uses.set(socket, (uses.get(socket) ?? 0) + 1);
    if (uses.get(socket) === 1) response.end('done');
    else socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const responses = { 200: { description: '' } };
  const orders = {
    get: { operationId: 'listOrders', responses },
    post: { operationId: 'placeOrder', responses, 'x-openai-isConsequential': false },
  };
  gpt = await (await app.tenant()).gpt();
  await gpt.action({
    openapi: '3.1.0',
    info: { title: 'O', version: '1' },
    servers: [{ url }],
    paths: { '/': orders },
  });
});

beforeEach(() => {
  uses = new Map();
});

afterAll(async () => {
  await app.stop();
  server.closeAllConnections();
  server.close();
});

describe('a call on a kept connection that the upstream closes', () => {
  it('is sent again on a new connection if it is a GET', async () => {
    for (let call = 0; call < 2; call++) {
      expect((await gpt.call('listOrders')).body).toMatchObject({ outcome: 'completed', response: { body: 'done' } });
    }
    expect([...uses.values()]).toEqual([2, 1]);
  });

  it('fails if it is a POST', async () => {
    await gpt.call('listOrders');
    expect(problemOf(await gpt.call('placeOrder'))).toBe('502 upstream_unreachable');
    expect([...uses.values()]).toEqual([2]);
  });
});
