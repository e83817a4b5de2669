import { afterEach } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { createGzip } from 'node:zlib';
import { Egress, EgressAllowList, type EgressOptions, type EgressRequest } from '../../src/egress/index.js';

const closers: (() => Promise<unknown>)[] = [];

/** Closes everything that the test has opened, in reverse order. */
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

export function closeAfterTest(close: () => Promise<unknown>): void {
  closers.push(close);
}

export async function listen(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterTest(async () => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`;
}

/** Starts a TCP server that responds to the first bytes of a connection. */
export async function serveRaw(respond: (socket: Socket, received: string) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (data) => respond(socket, data.toString('latin1')));
  });
  const port = await listen(server);
  closeAfterTest(async () => {
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${port}`;
}

/** Returns the URL of a port that nothing listens on. */
export async function unusedUrl(): Promise<string> {
  const url = `http://127.0.0.1:${await listen(createTcpServer())}/`;
  await closers.pop()?.();
  return url;
}

/** Opens an egress that may reach 127.0.0.1. */
export function openEgress(options: Partial<EgressOptions> = {}): Egress {
  const egress = new Egress({ allow: EgressAllowList.parse('127.0.0.1'), ...options });
  closeAfterTest(() => egress.close());
  return egress;
}

export const requestTo = (url: string, more: Partial<EgressRequest> = {}): EgressRequest => ({
  url,
  timeoutMs: 20_000,
  maxResponseBytes: 1_000_000,
  ...more,
});

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** @param mebibytes of zeros; they compress to a thousandth */
export async function gzipZeros(mebibytes: number): Promise<Buffer> {
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const zeros = Buffer.alloc(1024 * 1024);
  for (let n = 0; n < mebibytes; n++) if (!gzip.write(zeros)) await once(gzip, 'drain');
  gzip.end();
  await once(gzip, 'end');
  return Buffer.concat(parts);
}
