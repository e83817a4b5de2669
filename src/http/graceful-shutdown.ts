import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Drain } from '../health/index.js';

/** The longest turn of the event loop during which hardly any connection arrives. */
const SHORT_TURN_MS = 0.2;
const MAX_TURNS = 2000;

/**
 * Serves requests while load balancers and clients move to other processes, and returns when the application can be closed.
 *
 * Closing a connection that a client keeps open fails the request that it may be sending. So each connection is closed with a response that
 * says `Connection: close`; connections are closed without one only if they were not used for the whole time.
 *
 * @param delayMs how long new connections are accepted, and then how long open ones are waited for
 * @param hurry ends the waiting
 */
export async function drainConnections(
  app: NestFastifyApplication,
  delayMs: number,
  hurry: AbortSignal,
): Promise<void> {
  app.get(Drain).start();
  if (delayMs === 0) return;
  const server = app.getHttpServer() as Server;
  await pause(delayMs, hurry);
  await quietTurn(server);
  const closed = once(server, 'close');
  netServerOf(server).close.call(server);
  await Promise.race([closed, pause(delayMs, hurry)]);
}

/** Tells clients to close their connections once the process is about to stop. */
export function closeConnectionsOnDrain(server: FastifyInstance, drain: Drain): void {
  server.addHook('onSend', async (_request, reply) => {
    if (drain.isStarted) void reply.header('connection', 'close');
  });
}

/**
 * Makes a shutdown wait for requests in flight and for nothing else.
 *
 * Node closes idle connections once, when the shutdown begins, and does not count as idle the connections that browsers and
 * load balancers open ahead of need. Either kind would keep the process alive for a minute.
 */
export function closeConnectionsOnShutdown(server: FastifyInstance): void {
  const unused = new Set<Socket>();
  let isStopping = false;
  server.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket));
  server.addHook('preClose', async () => {
    isStopping = true;
    for (const socket of unused) socket.destroy();
  });
  server.addHook('onResponse', async () => {
    if (isStopping) setImmediate(() => server.server.closeIdleConnections());
  });
}

/**
 * Waits for a short turn of the event loop in which no connection arrives, as long as there is a chance: when the port closes, the system resets the
 * connections that wait to be accepted.
 */
async function quietTurn(server: Server): Promise<void> {
  let arrived = 0;
  const count = (): void => void arrived++;
  server.on('connection', count);
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const [before, start] = [arrived, performance.now()];
    await nextTurn();
    if (arrived === before && performance.now() - start < SHORT_TURN_MS) break;
  }
  server.off('connection', count);
}

/** Returns the class that HTTP servers extend. Its `close` only closes the port; theirs also closes idle connections. */
function netServerOf(server: Server): Server {
  return Object.getPrototypeOf(Object.getPrototypeOf(server)) as Server;
}

/** Waits, or less if it is aborted. */
async function pause(milliseconds: number, hurry: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal: hurry, ref: false }).catch((error: unknown) => {
    if (!hurry.aborted) throw error;
  });
}
