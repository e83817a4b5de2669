// Runs once: nothing that it tests depends on the database.
import { Agent, request } from 'node:http';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltServer } from '../support/built-server.js';
import { eventually } from '../support/eventually.js';
import { createScratchFolder } from '../support/scratch-folder.js';

const DELAY_SECONDS = 2;
const CLIENTS = 8;

let folder: string;

beforeAll(async () => {
  folder = createScratchFolder();
  await BuiltServer.build();
}, 150_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  status: number;
  connection: string | undefined;
}

/** A connection was refused, or reset by the closing of the port before it was accepted. */
class NewConnectionError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/** A client that keeps one connection open. */
class KeepAliveClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly url: string) {}

  /** Sends a request that clients do not repeat on their own. */
  post(): Promise<Answer> {
    return this.send('POST', '/v1/gpts');
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.url), { method, agent: this.agent }, (response) => {
        response.resume();
        const { statusCode: status = 0, headers } = response;
        response.on('end', () => resolve({ status, connection: headers.connection }));
        response.on('error', reject);
      });
      sent.on('error', (error) => reject(sent.reusedSocket ? error : new NewConnectionError(error)));
      sent.end();
    });
  }
}

async function started(): Promise<BuiltServer> {
  const server = await BuiltServer.spawn(folder, {
    SHUTDOWN_DELAY_SECONDS: String(DELAY_SECONDS),
    RATE_LIMIT_FAILED_AUTHENTICATION: '0',
  });
  return server.waitUntilReady();
}

describe('a server that gets SIGTERM', () => {
  it('fails no request of clients that keep their connections open, and refuses new connections after the delay', async () => {
    const server = await started();
    const clients = Array.from({ length: CLIENTS }, () => new KeepAliveClient(server.url));
    let count = 0;
    const unexpected: unknown[] = [];
    /** Sends requests until the server refuses the connection, and returns the time of that. */
    const run = async (client: KeepAliveClient): Promise<number> => {
      for (;;) {
        try {
          const { status } = await client.post();
          count++;
          if (status !== 401) unexpected.push(status);
        } catch (error) {
          if (!(error instanceof NewConnectionError)) unexpected.push(error);
          return performance.now();
        }
      }
    };
    const running = clients.map((client) => run(client));
    await eventually(
      () => count,
      (requests) => requests > 10 * CLIENTS,
    );
    const signalledAt = performance.now();
    const exited = server.kill('SIGTERM');
    const ends = await Promise.all(running);
    for (const client of clients) client.close();
    expect(unexpected).toEqual([]);
    expect(Math.min(...ends) - signalledAt).toBeGreaterThan(DELAY_SECONDS * 1000 - 100);
    expect(await exited).toBe(0);
  }, 60_000);

  it('is not ready during the delay, tells clients to close, and serves a connection that was idle for all of it', async () => {
    const server = await started();
    const [active, idle] = [new KeepAliveClient(server.url), new KeepAliveClient(server.url)];
    expect(await idle.post()).toEqual({ status: 401, connection: 'keep-alive' });
    const exited = server.kill('SIGTERM');
    const { connection } = await eventually(
      () => active.get('/readyz'),
      ({ status }) => status === 503,
    );
    expect(connection).toBe('close');
    await eventually(
      () =>
        active.get('/healthz').then(
          () => 'accepted',
          (error: unknown) => error instanceof NewConnectionError && 'refused',
        ),
      (result) => result === 'refused',
    );
    expect(await idle.post()).toEqual({ status: 401, connection: 'close' });
    for (const client of [active, idle]) client.close();
    expect(await exited).toBe(0);
  }, 60_000);

  it('skips the delay at a second signal', async () => {
    const server = await BuiltServer.spawn(folder, { SHUTDOWN_DELAY_SECONDS: '300' });
    await server.waitUntilReady();
    const exited = server.kill('SIGTERM');
    await eventually(
      () => fetch(`${server.url}/readyz`),
      ({ status }) => status === 503,
    );
    void server.kill('SIGTERM');
    expect(await exited).toBe(0);
  }, 60_000);
});
