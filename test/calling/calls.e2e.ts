import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream, type UpstreamReply } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  await gpt.action(api.document({ ...NOTES_PATHS, ...EVERYTHING }));
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(() => {
  api.requests.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
});

const JSON_BODY = { required: true, content: { 'application/json': { schema: { type: 'object' } } } };

/** A parameter in every location, and a body. */
const EVERYTHING = {
  '/things/{id}/{id2}': {
    post: {
      operationId: 'everything',
      'x-openai-isConsequential': false,
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'id2', in: 'path', required: true, schema: { type: 'integer' } },
        { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        { name: 'since', in: 'query', schema: { type: 'string' } },
        { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
        { name: 'session', in: 'cookie', schema: { type: 'string' } },
        { name: 'theme', in: 'cookie', schema: { type: 'string' } },
      ],
      requestBody: JSON_BODY,
      responses: { 200: { description: 'x' } },
    },
  },
};

/** A form-encoded operation like those of Stripe's API. */
const FORM = {
  '/charges': {
    post: {
      operationId: 'charge',
      'x-openai-isConsequential': false,
      requestBody: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: { type: 'object', properties: { amount: { type: 'integer' }, metadata: { type: 'object' } } },
            encoding: { metadata: { style: 'deepObject', explode: true } },
          },
        },
      },
      responses: { 200: { description: 'x' } },
    },
  },
};

describe('a call', () => {
  it('returns the response of the upstream', async () => {
    api.respondWith(() => ({ headers: { 'x-page': '2', 'set-cookie': 'a=b' }, body: { notes: ['ä'] } }));
    const { status, body } = await gpt.call('listNotes');
    expect(status).toBe(200);
    expect(body).toEqual({
      outcome: 'completed',
      call_id: expect.stringMatching(/^call-[a-z0-9]{26}$/),
      response: {
        status: 200,
        content_type: 'application/json',
        headers: expect.objectContaining({ 'x-page': '2' }),
        body: { notes: ['ä'] },
        truncated: false,
        files: [],
      },
      notices: [],
    });
    expect(body.response.headers).not.toHaveProperty('set-cookie');
  });

  it('sends each argument in the location that the document declares, and the body as the body', async () => {
    await gpt.call('everything', {
      arguments: {
        id: 'a b/ü',
        id2: 7,
        tags: ['x', 'y&z'],
        since: '2026',
        'X-Trace': 't-1',
        session: 'a b',
        theme: 'dark',
        body: { deep: { n: [1, null] } },
      },
    });
    expect(api.last).toMatchObject({ method: 'POST', path: '/things/a%20b%2F%C3%BC/7' });
    expect([...api.last.query]).toEqual([
      ['tags', 'x'],
      ['tags', 'y&z'],
      ['since', '2026'],
    ]);
    expect(api.last.headers).toMatchObject({ 'x-trace': 't-1', 'content-type': 'application/json' });
    expect(api.last.headers['cookie']).toBe('session=a%20b; theme=dark');
    expect(JSON.parse(api.last.body)).toEqual({ deep: { n: [1, null] } });
  });

  it('sends a form if the document declares no JSON', async () => {
    const forms = await tenant.gpt();
    await forms.action(api.document(FORM));
    await forms.call('charge', { arguments: { body: { amount: 700, metadata: { order: 'a&b' } } } });
    expect(api.last.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(api.last.body).toBe('amount=700&metadata%5Border%5D=a%26b');
    const wrong = await forms.call('charge', { arguments: { body: { amount: 'x\u0000' } } });
    expect(problemOf(wrong)).toBe('400 invalid_arguments /arguments/body/amount');
  });

  it('sends nothing for omitted arguments', async () => {
    await gpt.call('listNotes', { arguments: {} });
    expect(api.last).toMatchObject({ path: '/notes', body: '' });
    expect([...api.last.query]).toEqual([]);
    expect(api.last.headers).not.toHaveProperty('content-type');
    expect(api.last.headers).not.toHaveProperty('authorization');
    expect(api.last.headers).not.toHaveProperty('cookie');
  });

  it('identifies the GPT, the conversation and the user to the upstream without revealing the user id', async () => {
    await gpt.call('listNotes', { user: 'alice@example.com', conversation_id: 'Gespräch 1' });
    const first = api.last.headers;
    await gpt.call('listNotes', { user: 'alice@example.com' });
    const again = api.last.headers;
    await gpt.call('listNotes', { user: 'bob' });
    expect(first).toMatchObject({ 'openai-gpt-id': gpt.id, 'openai-conversation-id': 'Gespr%C3%A4ch%201' });
    expect(JSON.stringify(first)).not.toContain('alice');
    expect(again['openai-ephemeral-user-id']).toBe(first['openai-ephemeral-user-id']);
    expect(api.last.headers['openai-ephemeral-user-id']).not.toBe(first['openai-ephemeral-user-id']);
  });

  it.each(['openai-ephemeral-user-id', 'OpenAI-GPT-Id', 'openai-conversation-id', 'Via', 'HTTP2-Settings'])(
    'never lets an argument set %s, even if the document declares it as a parameter',
    async (name) => {
      const parameters = [{ name, in: 'header', schema: { type: 'string' } }];
      const own = await tenant.gpt();
      const { warnings } = await own.action(
        api.document({ '/who': { get: { operationId: 'who', parameters, responses: {} } } }),
      );
      expect(warnings).toContainEqual(expect.objectContaining({ code: 'reserved_header' }));
      const frame = { operation_id: 'who', user: 'alice', conversation_id: 'c-1' };
      await tenant.runtime.post(`${own.path}/call`, frame);
      const before = api.last.headers[name.toLowerCase()];
      const said = await tenant.runtime.post(`${own.path}/call`, { ...frame, arguments: { [name]: 'mallory' } });
      expect(problemOf(said)).toMatch(/^400 invalid_arguments/);
      await tenant.runtime.post(`${own.path}/call`, frame);
      expect(api.last.headers[name.toLowerCase()]).toBe(before);
    },
  );

  it.each(['\ud800', 'c\0'])('rejects a conversation_id that no header can contain: %j', async (conversation_id) => {
    const answer = await gpt.call('listNotes', { conversation_id });
    expect(problemOf(answer)).toBe('400 invalid_request /conversation_id');
  });

  it('accepts an admin key like a runtime key', async () => {
    const { body } = await tenant.admin.post(`${gpt.path}/call`, { operation_id: 'listNotes' });
    expect(body.outcome).toBe('completed');
  });

  it.each([201, 204, 301, 302, 304, 400, 401, 403, 404, 429, 500, 503])(
    'is completed when the upstream responds with status %d, and sends no further request',
    async (status) => {
      api.respondWith(() => ({ status, headers: { location: `${api.url}/elsewhere` } }));
      const { body } = await gpt.call('listNotes');
      expect(body).toMatchObject({ outcome: 'completed', response: { status } });
      expect(api.requests).toHaveLength(1);
    },
  );
});

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('the response body of the upstream', () => {
  it.each<[string, UpstreamReply, unknown]>([
    ['JSON', { body: { a: [1, 'ü', null] } }, { a: [1, 'ü', null] }],
    ['JSON that is a number', json('7'), 7],
    ['JSON that is null', json('null'), null],
    [
      'JSON with a vendor media type',
      { headers: { 'content-type': 'application/hal+json' }, body: '{"a":1}' },
      { a: 1 },
    ],
    ['JSON after a byte order mark', json('\uFEFF{"a":1}'), { a: 1 }],
    ['invalid JSON', json('{"a":'), '{"a":'],
    ['deeply nested JSON', json(nested(1000)), JSON.parse(nested(1000))],
    ['JSON nested beyond the limit', json(nested(50_000)), nested(50_000)],
    ['empty', { body: '' }, ''],
    ['empty with a JSON type', json(''), ''],
    ['text', { body: 'plain' }, 'plain'],
    ['text that looks like JSON', { body: '{"a":1}' }, '{"a":1}'],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>x' }, '<p>x'],
    [
      'latin-1',
      { headers: { 'content-type': 'text/plain; charset=iso-8859-1' }, body: Buffer.from('äöü', 'latin1') },
      'äöü',
    ],
    [
      'Windows-1252 by the name of Latin-1',
      { headers: { 'content-type': 'text/plain; charset="ISO-8859-1"' }, body: Buffer.from([0x80, 0x20, 0x93]) },
      '€ “',
    ],
    [
      'Shift_JIS',
      { headers: { 'content-type': 'text/csv; charset=Shift_JIS' }, body: Buffer.from([0x93, 0xfa, 0x96, 0x7b]) },
      '日本',
    ],
    [
      'UTF-16 by its mark, whatever it says',
      { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from('\uFEFFäöü', 'utf16le') },
      'äöü',
    ],
    [
      'JSON in UTF-16 by its mark',
      { headers: { 'content-type': 'application/json' }, body: Buffer.from('\uFEFF{"a":1}', 'utf16le') },
      { a: 1 },
    ],
    [
      'HTML that says its charset itself',
      { headers: { 'content-type': 'text/html' }, body: Buffer.from('<meta charset=iso-8859-2>\xb1', 'latin1') },
      '<meta charset=iso-8859-2>ą',
    ],
    [
      'XML that says its charset itself',
      {
        headers: { 'content-type': 'application/xml' },
        body: Buffer.from('<?xml version="1.0" encoding="koi8-r"?><a>\xc4\xc1</a>', 'latin1'),
      },
      '<?xml version="1.0" encoding="koi8-r"?><a>да</a>',
    ],
    ['bytes that are no characters', { body: Buffer.from([0x61, 0xff, 0x62]) }, 'a\uFFFDb'],
    [
      'lines of JSON',
      { headers: { 'content-type': 'application/x-ndjson' }, body: '{"a":1}\n{"a":2}\n' },
      '{"a":1}\n{"a":2}\n',
    ],
    ['events', { headers: { 'content-type': 'text/event-stream' }, body: 'data: {"a":1}\n\n' }, 'data: {"a":1}\n\n'],
    ['SVG', { headers: { 'content-type': 'image/svg+xml' }, body: '<svg/>' }, '<svg/>'],
    ['an unknown charset', { headers: { 'content-type': 'text/plain; charset=klingon' }, body: 'x' }, 'x'],
    [
      'gzip',
      { headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' }, body: gzipSync('{"a":1}') },
      { a: 1 },
    ],
  ])('is decoded: %s', async (_, reply, expected) => {
    api.respondWith(() => reply);
    const { status, body } = await gpt.call('listNotes');
    expect([status, body.response?.body, body.response?.truncated]).toEqual([200, expected, false]);
    expect(body.response.headers).not.toHaveProperty('content-encoding');
  });

  it('fails with 502 upstream_invalid if it is not gzip despite its content-encoding', async () => {
    api.respondWith(() => ({ headers: { 'content-encoding': 'gzip' }, body: 'not gzip' }));
    expect(problemOf(await gpt.call('listNotes'))).toBe('502 upstream_invalid');
  });
});

describe('arguments', () => {
  it.each<[string, object, string]>([
    ['listNotes', { colour: 'red' }, '/arguments/colour'],
    ['listNotes', { limit: 'many' }, '/arguments/limit'],
    ['listNotes', { limit: 1.5 }, '/arguments/limit'],
    ['listNotes', { body: {} }, '/arguments/body'],
    ['getNote', {}, '/arguments/id'],
    ['getNote', { id: ['7'] }, '/arguments/id'],
    ['getNote', { id: '' }, '/arguments/id'],
    ['getNote', { id: '..' }, '/arguments/id'],
    ['getNote', { id: '%2e%2e' }, '/arguments/id'],
    ['createNote', {}, '/arguments/body'],
    ['createNote', { body: {} }, '/arguments/body/title'],
    ['createNote', { body: { title: ['7'] } }, '/arguments/body/title'],
    ['createNote', { body: 'text' }, '/arguments/body'],
    ['everything', { id: 'x', id2: 1, body: {}, 'X-Trace': 'a\r\nHost: evil' }, '/arguments/X-Trace'],
    ['everything', { id: 'x', id2: 'x', tags: [7], body: {} }, '/arguments/id2 /arguments/tags/0'],
  ])('are rejected with a pointer if they do not match %s: %j', async (operation, args, pointers) => {
    expect(problemOf(await gpt.call(operation, { arguments: args }))).toBe(`400 invalid_arguments ${pointers}`);
    expect(api.requests).toHaveLength(0);
  });

  it('are rejected if they are nested a thousand levels deep', async () => {
    const deep = JSON.parse('{"a":'.repeat(1000) + '1' + '}'.repeat(1000));
    const call = await gpt.call('everything', { arguments: { id: 'x', id2: 1, body: deep } });
    expect(problemOf(call)).toBe('400 invalid_arguments /arguments');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'are rejected like any unknown argument if they are named %s',
    async (name) => {
      const body = `{"operation_id":"listNotes","arguments":{"${name}":"x"}}`;
      const { status } = await tenant.runtime.post(`${gpt.path}/call`, body);
      expect(status).toBe(400);
      expect(api.requests).toHaveLength(0);
    },
  );
});

describe('an invalid call request', () => {
  it.each<[string, unknown, string]>([
    ['an empty object', {}, '400 invalid_request /operation_id'],
    ['an unknown field', { operation_id: 'listNotes', operation: 'x' }, '400 invalid_request /operation'],
    ['an operation that is a number', { operation_id: 7 }, '400 invalid_request /operation_id'],
    ['arguments as a string', { operation_id: 'listNotes', arguments: '{}' }, '400 invalid_request /arguments'],
    ['arguments as an array', { operation_id: 'listNotes', arguments: [] }, '400 invalid_request /arguments'],
    ['an empty user', { operation_id: 'listNotes', user: '' }, '400 invalid_request /user'],
    ['a user of 256 characters', { operation_id: 'listNotes', user: 'u'.repeat(256) }, '400 invalid_request /user'],
    ['a user that is a number', { operation_id: 'listNotes', user: 7 }, '400 invalid_request /user'],
    [
      'a confirmation that is a number',
      { operation_id: 'listNotes', confirmation: 7 },
      '400 invalid_request /confirmation',
    ],
    ['a list', [], '400 invalid_request '],
    ['text', '"listNotes"', '400 invalid_request '],
    ['nothing', '', '400 invalid_request '],
    ['broken JSON', '{"operation_id":', '400 invalid_request'],
    [
      'a body of 1.1 MiB',
      { operation_id: 'listNotes', arguments: { x: 'x'.repeat(1.1 * 1_048_576) } },
      '413 request_too_large',
    ],
  ])('is rejected: %s', async (_, body, problem) => {
    expect(problemOf(await tenant.runtime.post(`${gpt.path}/call`, body))).toBe(problem);
    expect(api.requests).toHaveLength(0);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/xml'])(
    'is rejected with the content type %s',
    async (type) => {
      const body = JSON.stringify({ operation_id: 'listNotes' });
      const refused = await tenant.runtime.send('POST', `${gpt.path}/call`, body, { 'content-type': type });
      expect(problemOf(refused)).toBe('415 unsupported_media_type');
      expect(api.requests).toHaveLength(0);
    },
  );

  it.each([
    ['{"operation_id":"listNotes","arguments":{"a":1,"b":[{"c":1,"c":2}]}}', '/arguments/b/0/c'],
    ['{"operation_id":"listNotes","operation_id":"createNote"}', '/operation_id'],
    ['{"operation_id":"listNotes","\\u0075ser":"alice","user":"bob"}', '/user'],
  ])('is rejected with a duplicate key: %s', async (body, pointer) => {
    const answer = await gpt.tenant.runtime.post(`${gpt.path}/call`, body);
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointer}`);
  });

  it('is rejected without a body', async () => {
    expect(problemOf(await tenant.runtime.post(`${gpt.path}/call`)).trimEnd()).toBe('400 invalid_request');
  });

  it('accepts a user of 255 characters', async () => {
    expect((await gpt.call('listNotes', { user: '🙂'.repeat(127) })).status).toBe(200);
  });
});

describe('an operation', () => {
  it.each(['nothing', 'listnotes', 'LISTNOTES', ' listNotes', '__proto__', 'x'.repeat(2000)])(
    'is not found if the document does not declare it: %s',
    async (id) => {
      expect(problemOf(await gpt.call(id))).toBe('404 operation_not_found');
    },
  );

  it('is not found in an unknown action', async () => {
    expect(problemOf(await gpt.call('listNotes', { action_id: 'act-none' }))).toBe('404 operation_not_found');
  });

  it('that two actions share is called with the action id or under a unique name', async () => {
    const two = await Upstream.start();
    try {
      const shared = await tenant.gpt();
      const [one, other] = [
        await shared.action(api.document(NOTES_PATHS)),
        await shared.action(two.document(NOTES_PATHS)),
      ];
      const refused = await shared.call('listNotes');
      expect(problemOf(refused)).toBe('400 ambiguous_operation');
      const names = refused.body.detail.match(/listNotes_\w+/g);
      expect(names).toHaveLength(2);

      for (const name of names) expect((await shared.call(name)).status).toBe(200);
      expect([api, two].map(({ requests }) => requests.length)).toEqual([1, 1]);
      expect((await shared.call('listNotes', { action_id: one.id })).status).toBe(200);
      expect([api, two].map(({ requests }) => requests.length)).toEqual([2, 1]);
      expect((await shared.call('listNotes', { action_id: other.id })).status).toBe(200);
      expect([api, two].map(({ requests }) => requests.length)).toEqual([2, 2]);
      expect(problemOf(await shared.call('nothing'))).toBe('404 operation_not_found');
    } finally {
      await two.stop();
    }
  });
});

function json(body: string): UpstreamReply {
  return { headers: { 'content-type': 'application/json' }, body };
}
