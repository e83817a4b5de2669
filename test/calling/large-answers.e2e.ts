// Runs once: the database takes no part in what this suite tests.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { completed, holdTokenRequest } from '../support/refreshing.js';
import type { TestGpt } from '../support/tenant.js';

const MIB = 1_048_576;

const LARGE = Buffer.alloc(3 * MIB, 'x');

const NAMES = ['large', 'bomb', 'closes', 'stalls', 'stallsSized', 'small', 'huge', 'hugeCloses'];

/** What a byte of a file comes to in memory. */
const PER_BYTE = 6;

/** Room for one large file of a host, and two in all; beside that for files that are sent. */
const ROOM = 50 * MIB;

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
    const paths = Object.fromEntries(NAMES.map((name) => [`/${name}`, operation(name)]));
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
    if (path === '/stallsSized') response.setHeader('content-length', LARGE.length);
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
  [app, one, other] = await Promise.all([
    TestApp.start({ environment: { CALL_MAX_HELD_BYTES: String(ROOM) } }),
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

/** Until calls hold as much as so many MiB of files come to, and so many wait. */
async function holds(mib: number, waiting: number, of = app): Promise<void> {
  await eventually(
    async () => (await of.anonymous.get('/metrics')).body as string,
    (metrics) =>
      metrics.includes(`\ncountersign_held_bytes ${mib * PER_BYTE * MIB}\n`) &&
      metrics.includes(`\ncountersign_calls_waiting_for_bytes ${waiting}\n`),
  );
}

const sizeOf = ({ body }: Answer) => Buffer.from(body.response.files[0].content, 'base64').length;

describe('large answers', () => {
  it.each(['large', 'bomb', 'closes'])(
    'wait for their turn (%s) while another of that host is held, and nothing else does',
    async (kind) => {
      const holder = called(gpt, 'stalls');
      await holds(2, 0);
      const waiting = called(gpt, kind);
      await holds(2, 1);
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
    await holds(2, 0);
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

  it('of moderate size are held side by side, as many as there is room for', async () => {
    const roomy = await app.beside({});
    try {
      const calls = Array.from({ length: 11 }, () => gpt.at(roomy).call('stallsSized'));
      await holds(2 * 11, 0, roomy);
      one.letGo();
      expect(new Set((await Promise.all(calls)).map(sizeOf))).toEqual(new Set([LARGE.length]));
      await holds(0, 0, roomy);
    } finally {
      await roomy.stop();
    }
  });

  it('that need more than there is come through one after the other', async () => {
    const narrow = await app.beside({ CALL_MAX_HELD_BYTES: String(16 * MIB) });
    try {
      const calls = Array.from({ length: 6 }, (_, index) => gpt.at(narrow).call(index % 2 ? 'large' : 'bomb'));
      expect(new Set((await Promise.all(calls)).map(sizeOf))).toEqual(new Set([LARGE.length]));
      await holds(0, 0, narrow);
    } finally {
      await narrow.stop();
    }
  });

  it('that find no room by the deadline are not waited for any longer, and take none', async () => {
    const hasty = await app.beside({ CALL_MAX_HELD_BYTES: String(ROOM), CALL_TIMEOUT_SECONDS: '1' });
    try {
      const calls = [gpt.at(hasty).call('stalls'), gpt.at(hasty).call('stalls')];
      const answers = await Promise.all(calls);
      expect(answers.map(problemOf)).toEqual(['504 upstream_timeout', '504 upstream_timeout']);
      await holds(0, 0, hasty);
      expect(sizeOf(await gpt.at(hasty).call('large'))).toBe(LARGE.length);
    } finally {
      await hasty.stop();
    }
  });

  it('all come through in the end, and leave nothing taken', async () => {
    const calls = Array.from({ length: 12 }, (_, index) => (index % 2 ? gpt : otherGpt).call('large'));
    expect(new Set((await Promise.all(calls)).map(sizeOf))).toEqual(new Set([LARGE.length]));
    for (const each of [gpt, otherGpt]) expect(sizeOf(await each.call('bomb'))).toBe(LARGE.length);
    await holds(0, 0);
  });

  it('give back what they hold when their caller goes away', async () => {
    const leaving = new AbortController();
    const call = fetch(`${app.url}${gpt.path}/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gpt.tenant.runtime.key ?? '' },
      body: JSON.stringify({ operation_id: 'stalls' }),
      signal: leaving.signal,
    });
    await holds(2, 0);
    leaving.abort();
    await expect(call).rejects.toThrow('aborted');
    await holds(0, 0);
    expect(sizeOf(await gpt.call('large'))).toBe(LARGE.length);
    one.letGo();
  });
});

describe('a call for a user who is signed in', () => {
  let world: OAuthWorld;

  beforeAll(async () => {
    world = await OAuthWorld.start();
  });

  beforeEach(() => world.reset());

  afterAll(() => world.stop());

  it('is not made for a caller who went away while its token was renewed', async () => {
    const alice = await world.connectedUser();
    world.app.clock.advance({ hours: 2 });
    const held = holdTokenRequest(world.provider);
    const leaving = new AbortController();
    const call = fetch(`${world.app.url}${alice.gpt.path}/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': alice.gpt.tenant.runtime.key ?? '' },
      body: JSON.stringify({ operation_id: 'listNotes', user: alice.name }),
      signal: leaving.signal,
    });
    await held.arrived;
    leaving.abort();
    await expect(call).rejects.toThrow('aborted');
    await delay(200); // until the server has heard of it
    held.letGo();
    expect(await alice.calls()).toMatchObject(completed);
    expect(world.api.requests).toHaveLength(1);
  });

  it('holds nothing of the answer by which its token was refused when it is made again', async () => {
    const alice = await world.connectedUser();
    const { accessTokens } = world.provider;
    let held: string[] | null | undefined;
    world.api.answers(async ({ headers }) => {
      const isGood = accessTokens.has((headers['authorization'] ?? '').replace('Bearer ', ''));
      if (!isGood) return { status: 401, headers: { 'content-type': 'image/png' }, body: LARGE };
      held = /^countersign_held_bytes .*$/m.exec((await world.app.anonymous.get('/metrics')).body as string);
      return { body: { ok: true } };
    });
    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
    expect(held?.[0]).toBe('countersign_held_bytes 0');
  });
});
