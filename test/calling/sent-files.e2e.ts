// Runs once: the database takes no part in what this suite tests.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt } from '../support/tenant.js';
import { Upstream, type ReceivedRequest } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
/** Another host, which serves files. */
let shelf: Upstream;
let gpt: TestGpt;

const KEY = 'canary-1f7b3d9c55';
const MAX_BYTES = 50_000;
const MAX_TOTAL_BYTES = 120_000;

beforeAll(async () => {
  const environment = {
    CALL_MAX_REQUEST_CHARACTERS: '2000',
    CALL_MAX_FILE_BYTES: String(MAX_BYTES),
    CALL_MAX_TOTAL_FILE_BYTES: String(MAX_TOTAL_BYTES),
    CALL_TIMEOUT_SECONDS: '3',
  };
  [app, api, shelf] = await Promise.all([TestApp.start({ environment }), Upstream.start(), Upstream.start()]);
  gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document(PATHS), { type: 'api_key', api_key: KEY, auth_type: 'bearer' });
});

afterAll(() => Promise.all([app.stop(), api.stop(), shelf.stop()]));

beforeEach(() => {
  api.requests.length = 0;
  shelf.requests.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
  shelf.respondWith(() => ({ status: 404 }));
});

const FILE = { type: 'string', format: 'binary' };
const post = (operationId: string, content: object, isConsequential = false) => ({
  post: {
    operationId,
    'x-openai-isConsequential': isConsequential,
    requestBody: { content },
    responses: { 200: { description: 'ok' } },
  },
});
const FORM = {
  'multipart/form-data': {
    schema: {
      type: 'object',
      properties: { file: FILE, more: { type: 'array', items: FILE }, note: { type: 'string' } },
    },
  },
};
const PATHS = {
  '/uploads': post('upload', FORM),
  '/careful': post('uploadCarefully', FORM, true),
  '/pictures': post('replacePicture', { 'image/*': { schema: FILE } }),
  '/texts': post('sendText', { 'text/csv': { schema: { type: 'string' } } }),
  '/summaries': post('summarize', {
    'application/json': {
      schema: {
        type: 'object',
        properties: { openaiFileIdRefs: { type: 'array', items: { type: 'string' } }, limit: { type: 'integer' } },
      },
    },
  }),
};

const link = (path: string) => `${shelf.url}/${path}`;
const call = (operationId: string, body: unknown) => gpt.call(operationId, { arguments: { body } });

async function completed(operationId: string, body: unknown) {
  const answer = await call(operationId, body);
  expect([answer.status, answer.body.outcome]).toEqual([200, 'completed']);
  return answer.body;
}

/** Parses a form as a server does. */
async function formIn({ bytes, headers }: ReceivedRequest) {
  const type = headers['content-type'] ?? '';
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const read = async (value: File) => ({
    name: value.name,
    type: value.type,
    bytes: Buffer.from(await value.arrayBuffer()),
  });
  return Promise.all(
    [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await read(value)]),
  );
}

describe('a file in the arguments', () => {
  it('is sent byte for byte, from its content or its link', async () => {
    const [one, other] = [randomBytes(2000), randomBytes(3000)];
    shelf.respondWith(() => ({ headers: { 'content-type': 'image/png' }, body: other }));
    await completed('upload', {
      file: { name: 'one.bin', mime_type: 'application/pdf', content: one.toString('base64') },
      more: [{ name: 'other.png', id: 'file-1', mime_type: 'image/png', download_link: link('x') }, 'as text'],
      note: 'ä',
    });
    expect(await formIn(api.last)).toEqual([
      ['file', { name: 'one.bin', type: 'application/pdf', bytes: one }],
      ['more', { name: 'other.png', type: 'image/png', bytes: other }],
      ['more', { name: 'more', type: 'application/octet-stream', bytes: Buffer.from('as text') }],
      ['note', 'ä'],
    ]);
  });

  it('has the name and type of its server if the arguments give none', async () => {
    const headers = {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="t.csv"',
    };
    shelf.respondWith(() => ({ headers, body: 'a,b' }));
    await completed('upload', { file: { download_link: link('x') } });
    expect(await formIn(api.last)).toEqual([['file', { name: 't.csv', type: 'text/csv', bytes: Buffer.from('a,b') }]]);
  });

  it('is the whole body if the API takes a file as its body', async () => {
    const bytes = randomBytes(MAX_BYTES);
    shelf.respondWith(() => ({ headers: { 'content-type': 'image/webp' }, body: bytes }));
    await completed('replacePicture', { download_link: link('x') });
    expect(api.last.headers).toMatchObject({ 'content-type': 'image/webp', 'content-length': String(MAX_BYTES) });
    expect(api.last.bytes.equals(bytes)).toBe(true);
  });

  it('is fetched without the credential, which is sent to the API only', async () => {
    shelf.respondWith(() => ({ body: 'x' }));
    await completed('upload', { file: { download_link: link('x') } });
    expect(shelf.requests).toHaveLength(1);
    expect(JSON.stringify(shelf.requests)).not.toContain(KEY);
    expect(api.last.headers['authorization']).toBe(`Bearer ${KEY}`);
  });

  it('is not fetched before the user has confirmed the call', async () => {
    shelf.respondWith(() => ({ body: 'x' }));
    const args = { body: { file: { download_link: link('x') } } };
    const asked = await gpt.call('uploadCarefully', { arguments: args });
    expect(asked.body.outcome).toBe('confirmation_required');
    expect([shelf.requests.length, api.requests.length]).toEqual([0, 0]);
    const confirmation = asked.body.confirmation.token;
    expect((await gpt.call('uploadCarefully', { arguments: args, confirmation })).body.outcome).toBe('completed');
    expect([shelf.requests.length, api.requests.length]).toEqual([1, 1]);
  });

  it('is passed on as a link if the API fetches it itself', async () => {
    const file = { name: 'n.txt', id: 'file-1', mime_type: 'text/plain', download_link: link('n') };
    await completed('summarize', { openaiFileIdRefs: [file] });
    expect(JSON.parse(api.last.body)).toEqual({ openaiFileIdRefs: [file] });
    expect(shelf.requests).toHaveLength(0);
  });

  it('does not count towards the characters of the request', async () => {
    await completed('upload', { file: { content: randomBytes(10_000).toString('base64') } });
    expect(problemOf(await call('upload', { note: 'x'.repeat(2000) }))).toBe('413 request_too_large');
    const mixed = { file: { download_link: link('x') }, note: 'x'.repeat(2000) };
    shelf.respondWith(() => ({ body: 'x' }));
    expect(problemOf(await call('upload', mixed))).toBe('413 request_too_large');
  });
});

describe('a file that cannot be sent', () => {
  const POINTER = '/arguments/body/more/0/download_link';

  it.each<[string, () => string | Promise<string>]>([
    ['does not exist', () => link('x')],
    ['is at a blocked address', () => 'https://10.0.0.1/x'],
    ['is behind a closed port', async () => `http://127.0.0.1:${await freePort()}/x`],
    ['has an invalid link', () => 'file:///etc/passwd'],
  ])('rejects the call with a pointer to the link if it %s', async (_, where) => {
    expect(problemOf(await call('upload', { more: [{ download_link: await where() }] }))).toBe(
      `400 invalid_arguments ${POINTER}`,
    );
    expect(api.requests).toHaveLength(0);
  });

  it('tells admins which EGRESS_ALLOW entry would allow its address, and runtime keys the code alone', async () => {
    const args = { body: { more: [{ download_link: 'https://10.0.0.1/x' }] } };
    const asAdmin = await gpt.tenant.admin.post(`${gpt.path}/call`, { operation_id: 'upload', arguments: args });
    expect(asAdmin.body.detail).toBe(
      'the file cannot be sent: 10.0.0.1 is blocked: private address (private use); add 10.0.0.1:443 to EGRESS_ALLOW to allow it',
    );
    const asRuntime = await gpt.call('upload', { arguments: args });
    expect(asRuntime.body.detail).toBe('the file cannot be sent: the egress policy does not allow this address');
    expect(JSON.stringify(asRuntime.body)).not.toContain('EGRESS_ALLOW');
  });

  it('rejects the call if it is too large, alone or with the others', async () => {
    shelf.respondWith(({ path }) => ({ body: Buffer.alloc(path === '/large' ? MAX_BYTES + 1 : MAX_BYTES) }));
    const one = await call('upload', { more: [{ download_link: link('large') }] });
    expect(one.body.detail).toBe(`the file cannot be sent: the file has more than ${MAX_BYTES} bytes`);
    const all = ['a', 'b', 'c'].map((name) => ({ download_link: link(name) }));
    expect((await call('upload', { more: all })).body.detail).toContain(`more than ${MAX_TOTAL_BYTES} bytes together`);
    const inline = { content: Buffer.alloc(MAX_BYTES).toString('base64') };
    expect(problemOf(await call('upload', { more: [inline, inline, inline] }))).toBe('413 request_too_large');
    expect(api.requests).toHaveLength(0);
  });

  it('rejects the call if there are too many files', async () => {
    const more = Array.from({ length: 11 }, (_, index) => ({ download_link: link(String(index)) }));
    expect(problemOf(await call('upload', { more }))).toBe(
      '400 invalid_arguments /arguments/body/more/10/download_link',
    );
    expect(shelf.requests).toHaveLength(0);
  });

  it('rejects the call if it misses the deadline', async () => {
    shelf.respondWith(() => 'silence');
    expect(problemOf(await call('upload', { more: [{ download_link: link('x') }] }))).toBe(
      `400 invalid_arguments ${POINTER}`,
    );
    expect(api.requests).toHaveLength(0);
  });
});

describe('a text body', () => {
  it('is sent with its content type', async () => {
    await completed('sendText', 'a,b\nä,ö');
    expect([api.last.headers['content-type'], api.last.body]).toEqual(['text/csv', 'a,b\nä,ö']);
  });
});

it('reports an argument that was converted to another type', async () => {
  const { notices } = await completed('summarize', { limit: '10' });
  expect(JSON.parse(api.last.body)).toEqual({ limit: 10 });
  expect(notices).toEqual([
    { pointer: '/arguments/body/limit', message: '`body.limit` was converted from "10" to 10' },
  ]);
});
