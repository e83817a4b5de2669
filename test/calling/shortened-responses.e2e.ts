import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { setCallPolicy } from '../support/call-policy.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document(NOTES_PATHS));
});

afterAll(() => Promise.all([app.stop(), api.stop()]));

beforeEach(() => api.respondWith(() => ({ body: { ok: true } })));

afterEach(() => void jest.restoreAllMocks());

const MAX_CHARACTERS = 100_000;

/** A page of notes with its cursor at the end. */
const pageOf = (notes: number) => ({
  notes: Array.from({ length: notes }, (_, id) => ({ id, text: `note ${id} é` })),
  next: 'cursor-2',
});

describe('a JSON response over the limit', () => {
  it('remains JSON with the members after a long list, and says how to get the rest', async () => {
    api.respondWith(() => ({ body: pageOf(5000) }));
    const { response, notices } = (await gpt.call('listNotes')).body;
    const { notes, next } = response.body;
    expect([response.truncated, next]).toEqual([true, 'cursor-2']);
    expect(notes).toEqual(pageOf(5000).notes.slice(0, notes.length));
    expect(JSON.stringify(response.body).length).toBeGreaterThan(0.99 * MAX_CHARACTERS);
    expect(JSON.stringify(response.body).length).toBeLessThanOrEqual(MAX_CHARACTERS);
    expect(notices).toEqual([
      {
        pointer: '/response/body/notes',
        message: `shows the first ${notes.length} of 5000 items; ask for fewer items with \`limit\``,
      },
    ]);
  });

  it.each([
    ['', (body: string) => ({ body })],
    ['compressed ', (body: string) => ({ body: gzipSync(body), headers: { 'content-encoding': 'gzip' } })],
  ])('remains JSON if it is so large that its %send is not read', async (_, reply) => {
    const { body, headers = {} } = { headers: undefined, ...reply(JSON.stringify(pageOf(100_000))) };
    api.respondWith(() => ({ body, headers: { 'content-type': 'application/json', ...headers } }));
    const { response, notices } = (await gpt.call('listNotes')).body;
    const { notes } = response.body;
    expect(notes).toEqual(pageOf(notes.length).notes);
    expect([response.truncated, notes.length > 2000]).toEqual([true, true]);
    expect(notices).toEqual([
      {
        pointer: '/response/body',
        message: expect.stringMatching(/^the response is too large: only its first \d{6} /),
      },
      {
        pointer: '/response/body/notes',
        message: expect.stringMatching(/^shows the first \d+ of at least \d+ items; ask for fewer items with `limit`$/),
      },
    ]);
  });
});

describe('a response of type application/octet-stream', () => {
  const headers = { 'content-type': 'application/octet-stream' };

  it('is JSON if it reads like JSON', async () => {
    api.respondWith(() => ({ body: JSON.stringify(pageOf(2)), headers }));
    const { response } = (await gpt.call('listNotes')).body;
    expect(response).toMatchObject({ body: pageOf(2), files: [], content_type: 'application/octet-stream' });
  });

  it('is a file otherwise', async () => {
    api.respondWith(() => ({ body: '{"not": JSON', headers }));
    expect((await gpt.call('listNotes')).body.response).toMatchObject({ body: '', files: [{ name: 'notes' }] });
  });
});

describe('a response with the bounds of a policy', () => {
  it('has what is kept, also of a body that would be too large', async () => {
    setCallPolicy(app, { response: { keep: ['/next', '/notes'], drop: ['/notes/*/text'], maxItems: 2 } });
    api.respondWith(() => ({ body: { secret: 'x', ...pageOf(30_000) } }));
    const { response, notices } = (await gpt.call('listNotes')).body;
    expect(response).toMatchObject({ body: { notes: [{ id: 0 }, { id: 1 }], next: 'cursor-2' }, truncated: false });
    expect(JSON.stringify(response.body)).toBe('{"notes":[{"id":0},{"id":1}],"next":"cursor-2"}');
    expect(notices).toEqual([
      {
        pointer: '/response/body/notes',
        message:
          "shows the first 2 of 30000 items, the maximum of the operation's policy; ask for fewer items with `limit`",
      },
    ]);
  });
});

describe('an event stream', () => {
  let server: Server;
  let streams: ServerResponse[];
  let hasty: TestApp;
  let streaming: TestGpt;
  let type: string;

  beforeAll(async () => {
    server = createServer((_, response) => {
      streams.push(response.setHeader('content-type', type));
      response.write('data: one\n\ndata: two\n\ndata: thr');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    hasty = await app.replica({ CALL_TIMEOUT_SECONDS: '3' });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const paths = { '/events': { get: { operationId: 'listEvents', responses: { 200: { description: '' } } } } };
    streaming = await gpt.tenant.gpt();
    await streaming.action({ openapi: '3.1.0', info: { title: 'E', version: '1' }, servers: [{ url }], paths });
    streaming = streaming.at(hasty);
  });

  beforeEach(() => {
    [streams, type] = [[], 'text/event-stream'];
  });

  afterAll(async () => {
    await hasty.stop();
    server.closeAllConnections();
    server.close();
  });

  it('that has not ended at the deadline is returned up to its last complete event, and its connection is closed', async () => {
    const { body } = await streaming.call('listEvents');
    expect(body).toMatchObject({
      outcome: 'completed',
      response: { status: 200, body: 'data: one\n\ndata: two\n\n', truncated: true },
      notices: [{ pointer: '/response/body', message: expect.stringContaining('had not ended at the call') }],
    });
    const [stream] = streams;
    if (stream?.closed === false) await once(stream, 'close');
    expect(stream?.destroyed).toBe(true);
  });

  it('is the only type of which part is returned', async () => {
    type = 'text/plain';
    expect(problemOf(await streaming.call('listEvents'))).toBe('504 upstream_timeout');
  });
});
