import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { TestGpt } from '../support/tenant.js';

const MIB = 1_048_576;

const LARGE = Buffer.alloc(3 * MIB, 'x');

/** More than the buffers of a connection hold. */
const HUGE = Buffer.alloc(32 * MIB, 'x');

/** An API that sends files: whole, compressed, and such as stop after 2 MiB until the test lets them go on. */
class FileServer {
  readonly stalled: ServerResponse[] = [];
  readonly asked: string[] = [];
  /** Connections on which more is sent than fits on the way. */
  readonly full: Socket[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FileServer> {
    const server = createServer();
    const files = new FileServer(server);
    server.on('request', ({ url = '' }, response) => files.answer(url, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return files;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  document(): object {
    const operation = (operationId: string) => ({ get: { operationId, responses: { 200: { description: '' } } } });
    const paths = Object.fromEntries(
      ['large', 'bomb', 'closes', 'stalls', 'small', 'huge', 'hugeCloses'].map((name) => [`/${name}`, operation(name)]),
    );
    return { openapi: '3.1.0', info: { title: 'Files', version: '1' }, servers: [{ url: this.url }], paths };
  }

  letGo(): void {
    for (const response of this.stalled.splice(0)) response.end(LARGE.subarray(2 * MIB));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(path: string, response: ServerResponse): void {
    this.asked.push(path);
    if (path === '/small') return void response.setHeader('content-type', 'application/json').end('{"ok":true}');
    response.setHeader('content-type', 'application/octet-stream');
    if (path === '/bomb') return void response.setHeader('content-encoding', 'gzip').end(gzipSync(LARGE));
    if (path === '/large') return void response.end(LARGE);
    // Neither a length nor chunks: the body ends with the connection (RFC 9112, section 6.3).
    if (/closes/i.test(path)) {
      response.useChunkedEncodingByDefault = false;
      response.setHeader('connection', 'close');
    }
    // What is ended at once would be given a length.
    if (path === '/closes') {
      response.write(LARGE);
      return void response.end();
    }
    if (path.startsWith('/huge')) {
      if (response.socket) this.full.push(response.socket);
      response.write(HUGE);
      return void response.end();
    }
    response.write(LARGE.subarray(0, 2 * MIB));
    this.stalled.push(response);
  }
}

let app: TestApp;
let one: FileServer;
let other: FileServer;
let gpt: TestGpt;
let otherGpt: TestGpt;

beforeAll(async () => {
  // One place of each host, two in all.
  [app, one, other] = await Promise.all([
    TestApp.start({ environment: { CALL_MAX_LARGE_ANSWERS: '2' } }),
    FileServer.start(),
    FileServer.start(),
  ]);
  const tenant = await app.tenant();
  [gpt, otherGpt] = [await tenant.gpt(), await tenant.gpt()];
  await gpt.action(one.document());
  await otherGpt.action(other.document());
});

afterAll(() => Promise.all([app.stop(), one.stop(), other.stop()]));

beforeEach(() => {
  for (const server of [one, other]) [server.asked.length, server.full.length] = [0, 0];
});

afterEach(() => one.letGo());

/** A call that is under way, and its answer once there is one. */
function called(by: TestGpt, operation: string): { answer?: Answer; done: Promise<Answer> } {
  const call: { answer?: Answer; done: Promise<Answer> } = { done: by.call(operation) };
  void call.done.then((answer) => (call.answer = answer));
  return call;
}

/** One call holds a large body. */
async function isHeld(): Promise<void> {
  await eventually(
    async () => (await app.anonymous.get('/metrics')).body as string,
    (metrics) => metrics.includes('\ncountersign_large_answers 1\n'),
  );
}

const sizeOf = ({ body }: Answer) => Buffer.from(body.response.files[0].content, 'base64').length;

describe('large answers', () => {
  it.each(['large', 'bomb', 'closes'])(
    'wait for their turn (%s) while another of that host is held, and nothing else does',
    async (kind) => {
      const holder = called(gpt, 'stalls');
      await isHeld();
      const waiting = called(gpt, kind);
      await eventually(
        () => one.asked,
        (asked) => asked.includes(`/${kind}`),
      );
      // Small answers of that host, and large ones of another, come through as often as one likes.
      for (let round = 0; round < 5; round++) {
        expect((await gpt.call('small')).body.response.body).toEqual({ ok: true });
        expect(sizeOf(await otherGpt.call(kind))).toBe(LARGE.length);
      }
      expect([holder.answer, waiting.answer]).toEqual([undefined, undefined]);
      one.letGo();
      expect([sizeOf(await holder.done), sizeOf(await waiting.done)]).toEqual([LARGE.length, LARGE.length]);
    },
  );

  it.each(['huge', 'hugeCloses'])('that wait may break off (%s), and nothing else notices', async (kind) => {
    const holder = called(gpt, 'stalls');
    await isHeld();
    const waiting = called(gpt, kind);
    // Nobody reads on.
    const socket = await eventually(
      async () => {
        const [connection] = one.full;
        const before = connection?.writableLength ?? 0;
        await delay(50);
        return before > 0 && connection?.writableLength === before ? connection : undefined;
      },
      (found) => found !== undefined,
    );
    one.full.length = 0;
    socket?.resetAndDestroy();
    expect((await gpt.call('small')).body.response.body).toEqual({ ok: true });
    one.letGo();
    const { status } = await waiting.done;
    // undici takes the reset of a body that only its connection ends for its end.
    expect(status).toBe(kind === 'huge' ? 502 : 200);
    expect(sizeOf(await holder.done)).toBe(LARGE.length);
    expect(sizeOf(await gpt.call('large'))).toBe(LARGE.length);
  });

  it('all come through in the end, and leave no place taken', async () => {
    const calls = Array.from({ length: 12 }, (_, index) => (index % 2 ? gpt : otherGpt).call('large'));
    expect(new Set((await Promise.all(calls)).map(sizeOf))).toEqual(new Set([LARGE.length]));
    for (const each of [gpt, otherGpt]) expect(sizeOf(await each.call('bomb'))).toBe(LARGE.length);
  });

  it('give their place back when their caller goes away', async () => {
    const leaving = new AbortController();
    const call = fetch(`${app.url}${gpt.path}/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gpt.tenant.runtime.key ?? '' },
      body: JSON.stringify({ operation_id: 'stalls' }),
      signal: leaving.signal,
    });
    await isHeld();
    leaving.abort();
    await expect(call).rejects.toThrow('aborted');
    expect(sizeOf(await gpt.call('large'))).toBe(LARGE.length);
    one.letGo();
  });
});
