import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { VENDOR_NAMES, VENDORS } from './vendor-calls.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS));
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(() => {
  api.requests.length = 0;
  api.respondWith(({ path, query }) => ({ body: { path, limit: query.get('limit') } }));
});

const run = (tool_calls: unknown, more: object = {}): Promise<ApiResponse> =>
  tenant.runtime.post(`${gpt.path}/tool_calls`, { tool_calls, ...more });

const MENTIONS_LIMIT = /\/arguments\/limit/;
const ERROR_WITH_LIMIT = /^Error: .*\/arguments\/limit/s;

describe.each(VENDOR_NAMES)('tool calls of %s', (vendor) => {
  const { calls, result } = VENDORS[vendor];

  it('are made at once, and their results are in the order of the calls', async () => {
    let release: () => void = () => undefined;
    const bothArrived = new Promise<void>((resolve) => (release = resolve));
    api.respondWith(async ({ path, query }) => {
      if (api.requests.length === 2) release();
      await bothArrived;
      return { body: { path, limit: query.get('limit') } };
    });
    const sent = calls(
      { id: 'b', name: 'listNotes', args: { limit: 3 } },
      { id: 'a', name: 'getNote', args: { id: 'x' } },
    );
    const { status, body } = await run(sent);
    expect(status).toBe(200);
    expect(body).toEqual({
      format: vendor,
      complete: true,
      results: [result('b', '{"path":"/notes","limit":"3"}'), result('a', '{"path":"/notes/x","limit":null}')],
      pending: [],
      skipped: [],
    });
  });

  it('have errors as results, in words for the model', async () => {
    api.respondWith(() => ({ status: 404, body: { message: 'no such note' } }));
    const sent = calls(
      { id: '1', name: 'getNote', args: { id: 'x' } },
      { id: '2', name: 'listNotes', args: { limit: 'many' } },
      { id: '3', name: 'bookFlight' },
      { id: '4', name: 'listNotes', args: [] },
    );
    const { body } = await run(sent);
    expect(body).toMatchObject({
      complete: true,
      results: [
        result('1', 'The API responded with status 404 with: {"message":"no such note"}', true),
        // OpenAI's results have no mark for errors but their text.
        result(
          '2',
          expect.stringMatching(vendor === 'anthropic' ? MENTIONS_LIMIT : ERROR_WITH_LIMIT),
          vendor === 'anthropic',
        ),
        result('3', 'There is no tool named "bookFlight".', true),
        result('4', 'The arguments must be a JSON object.', true),
      ],
    });
    expect(api.requests).toHaveLength(1);
  });

  const noArguments = vendor === 'anthropic' ? [null, undefined] : ['', 'null', null, undefined];
  it.each(noArguments)('with %j for arguments are made without any', async (args) => {
    const [sent = {}] = calls({ id: '1', name: 'listNotes' });
    if (vendor === 'openai') Object.assign(sent, { function: { name: 'listNotes', arguments: args } });
    else Object.assign(sent, { [vendor === 'anthropic' ? 'input' : 'arguments']: args });
    const { status, body } = await run([sent]);
    expect([status, body.results ?? body]).toEqual([200, [result('1', '{"path":"/notes","limit":null}')]]);
  });

  it('leave unknown tools to a client that has tools of its own', async () => {
    const sent = calls({ id: '1', name: 'searchWeb' }, { id: '2', name: 'listNotes' });
    const { body } = await run(sent, { unknown_tools: 'skip' });
    expect(body.skipped).toEqual([{ tool_call_id: '1', name: 'searchWeb' }]);
    expect(body.results).toEqual([result('2', '{"path":"/notes","limit":null}')]);
  });

  it('without content get a result that says so', async () => {
    api.respondWith(() => ({ status: 204 }));
    const { body } = await run(calls({ id: '1', name: 'listNotes' }));
    expect(body.results).toEqual([result('1', 'The API responded with status 204 and no content.')]);
  });

  it('keep the digits of large numbers', async () => {
    const args = `{"limit": 12345678901234567890}`;
    const body = JSON.stringify({ tool_calls: calls({ id: '1', name: 'listNotes', args: 'ARGS' }) });
    const given = vendor === 'anthropic' ? args : JSON.stringify(args);
    await tenant.runtime.post(`${gpt.path}/tool_calls`, body.replace('"ARGS"', given));
    expect(api.last.query.get('limit')).toBe('12345678901234567890');
  });
});

const [call] = VENDORS.openai.calls({ id: '1', name: 'listNotes' });

describe('a request with tool calls', () => {
  it('may contain the whole message or response of the vendor', async () => {
    const [functionCall] = VENDORS.openai_responses.calls({ id: '1', name: 'listNotes' });
    const [toolUse] = VENDORS.anthropic.calls({ id: '1', name: 'listNotes' });
    const wholes = [
      { role: 'assistant', content: null, tool_calls: [call] },
      {
        id: 'chatcmpl-1',
        object: 'chat.completion',
        choices: [{ message: { role: 'assistant', tool_calls: [call] } }],
      },
      { id: 'resp_1', output: [{ type: 'reasoning', summary: [] }, functionCall] },
      { id: 'msg_1', role: 'assistant', content: [{ type: 'text', text: 'I look.' }, toolUse] },
      [{ type: 'text', text: 'I look.' }, toolUse],
    ];
    for (const whole of wholes) {
      const { body } = await run(whole);
      expect(body).toMatchObject({ complete: true, results: [{}] });
    }
    expect(api.requests).toHaveLength(wholes.length);
  });

  it('is complete if there are none', async () => {
    const nothing = { format: null, complete: true, results: [], pending: [], skipped: [] };
    for (const calls of [[], [{ type: 'text', text: 'Hello' }], { role: 'assistant', content: 'Hello' }])
      expect((await run(calls)).body).toEqual(nothing);
    expect((await tenant.runtime.post('/v1/gpts/g-unknown/tool_calls', { tool_calls: [] })).status).toBe(404);
  });

  it.each([
    ['no list', 'calls', ['/tool_calls']],
    ['nothing', undefined, ['/tool_calls']],
    ['a call without an id', [{ ...call, id: undefined }], ['/tool_calls/0/id']],
    ['a call without a name', [{ ...call, function: { arguments: '' } }], ['/tool_calls/0/function/name']],
    ['a repeated id', [call, call], ['/tool_calls/1']],
    ['calls of two vendors', [call, ...VENDORS.anthropic.calls({ id: '2', name: 'listNotes' })], ['/tool_calls/1']],
    ['129 calls', Array.from({ length: 129 }, (_, id) => ({ ...call, id: String(id) })), ['/tool_calls']],
  ])('is rejected as a whole with %s', async (_, calls, pointers) => {
    const { status, body } = await run(calls);
    expect([status, body.code, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      400,
      'invalid_request',
      pointers,
    ]);
    expect(api.requests).toHaveLength(0);
  });

  it('may contain 128 tool calls, and any number of other items', async () => {
    const calls = Array.from({ length: 128 }, (_, id) => ({ type: 'tool_use', id: String(id), name: 'x', input: {} }));
    const texts = Array.from({ length: 128 }, (_, index) => ({ type: 'text', text: String(index) }));
    const { status, body } = await run([...texts, ...calls], { unknown_tools: 'skip' });
    expect([status, body.skipped?.length]).toEqual([200, 128]);
  });

  it.each([
    [{ confirmations: { other: 'x' } }, '/confirmations/other'],
    [{ confirmations: { 1: 7 } }, '/confirmations/1'],
    [{ confirmations: { 1: 'x' }, declined: ['1'] }, '/confirmations/1'],
    [{ declined: ['other'] }, '/declined/0'],
    [{ return_url: 'https://elsewhere.example' }, '/return_url'],
    [{ resume: 'x' }, '/resume'],
    [{ unknown_tools: 'run' }, '/unknown_tools'],
    [{ response_ids: 'x' }, '/response_ids'],
  ])('is rejected with %j', async (fields, pointer) => {
    const { status, body } = await run([call], fields);
    expect([status, body.errors]).toEqual([400, [{ pointer, message: expect.any(String) }]]);
    expect(api.requests).toHaveLength(0);
  });

  it('counts each call towards the limits of the key, the tenant and the user', async () => {
    const limited = await TestApp.start({
      environment: { RATE_LIMIT_USER: '5', RATE_LIMIT_KEY: '100', RATE_LIMIT_TENANT: '100' },
    });
    try {
      const own = await limited.tenant();
      const other = await own.gpt();
      await other.action(api.document(NOTES_PATHS));
      const send = (count: number) => {
        const calls = Array.from({ length: count }, (_, id) => ({ ...call, id: String(id) }));
        return own.runtime.post(`${other.path}/tool_calls`, { tool_calls: calls, user: 'u' });
      };
      const first = await send(4);
      expect([first.status, first.headers.get('ratelimit')]).toEqual([
        200,
        expect.stringMatching(/"user";r=1;.*"key";r=96;.*"tenant";r=/),
      ]);
      expect((await send(2)).status).toBe(429);
      expect(api.requests).toHaveLength(4);
    } finally {
      await limited.stop();
    }
  });

  it('shows the outcomes of its calls to admins only', async () => {
    const body = { tool_calls: [call], show_outcomes: true };
    expect((await tenant.runtime.post(`${gpt.path}/tool_calls`, body)).status).toBe(403);
    const { outcomes } = (await tenant.admin.post(`${gpt.path}/tool_calls`, body)).body;
    expect(outcomes).toEqual([
      {
        tool_call_id: '1',
        name: 'listNotes',
        arguments: {},
        outcome: expect.objectContaining({
          outcome: 'completed',
          response: expect.objectContaining({ status: 200, body: { path: '/notes', limit: null } }),
          request: expect.objectContaining({ url: `${api.url}/notes` }),
        }),
      },
    ]);
  });

  it('shows admins why calls failed or were not made', async () => {
    const tool_calls = VENDORS.openai.calls(
      { id: '1', name: 'bookFlight', args: { to: 'LIS' } },
      { id: '2', name: 'listNotes', args: '{"limit":' },
      { id: '3', name: 'listNotes', args: { limit: 'many' } },
    );
    const { outcomes } = (await tenant.admin.post(`${gpt.path}/tool_calls`, { tool_calls, show_outcomes: true })).body;
    expect(outcomes).toMatchObject([
      { tool_call_id: '1', name: 'bookFlight', arguments: { to: 'LIS' }, problem: { code: 'operation_not_found' } },
      {
        tool_call_id: '2',
        arguments: '{"limit":',
        problem: { code: 'invalid_arguments', detail: expect.stringContaining('invalid JSON') },
      },
      {
        tool_call_id: '3',
        arguments: { limit: 'many' },
        problem: { code: 'invalid_arguments', errors: [{ pointer: '/arguments/limit' }] },
      },
    ]);
    expect(api.requests).toHaveLength(0);
  });
});
