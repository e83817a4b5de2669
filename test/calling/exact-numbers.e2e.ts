import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(async () => {
  gpt = await tenant.gpt();
  await gpt.action(api.document(PATHS));
  api.requests.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
});

const int64 = { type: 'integer', format: 'int64' };
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const responses = { 200: { description: 'The order' } };

/** Only a worker thread may test this pattern, because a backtracking engine may take years. */
const SLOW = { type: 'string', pattern: '^(?=(a+)+$)' };

const PATHS = {
  '/orders/{id}': {
    parameters: [{ name: 'id', in: 'path', required: true, schema: int64 }],
    get: { operationId: 'getOrder', responses },
    delete: { operationId: 'deleteOrder', 'x-openai-isConsequential': true, responses },
  },
  '/search': {
    get: {
      operationId: 'search',
      parameters: [
        { name: 'after', in: 'query', schema: int64 },
        { name: 'X-Price', in: 'header', schema: { type: 'number', multipleOf: 0.01 } },
        { name: 'text', in: 'query', schema: SLOW },
      ],
      responses,
    },
  },
  '/anything': {
    post: { operationId: 'send', 'x-openai-isConsequential': false, requestBody: json({}), responses },
  },
};

/** Sends a call whose arguments have more digits than JavaScript keeps. */
function call(operation: string, args: string, more: object = {}) {
  const rest = JSON.stringify({ operation_id: operation, ...more }).slice(0, -1);
  return tenant.runtime.post(`${gpt.path}/call`, `${rest},"arguments":${args}}`);
}

function respondWithJson(body: string): void {
  api.respondWith(() => ({ headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }));
}

describe('a number in the arguments of a call', () => {
  it.each(['9007199254740993', '"9007199254740993"', '9223372036854775807'])(
    'is sent exactly in a path: %s',
    async (id) => {
      expect((await call('getOrder', `{"id": ${id}}`)).body.outcome).toBe('completed');
      expect(api.last.path).toBe(`/orders/${id.replaceAll('"', '')}`);
    },
  );

  it('is sent exactly in a query and a header', async () => {
    await call('search', '{"after": 1915883588174806058, "X-Price": 12345678901234567.89}');
    expect(api.last.query.get('after')).toBe('1915883588174806058');
    expect(api.last.headers['x-price']).toBe('12345678901234567.89');
  });

  it('is sent exactly in a body without a schema, and shown so', async () => {
    const body = '{"id":9007199254740993,"more":[1e400,-0.1234567890123456789,1.5,{"__proto_":"9007199254740993"}]}';
    const rest = JSON.stringify({ operation_id: 'send', show_request: true }).slice(0, -1);
    const { body: outcome } = await tenant.admin.post(`${gpt.path}/call`, `${rest},"arguments":{"body":${body}}}`);
    expect(api.last.body).toBe(body);
    expect(outcome.request.body).toBe(body);
  });

  it('is sent exactly if a worker thread checks the arguments', async () => {
    const { body } = await call('search', '{"after": 9007199254740993, "X-Price": "1.10", "text": "aaa"}');
    expect(api.last.query.get('after')).toBe('9007199254740993');
    expect(api.last.headers['x-price']).toBe('1.10');
    expect(body.notices).toEqual([
      { pointer: '/arguments/X-Price', message: '`X-Price` was converted from "1.10" to 1.10' },
    ]);
    const refused = await call('search', '{"after": 9007199254740993.5, "text": "aaa"}');
    expect(refused.body.errors[0]).toEqual({
      pointer: '/arguments/after',
      message: '`after` must be an integer, got 9007199254740993.5',
    });
  });

  it('may be any amount of cents', async () => {
    expect((await call('search', '{"X-Price": 19.99}')).body.outcome).toBe('completed');
    expect((await call('search', '{"X-Price": 19.999}')).status).toBe(400);
  });

  it('is rejected if it is not allowed, with its digits', async () => {
    expect((await call('getOrder', '{"id": 9007199254740993.5}')).body.errors[0]).toEqual({
      pointer: '/arguments/id',
      message: '`id` must be an integer, got 9007199254740993.5',
    });
    expect((await call('getOrder', '{"id": 1e999999999}')).body.code).toBe('invalid_arguments');
  });

  it('is not accepted in place of the arguments', async () => {
    expect((await call('getOrder', '9007199254740993')).body.errors).toEqual([
      { pointer: '/arguments', message: 'arguments must be an object' },
    ]);
  });

  it('is rejected under a duplicate key', async () => {
    const { body } = await call('getOrder', '{"id": 9007199254740993, "id": 9007199254740992}');
    expect(body.errors).toEqual([{ pointer: '/arguments/id', message: 'the key is duplicated' }]);
  });
});

describe('a confirmation', () => {
  it('is for one number, and not for its neighbors', async () => {
    const asked = await call('deleteOrder', '{"id": 9007199254740993}');
    expect(asked.body).toMatchObject({
      outcome: 'confirmation_required',
      confirmation: { url: `${api.url}/orders/9007199254740993` },
    });
    const { token: confirmation } = asked.body.confirmation;
    for (const other of ['9007199254740992', '9007199254740994', '9007199254740995', '"9007199254740993"']) {
      const { body } = await call('deleteOrder', `{"id": ${other}}`, { confirmation });
      expect([other, body.outcome]).toEqual([other, 'confirmation_required']);
    }
    expect(api.requests).toEqual([]);
    expect((await call('deleteOrder', '{"id": 9007199254740993}', { confirmation })).body.outcome).toBe('completed');
    expect(api.requests.map(({ path }) => path)).toEqual(['/orders/9007199254740993']);
  });
});

describe('a number in a response', () => {
  const NOTICE = {
    pointer: '/response/body',
    message:
      '3 numbers were converted to strings of the same digits, because a double-precision number cannot hold them exactly',
  };
  const body =
    '{"id": 1915883588174806058, "price": 0.1234567890123456789, "max": 1e400, "n": [1.0, 1e5], "s": "1e400"}';
  const READ = { id: '1915883588174806058', price: '0.1234567890123456789', max: '1e400', n: [1, 1e5], s: '1e400' };

  it('is a string with a notice if a double cannot hold it', async () => {
    respondWithJson(body);
    const { body: outcome } = await call('send', '{"body":{}}');
    expect(outcome.response.body).toEqual(READ);
    expect(outcome.notices).toEqual([NOTICE]);
  });

  it('is a string with a notice beside files', async () => {
    const file = { name: 'a.txt', mime_type: 'text/plain', content: Buffer.from('a').toString('base64') };
    respondWithJson(`${body.slice(0, -1)}, "openaiFileResponse": [${JSON.stringify(file)}, 12345678901234567890]}`);
    const { body: outcome } = await call('send', '{"body":{}}');
    expect(outcome.response.body).toMatchObject(READ);
    expect(outcome.response.files).toHaveLength(1);
    expect(outcome.notices).toEqual([
      { ...NOTICE, message: NOTICE.message.replace('3', '4') },
      { pointer: '/response/body/openaiFileResponse/1', message: expect.stringMatching(/^omitted: /) },
    ]);
  });

  it('is a string with a notice in a large response, which a worker thread reads', async () => {
    const text = 'x'.repeat(20_000);
    respondWithJson(`[9007199254740993, ${Array.from({ length: 4 }, () => JSON.stringify(text)).join()}]`);
    const { body: outcome } = await call('send', '{"body":{}}');
    expect(outcome.response.body).toEqual(['9007199254740993', text, text, text, text]);
    expect(outcome.notices).toEqual([
      {
        ...NOTICE,
        message:
          '1 number was converted to a string of the same digits, because a double-precision number cannot hold it exactly',
      },
    ]);
  });

  it('is unchanged without a notice if a double holds it', async () => {
    respondWithJson('{"price": 1.0, "id": 9007199254740992, "tiny": 1E-7}');
    const { text, body: outcome } = await call('send', '{"body":{}}');
    expect(text).toContain('{"price": 1.0, "id": 9007199254740992, "tiny": 1E-7}');
    expect(outcome.notices).toEqual([]);
  });
});

describe('a number in a document', () => {
  const limited = (id: string) => ({
    '/x': {
      get: {
        operationId: 'limited',
        parameters: [{ name: 'id', in: 'query', schema: { type: 'integer', const: id } }],
        responses,
      },
    },
  });
  const exactly = (document: object) => JSON.stringify(document).replaceAll(/"(\d{16,})"/g, '$1');
  const padded = () => ({
    ...limited('9007199254740993'),
    '/y': { get: { responses, description: 'y'.repeat(40_000) } },
  });

  it.each<[string, () => string]>([
    ['as an object', () => exactly({ openapi: api.document(limited('9007199254740993')) })],
    ['as JSON text', () => JSON.stringify({ openapi: exactly(api.document(limited('9007199254740993'))) })],
    ['as a large object', () => exactly({ openapi: api.document(padded()) })],
    ['as large JSON text', () => JSON.stringify({ openapi: exactly(api.document(padded())) })],
  ])('keeps its digits %s', async (_, body) => {
    gpt = await tenant.gpt();
    const { status, body: action } = await tenant.admin.post(`${gpt.path}/actions`, body());
    expect(status).toBe(201);
    expect((await call('limited', '{"id": 9007199254740993}')).body.outcome).toBe('completed');
    expect((await call('limited', '{"id": 9007199254740992}')).body.errors).toEqual([
      { pointer: '/arguments/id', message: '`id` must be 9007199254740993, got 9007199254740992' },
    ]);
    expect((await tenant.admin.get(`${gpt.path}/actions/${action.id}/openapi`)).text).toContain(
      '"const":9007199254740993',
    );
    expect((await tenant.runtime.get(`${gpt.path}/tools?format=anthropic`)).text).toContain('9007199254740993');
  });
});
