// Runs once: the database takes no part in what this suite tests.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { completed, holdTokenRequest } from '../support/token-requests.js';
import type { TestGpt } from '../support/tenant.js';

const MIB = 1_048_576;

const LARGE = Buffer.alloc(3 * MIB, 'x');

const NAMES = ['large', 'bomb', 'closes', 'stalls', 'stallsSized', 'stallsJson', 'json', 'small', 'huge', 'hugeCloses'];

/** JSON that contains a file of 2 MiB. */
const JSON_WITH_FILE = Buffer.from(
  JSON.stringify({ openaiFileResponse: [{ name: 'a', mime_type: 'image/png', content: 'A'.repeat(2 * MIB) }] }),
);

/** Bytes of memory for each byte of a file. */
const PER_BYTE = 6;

/** Enough for one large file of a host and two in total; a fifth is for sent files. */
const MAX_HELD_BYTES = 50 * MIB;

/** More than the buffers of a connection can take. */
const HUGE = Buffer.alloc(32 * MIB, 'x');

/** An API that sends files: complete, compressed, and files that stall after 2 MiB until the test resumes them. */
class FileServer {
  readonly stalled: ServerResponse[] = [];
  readonly requests: string[] = [];
  /** Connections that are sent more than their buffers can take. */
  readonly full: Socket[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FileServer> {
    // A connection that waits for memory longer than Node's default of 5 s must not be closed.
    const server = createServer({ keepAliveTimeout: 120_000 });
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

  resumeStalled(): void {
    for (const response of this.stalled.splice(0)) response.end(LARGE.subarray(2 * MIB));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer(path: string, response: ServerResponse): void {
    this.requests.push(path);
    if (path === '/small') return void response.setHeader('content-type', 'application/json').end('{"ok":true}');
    if (/json$/i.test(path)) {
      response.setHeader('content-type', 'application/json');
      if (path === '/json') return void response.end(JSON_WITH_FILE);
      response.write(JSON_WITH_FILE.subarray(0, 1.5 * MIB));
      return void this.stalled.push(response);
    }
    response.setHeader('content-type', 'application/octet-stream');
    if (path === '/bomb') return void response.setHeader('content-encoding', 'gzip').end(gzipSync(LARGE));
    if (path === '/large') return void response.end(LARGE);
    // Without length and chunks the body ends with the connection (RFC 9112, section 6.3).
    if (/closes/i.test(path)) {
      response.useChunkedEncodingByDefault = false;
      response.setHeader('connection', 'close');
    }
    // Ending at once would add a length.
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
    TestApp.start({ environment: { CALL_MAX_HELD_BYTES: String(MAX_HELD_BYTES) } }),
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
  for (const server of [one, other]) [server.requests.length, server.full.length] = [0, 0];
});

afterEach(() => one.resumeStalled());

/** Starts a call; `answer` is set once it is answered. */
function startCall(by: TestGpt, operation: string): { answer?: ApiResponse; done: Promise<ApiResponse> } {
  const call: { answer?: ApiResponse; done: Promise<ApiResponse> } = { done: by.call(operation) };
  void call.done.then((answer) => (call.answer = answer));
  return call;
}

/** Waits until calls hold the memory of this many MiB of files, and this many calls wait. */
async function expectMemory(mib: number, waiting: number, of = app): Promise<void> {
  await eventually(
    async () => (await of.anonymous.get('/metrics')).body as string,
    (metrics) =>
      metrics.includes(`\ncountersign_held_bytes ${mib * PER_BYTE * MIB}\n`) &&
      metrics.includes(`\ncountersign_calls_waiting_for_bytes ${waiting}\n`),
  );
}

function sizeOf(answer: ApiResponse): number {
  if (!answer.body.response) throw new Error(`the call failed: ${problemOf(answer)}: ${answer.body.detail}`);
  return Buffer.from(answer.body.response.files[0].content, 'base64').length;
}

describe('large responses', () => {
  it.each(['large', 'bomb', 'closes'])(
    'of a host whose memory is used up wait (%s), and no other calls do',
    async (kind) => {
      const holder = startCall(gpt, 'stalls');
      await expectMemory(2, 0);
      const waiting = startCall(gpt, kind);
      await expectMemory(2, 1);
      // Small responses of that host and large responses of another host are not delayed.
      for (let round = 0; round < 5; round++) {
        expect((await gpt.call('small')).body.response.body).toEqual({ ok: true });
        expect(sizeOf(await otherGpt.call(kind))).toBe(LARGE.length);
      }
      expect([holder.answer, waiting.answer]).toEqual([undefined, undefined]);
      one.resumeStalled();
      expect([sizeOf(await holder.done), sizeOf(await waiting.done)]).toEqual([LARGE.length, LARGE.length]);
    },
  );

  it.each(['huge', 'hugeCloses'])('that break off while they wait (%s) affect no other call', async (kind) => {
    const holder = startCall(gpt, 'stalls');
    await expectMemory(2, 0);
    const waiting = startCall(gpt, kind);
    // Reading is paused.
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
    one.resumeStalled();
    const { status } = await waiting.done;
    // undici treats the reset of a body that ends with its connection as its end.
    expect(status).toBe(kind === 'huge' ? 502 : 200);
    expect(sizeOf(await holder.done)).toBe(LARGE.length);
    expect(sizeOf(await gpt.call('large'))).toBe(LARGE.length);
  });

  it('are held concurrently as long as memory is free', async () => {
    const roomy = await app.replica({ CALL_MAX_HELD_BYTES: String(512 * MIB) });
    try {
      const calls = Array.from({ length: 11 }, () => gpt.at(roomy).call('stallsSized'));
      await expectMemory(2 * 11, 0, roomy);
      one.resumeStalled();
      expect(new Set((await Promise.all(calls)).map(sizeOf))).toEqual(new Set([LARGE.length]));
      await expectMemory(0, 0, roomy);
    } finally {
      await roomy.stop();
    }
  });

  it('of one host are not delayed by many other hosts that stall in the middle of large JSON responses', async () => {
    const roomy = await app.replica({ CALL_MAX_HELD_BYTES: String(512 * MIB) });
    const slow = await Promise.all(Array.from({ length: 8 }, () => FileServer.start()));
    try {
      const tenant = await app.tenant();
      for (const server of slow) {
        const slowGpt = await tenant.gpt();
        await slowGpt.action(server.document());
        void slowGpt.at(roomy).call('stallsJson');
      }
      await expectMemory(2 * slow.length, 0, roomy);
      expect(sizeOf(await otherGpt.at(roomy).call('json'))).toBe(1.5 * MIB);
      await Promise.all(slow.map((server) => server.stop()));
      await expectMemory(0, 0, roomy);
    } finally {
      await roomy.stop();
    }
  });

  it('that need more than all memory are read one after another', async () => {
    const narrow = await app.replica({ CALL_MAX_HELD_BYTES: String(16 * MIB) });
    try {
      const calls = Array.from({ length: 6 }, (_, index) => gpt.at(narrow).call(index % 2 ? 'large' : 'bomb'));
      expect(new Set((await Promise.all(calls)).map(sizeOf))).toEqual(new Set([LARGE.length]));
      await expectMemory(0, 0, narrow);
    } finally {
      await narrow.stop();
    }
  });

  it('that get no memory by the deadline fail and hold none', async () => {
    const hasty = await app.replica({ CALL_MAX_HELD_BYTES: String(MAX_HELD_BYTES), CALL_TIMEOUT_SECONDS: '1' });
    try {
      const calls = [gpt.at(hasty).call('stalls'), gpt.at(hasty).call('stalls')];
      const answers = await Promise.all(calls);
      expect(answers.map(problemOf)).toEqual(['504 upstream_timeout', '504 upstream_timeout']);
      await expectMemory(0, 0, hasty);
      expect(sizeOf(await gpt.at(hasty).call('large'))).toBe(LARGE.length);
    } finally {
      await hasty.stop();
    }
  });

  it('are all read in the end, and their memory is released', async () => {
    const calls = Array.from({ length: 12 }, (_, index) => (index % 2 ? gpt : otherGpt).call('large'));
    expect(new Set((await Promise.all(calls)).map(sizeOf))).toEqual(new Set([LARGE.length]));
    for (const each of [gpt, otherGpt]) expect(sizeOf(await each.call('bomb'))).toBe(LARGE.length);
    await expectMemory(0, 0);
  });

  it('release their memory when the caller disconnects', async () => {
    const leaving = new AbortController();
    const call = fetch(`${app.url}${gpt.path}/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': gpt.tenant.runtime.key ?? '' },
      body: JSON.stringify({ operation_id: 'stalls' }),
      signal: leaving.signal,
    });
    await expectMemory(2, 0);
    leaving.abort();
    await expect(call).rejects.toThrow('aborted');
    await expectMemory(0, 0);
    expect(sizeOf(await gpt.call('large'))).toBe(LARGE.length);
    one.resumeStalled();
  });
});

describe('a call for a user who is signed in', () => {
  let world: OAuthWorld;

  beforeAll(async () => {
    world = await OAuthWorld.start();
  });

  beforeEach(() => world.reset());

  afterAll(() => world.stop());

  it('is not sent if the caller disconnects while the token is refreshed', async () => {
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
    await delay(200); // until the server has noticed
    held.release();
    expect(await alice.calls()).toMatchObject(completed);
    expect(world.api.requests).toHaveLength(1);
  });

  it('releases the memory of a 401 response before it is retried', async () => {
    const alice = await world.connectedUser();
    const { accessTokens } = world.provider;
    let held: string[] | null | undefined;
    world.api.respondWith(async ({ headers }) => {
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
