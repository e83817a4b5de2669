import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { FaultyProxy } from './faulty-proxy.js';

let server: Server;
let proxy: FaultyProxy;
const clients: Socket[] = [];
let received: string;

beforeEach(async () => {
  received = '';
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received += bytes.toString();
      socket.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await FaultyProxy.start((server.address() as AddressInfo).port);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

function client(): Socket {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  return socket;
}

/** Returns the code of the error with which a connection ends. */
async function endOf(socket: Socket): Promise<string | undefined> {
  const [error] = (await once(socket, 'error').catch((reason: unknown) => [reason])) as [{ code?: string }];
  return error.code;
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

it('passes bytes in both directions', async () => {
  expect(await echo(client(), 'hello')).toBe('hello');
});

it('delays a round trip', async () => {
  proxy.delayMs = 100;
  const started = performance.now();
  expect(await echo(client(), 'hello')).toBe('hello');
  expect(performance.now() - started).toBeGreaterThanOrEqual(95);
});

it('resets open connections and refuses new ones, until it passes again', async () => {
  const open = client();
  await echo(open, 'hello');
  const ended = endOf(open);
  await proxy.set('refuse');
  expect(await ended).toBe('ECONNRESET');
  expect(await endOf(client())).toBe('ECONNREFUSED');
  await proxy.set('pass');
  expect(await echo(client(), 'again')).toBe('again');
});

it('resets connections that it has accepted', async () => {
  await proxy.set('drop');
  expect(await endOf(client())).toBe('ECONNRESET');
});

it('keeps connections open whose bytes it swallows, and resets them when it passes again', async () => {
  const open = client();
  await echo(open, 'hello');
  await proxy.set('swallow');
  open.write('lost');
  const late = client();
  late.write('lost too');
  await once(late, 'connect');
  const ended = Promise.all([endOf(open), endOf(late)]);
  await eventually(
    () => proxy.swallowedBytes,
    (count) => count === 'lost'.length + 'lost too'.length,
  );
  await proxy.set('pass');
  expect(await ended).toEqual(['ECONNRESET', 'ECONNRESET']);
  expect(received).toBe('hello');
});

it('swallows what is sent over open connections, and passes what is sent over new ones', async () => {
  const open = client();
  await echo(open, 'hello');
  proxy.swallowOpenConnections();
  open.write('lost');
  expect(await echo(client(), 'again')).toBe('again');
  expect(received).toBe('helloagain');
});
