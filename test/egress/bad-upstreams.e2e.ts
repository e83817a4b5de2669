// Runs once: the database takes no part in what this suite tests.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { completed } from '../support/token-requests.js';
import type { TestGpt } from '../support/tenant.js';

/** Number of a host's 64 slots that one tenant can have, and more callers than that. */
const SLOTS = 48;
const CALLERS = SLOTS + 6;

const MEBIBYTE = 1_048_576;

/** A server below HTTP that records its requests and counts the bytes it could send. */
class BadUpstream {
  requests: string[] = [];
  /** Bytes that the client or intermediate buffers have accepted. */
  sentBytes = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(answer: (socket: Socket, upstream: BadUpstream) => void): Promise<BadUpstream> {
    const server = createServer();
    const upstream = new BadUpstream(server);
    server.on('connection', (socket) => {
      upstream.sockets.add(socket.on('error', () => socket.destroy()));
      socket.on('close', () => upstream.sockets.delete(socket));
      socket.on('data', (data) => {
        upstream.requests.push(data.toString('latin1'));
        answer(socket, upstream);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get open(): number {
    return this.sockets.size;
  }

  /** Sends the same chunk for as long as it is read. */
  pour(socket: Socket, first: string, chunk: Buffer): void {
    socket.write(first);
    const more = (): void => {
      if (!socket.writable) return;
      socket.write(chunk, (error) => {
        if (error) return;
        this.sentBytes += chunk.length;
        more();
      });
    };
    more();
  }

  /** Closes the server and all connections. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

let world: OAuthWorld;
const upstreams: BadUpstream[] = [];

beforeAll(async () => {
  world = await OAuthWorld.start();
});

beforeEach(() => world.reset());

afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.stop()));
});

afterAll(() => world.stop());

async function bad(answer: (socket: Socket, upstream: BadUpstream) => void): Promise<BadUpstream> {
  const upstream = await BadUpstream.start(answer);
  upstreams.push(upstream);
  return upstream;
}

const operation = (operationId: string) => ({
  operationId,
  'x-openai-isConsequential': false,
  responses: { 200: { description: 'ok' } },
});

/** Creates a GPT for the API at a server, with the operations `read` (GET) and `write` (POST). */
async function gptOf({ url }: { url: string }): Promise<TestGpt> {
  const gpt = await (await world.app.tenant()).gpt();
  const paths = { '/': { get: operation('read'), post: operation('write') } };
  await gpt.action({ openapi: '3.1.0', info: { title: 'Bad', version: '1' }, servers: [{ url }], paths });
  return gpt;
}

const letters = Buffer.alloc(64 * 1024, 'A');
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Ways in which an upstream delays a call until its deadline. */
const DELAYS: [string, (socket: Socket) => void][] = [
  ['never responds', () => undefined],
  ['begins a head', (socket) => socket.write(`${HEAD}x-slow: `)],
  ['begins a body', (socket) => socket.write(`${HEAD}content-length: 10\r\n\r\n{`)],
];

describe.each(DELAYS)('while an upstream that %s occupies all its slots', (_, answer) => {
  it('other calls are answered and tokens are refreshed', async () => {
    const alice = await world.connectedUser();
    const upstream = await bad(answer);
    const gpt = await gptOf(upstream);
    let ended = 0;
    const calls = Array.from({ length: CALLERS }, () => gpt.call('read').finally(() => ended++));
    await eventually(
      () => upstream.requests.length,
      (seen) => seen === SLOTS,
    );

    world.provider.expireAccessTokens();
    expect(await alice.calls()).toMatchObject(completed);
    expect(world.provider.grants('refresh_token')).toHaveLength(1);
    const others = await Promise.all(Array.from({ length: 20 }, () => alice.calls()));
    expect(others).toMatchObject(others.map(() => completed));
    // None of the waiting calls has ended, and no more requests than slots have reached the upstream.
    expect([ended, upstream.requests.length]).toEqual([0, SLOTS]);

    await upstream.stop();
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['upstream_unreachable']));
  });
});

describe('while the slow requests of one tenant wait for slots at a host', () => {
  /** Responds to POST only. */
  const answerPost = (socket: Socket, { requests }: BadUpstream): void => {
    if (requests.at(-1)?.startsWith('POST ')) socket.end(`${HEAD}content-length: 2\r\nconnection: close\r\n\r\n{}`);
  };

  it('the host answers calls of another tenant', async () => {
    const upstream = await bad(answerPost);
    const [slow, quick] = [await gptOf(upstream), await gptOf(upstream)];
    const calls = Array.from({ length: CALLERS }, () => slow.call('read'));
    await eventually(
      () => upstream.requests.length,
      (seen) => seen === SLOTS,
    );
    expect(await quick.call('write')).toMatchObject(completed);
    expect(upstream.requests.filter((request) => request.startsWith('GET '))).toHaveLength(SLOTS);
    await upstream.stop();
    await Promise.all(calls);
  });

  it('the host answers OAuth requests of another tenant', async () => {
    const upstream = await bad((socket, { requests }) => {
      if (requests.at(-1)?.includes('/quick')) socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n');
    });
    const [greedy, other] = await Promise.all([world.app.tenant(), world.app.tenant()]);
    const discover = ({ admin }: typeof greedy, path: string) =>
      admin.post('/v1/oauth/discover', { issuer: upstream.url + path });
    const slow = Array.from({ length: 14 }, () => discover(greedy, '/slow'));
    await eventually(
      () => upstream.requests.length,
      (seen) => seen === 12,
    );
    expect((await discover(other, '/quick')).body.code).toBe('discovery_failed');
    expect(upstream.requests.filter((request) => request.includes('/slow'))).toHaveLength(12);
    await upstream.stop();
    await Promise.all(slow);
  });
});

/** Forwards requests to the token and revocation endpoints; responds to nothing else. */
async function onlyOAuth(socket: Socket, { requests }: BadUpstream): Promise<void> {
  const [head = '', body = ''] = (requests.at(-1) ?? '').split('\r\n\r\n');
  const path = /^POST (\/token|\/revoke) /.exec(head)?.[1];
  if (path === undefined) return;
  const authorization = /^authorization: (.*)$/im.exec(head)?.[1];
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...(authorization && { authorization }) };
  const answer = await fetch(world.provider.url + path, { method: 'POST', headers, body });
  const text = await answer.text();
  socket.write(
    `HTTP/1.1 ${answer.status} OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n`,
  );
  socket.write(text);
}

it('refreshes and revokes tokens at a host whose slots are all taken by calls that it does not answer', async () => {
  const slow = await bad((socket, self) => void onlyOAuth(socket, self));
  const urls = { token_url: `${slow.url}/token`, revocation_url: `${slow.url}/revoke` };
  const alice = await world.connectedUser('alice', urls);
  const gpt = await gptOf(slow);
  let ended = 0;
  const calls = Array.from({ length: CALLERS }, () => gpt.call('read').finally(() => ended++));
  const hanging = () => slow.requests.filter((request) => request.startsWith('GET ')).length;
  await eventually(hanging, (seen) => seen === SLOTS);

  world.provider.expireAccessTokens();
  expect(await alice.calls()).toMatchObject(completed);
  expect(world.provider.grants('refresh_token')).toHaveLength(1);
  const { id } = await alice.connection();
  await alice.gpt.tenant.admin.delete(`/v1/connections/${id}`);
  await eventually(
    () => world.provider.revocationRequests.length,
    (seen) => seen > 0,
  );
  expect([ended, hanging()]).toEqual([0, SLOTS]);

  await slow.stop();
  await Promise.all(calls);
});

it('fails calls that get no slot by their deadline with 504 and sends nothing for them', async () => {
  const hasty = await world.app.replica({ CALL_TIMEOUT_SECONDS: '1' });
  try {
    const upstream = await bad(() => undefined);
    const gpt = await gptOf(upstream);
    const answers = await Promise.all(Array.from({ length: CALLERS }, () => gpt.at(hasty).call('write')));
    expect(new Set(answers.map(problemOf))).toEqual(new Set(['504 upstream_timeout']));
    expect(upstream.requests.length).toBeLessThanOrEqual(CALLERS);
    // Every slot has been released.
    await eventually(
      () => upstream.open,
      (open) => open === 0,
    );
    const later = gpt.at(hasty).call('read');
    await eventually(
      () => upstream.requests.at(-1),
      (last) => last?.startsWith('GET ') === true,
    );
    expect(problemOf(await later)).toBe('504 upstream_timeout');
  } finally {
    await hasty.stop();
  }
});

it.each<[string, (socket: Socket) => void]>([
  ['at once', (socket) => socket.destroy()],
  ['gracefully', (socket) => socket.end()],
  ['in the head', (socket) => socket.end(`${HEAD}x-half: `)],
  ['in the body', (socket) => socket.end(`${HEAD}content-length: 10\r\n\r\n{`)],
])('does not repeat a POST if the upstream closes the connection %s', async (_, close) => {
  const upstream = await bad((socket) => close(socket));
  const gpt = await gptOf(upstream);
  expect(problemOf(await gpt.call('write'))).toMatch(/^502 upstream_(unreachable|invalid)$/);
  await gpt.call('read');
  expect(upstream.requests.map((request) => request.split(' ')[0])).toEqual(['POST', 'GET']);
});

describe('an endless response', () => {
  /** Bytes that may be in the buffers of the system. */
  const BUFFERS = 16 * MEBIBYTE;

  it.each([
    ['text', `${HEAD.replace('application/json', 'text/plain')}\r\n`, 100_000 * 4, '200, truncated'],
    ['JSON', `${HEAD}\r\n{"notes":"`, 100_000 * 4, '200, truncated'],
    ['a file', `${HEAD.replace('application/json', 'image/png')}\r\n`, 10 * MEBIBYTE, '200, truncated'],
    ['a head', `${HEAD}x-endless: `, 0, '502 upstream_invalid'],
  ])('is read to its limit only: %s', async (_, head, limit, outcome) => {
    const upstream = await bad((socket, self) => self.pour(socket, head, letters));
    const gpt = await gptOf(upstream);
    const answer = await gpt.call('read');
    const { response } = answer.body;
    const outcomeSeen = response ? `${response.status}${response.truncated ? ', truncated' : ''}` : problemOf(answer);
    expect(outcomeSeen).toBe(outcome);
    await eventually(
      () => upstream.open,
      (open) => open === 0,
    );
    expect(upstream.sentBytes).toBeLessThan(limit + BUFFERS);
  });
});

it.each(['{"notes":"', '{"openaiFileResponse":[{"name":"a.png","mime_type":"image/png","content":"'])(
  'truncates a decompression bomb of %s for several callers at once',
  async (beginning) => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(beginning), Buffer.alloc(64 * MEBIBYTE, 'A')]));
    const upstream = await bad((socket) => {
      socket.write(`${HEAD}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    const gpt = await gptOf(upstream);
    const answers = await Promise.all(Array.from({ length: 4 }, () => gpt.call('read')));
    for (const { status, body } of answers) {
      expect([status, body.outcome, body.response.truncated, body.response.files]).toEqual([
        200,
        'completed',
        true,
        [],
      ]);
      expect(JSON.stringify(body.response.body).length).toBeLessThan(110_000);
    }
  },
);

it('requests an upstream that redirects to itself once', async () => {
  const upstream = await bad((socket) =>
    socket.write('HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n'),
  );
  const { body } = await (await gptOf(upstream)).call('read');
  expect(body).toMatchObject({ outcome: 'completed', response: { status: 302 } });
  expect(upstream.requests).toHaveLength(1);
});
