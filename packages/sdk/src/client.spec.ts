import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Countersign } from './client.js';
import { CountersignError } from './errors.js';
import { StubCountersign } from './testing/stub-countersign.js';

const KEY = 'cs_runtime_secret';

let stub: StubCountersign;
let client: Countersign;

beforeAll(async () => {
  stub = await StubCountersign.start();
  client = new Countersign({ url: `${stub.url}/`, key: KEY, gptId: 'g-1' });
});

afterAll(() => stub.stop());

beforeEach(() => {
  stub.requests.length = 0;
  stub.made.length = 0;
  Object.assign(stub.tools, { about: {}, listNotes: {}, weather: {} });
});

const call = (id: string, name = 'about', args = '{}') =>
  ({ id, type: 'function', function: { name, arguments: args } }) as const;

async function failure(promise: Promise<unknown>): Promise<CountersignError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CountersignError);
  return error as CountersignError;
}

describe('the options', () => {
  it.each<[string, object]>([
    ['no URL', { url: undefined }],
    ['a URL without a scheme', { url: 'countersign.example.com' }],
    ['another scheme', { url: 'ftp://countersign.example.com' }],
    ['no key', { key: '' }],
    ['no GPT', { gptId: undefined }],
  ])('are refused with %s', (_, changes) => {
    const options = { url: stub.url, key: KEY, gptId: 'g-1', ...changes };
    expect(() => new Countersign(options)).toThrow(TypeError);
  });

  it('are refused in a browser, where the key would reach every visitor', () => {
    Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
    try {
      expect(() => new Countersign({ url: stub.url, key: KEY, gptId: 'g-1' })).toThrow('not in a browser');
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  });

  it('may have the path that a proxy serves Countersign under', async () => {
    const urls: string[] = [];
    const recording: typeof fetch = async (url) => {
      urls.push(String(url));
      return Response.json({ data: [], next_cursor: null });
    };
    const proxied = new Countersign({ url: 'https://a.example/cs/', key: KEY, gptId: 'g/1', fetch: recording });
    expect(await proxied.tools('mcp')).toEqual([]);
    expect(urls).toEqual(['https://a.example/cs/v1/gpts/g%2F1/tools?format=mcp']);
  });
});

it('does not show the key when it is logged', () => {
  expect(inspect(client, { depth: 9, showHidden: true })).not.toContain(KEY);
  expect(JSON.stringify(client)).not.toContain(KEY);
});

it('lists the tools of all pages', async () => {
  const tools = await client.tools('openai', { actionId: 'act-1', search: 'a b' });
  expect(tools.map(({ function: { name } }) => name)).toEqual(['about', 'listNotes', 'weather']);
  expect(stub.requests.map(({ query }) => query)).toEqual([
    { format: 'openai', action_id: 'act-1', search: 'a b' },
    { format: 'openai', action_id: 'act-1', search: 'a b', cursor: '2' },
  ]);
  expect(stub.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
});

describe('run', () => {
  it.each<[string, string | undefined, object]>([
    [
      'a completion',
      'chatcmpl-1',
      { id: 'chatcmpl-1', choices: [{ message: { role: 'assistant', content: null, tool_calls: [call('c')] } }] },
    ],
    ['a message of Chat Completions', undefined, { role: 'assistant', content: 'x', tool_calls: [call('c')] }],
    ['the calls of Chat Completions', undefined, [call('c')]],
    [
      'a response',
      'resp_1',
      {
        id: 'resp_1',
        object: 'response',
        output: [{ type: 'reasoning' }, { type: 'function_call', call_id: 'c', name: 'about', arguments: '{}' }],
      },
    ],
    ['the output of a response', undefined, [{ type: 'function_call', call_id: 'c', name: 'about', arguments: '{}' }]],
    [
      'a message of Anthropic',
      'msg_1',
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'text', text: 'x' },
          { type: 'tool_use', id: 'c', name: 'about', input: {} },
        ],
      },
    ],
    ['the content of a message of Anthropic', undefined, [{ type: 'tool_use', id: 'c', name: 'about', input: {} }]],
  ])('runs %s', async (_, responseId, turn) => {
    const { complete, results } = await client.run(turn);
    expect({ complete, results }).toEqual({ complete: true, results: [expect.anything()] });
    expect(stub.made).toEqual(['about']);
    expect(stub.runs[0].response_id).toMatch(responseId ?? /^[\da-f-]{36}$/);
  });

  it.each<[string, object | undefined]>([
    ['no calls', undefined],
    [
      'a text',
      { id: 'chatcmpl-2', choices: [{ message: { role: 'assistant', content: 'Hello', tool_calls: undefined } }] },
    ],
    ['no choice', { id: 'chatcmpl-3', choices: [] }],
  ])('is complete for %s', async (_, turn) => {
    expect(await client.run(turn)).toMatchObject({ format: null, complete: true, results: [] });
  });

  it('sends its options in the words of the API', async () => {
    const options = {
      user: 'alice',
      conversationId: 'conversation-1',
      responseId: 'mine',
      confirmations: { c: 'token' },
      declined: ['d'],
      returnUrl: 'https://chat.example/',
      unknownTools: 'skip',
    } as const;
    const outcome = await client.run([call('c'), call('e', 'mine')], options);
    expect(stub.runs).toEqual([
      {
        tool_calls: [call('c'), call('e', 'mine')],
        user: 'alice',
        conversation_id: 'conversation-1',
        response_id: 'mine',
        confirmations: { c: 'token' },
        declined: ['d'],
        return_url: 'https://chat.example/',
        unknown_tools: 'skip',
      },
    ]);
    expect(outcome.skipped).toEqual([{ tool_call_id: 'e', name: 'mine' }]);
  });

  it('sends `resume` in place of the response id', async () => {
    await failure(client.run({ id: 'resp_9', output: [] }, { resume: 'unknown' }));
    expect(stub.runs).toEqual([{ tool_calls: [], resume: 'unknown' }]);
  });

  it('makes a call once when its response is lost', async () => {
    stub.replies.push('lost');
    expect((await client.run([call('once')])).complete).toBe(true);
    expect(stub.made).toEqual(['about']);
    expect(stub.runs).toHaveLength(2);
    expect(stub.runs[0]).toEqual(stub.runs[1]);
  });
});

describe('sign-ins and connections', () => {
  it('creates a link to connect an account', async () => {
    const offer = await client.connectLink('alice', 'act-1', { returnUrl: 'https://chat.example/', scope: 'read' });
    expect(offer.url).toMatch(/\/signin\//);
    expect(stub.requests[0]?.body).toEqual({
      gpt_id: 'g-1',
      action_id: 'act-1',
      user: 'alice',
      return_url: 'https://chat.example/',
      scope: 'read',
    });
  });

  it('waits until a sign-in has ended', async () => {
    const { id } = await client.connectLink('alice', 'act-1');
    stub.replies.push({ status: 200, body: { id, status: 'awaiting_verification' } });
    stub.end(id, 'failed');
    expect(await client.signedIn(id)).toMatchObject({ id, status: 'failed' });
    expect(stub.requests.slice(1).map(({ query }) => query)).toEqual([{ wait: '55' }, { wait: '55' }]);
  });

  it('lists the connections of a user and disconnects one', async () => {
    const [connection] = await client.connections.list('alice', { actionId: 'act-1', status: 'active' });
    expect(stub.requests[0]?.query).toEqual({ gpt_id: 'g-1', user: 'alice', action_id: 'act-1', status: 'active' });
    expect(await client.connections.disconnect(connection?.id ?? '')).toBeUndefined();
    expect(stub.requests[1]).toMatchObject({ method: 'DELETE', path: '/v1/connections/conn-1' });
  });

  it('disconnects when the first response was lost', async () => {
    const gone = { status: 404, body: { code: 'not_found', detail: 'gone' } };
    stub.replies.push('lost', gone);
    expect(await client.connections.disconnect('conn-1')).toBeUndefined();
    stub.replies.push(gone);
    expect(await failure(client.connections.disconnect('conn-1'))).toMatchObject({ code: 'not_found', status: 404 });
  });

  it('verifies the user of a sign-in, and of an authorization of an MCP client', async () => {
    stub.replies.push({ status: 200, body: { status: 'connected', redirect_url: 'https://chat.example/' } });
    stub.replies.push({ status: 200, body: { redirect_url: 'https://cs.example/consent' } });
    const browser = { user: 'alice', browserToken: 'b-1' };
    expect(await client.verifySignIn('si-1', browser)).toMatchObject({ redirect_url: 'https://chat.example/' });
    expect(await client.verifyMcpAuthorization('az-1', browser)).toEqual({
      redirect_url: 'https://cs.example/consent',
    });
    const body = { user: 'alice', browser_token: 'b-1' };
    expect(stub.requests).toMatchObject([
      { method: 'POST', path: '/v1/sign-ins/si-1/verify', body },
      { method: 'POST', path: '/v1/mcp-authorizations/az-1/verify', body },
    ]);
  });

  it('does not repeat a verification whose response was lost', async () => {
    stub.replies.push('lost');
    const attempt = client.verifySignIn('si-1', { user: 'alice', browserToken: 'b-1' });
    expect(await failure(attempt)).toMatchObject({ code: 'network_error' });
    expect(stub.requests).toHaveLength(1);
  });

  it("creates a link to a user's connected accounts", async () => {
    stub.replies.push({ status: 201, body: { url: 'https://cs.example/connected/1', expires_at: 'later' } });
    const link = await client.connectedAccountsLink('alice', { returnUrl: 'https://chat.example/' });
    expect(link.url).toBe('https://cs.example/connected/1');
    expect(stub.requests).toMatchObject([
      { method: 'POST', path: '/v1/connected-accounts-links', body: { return_url: 'https://chat.example/' } },
    ]);
  });

  it('creates a token for MCP', async () => {
    expect(await client.mcpToken('alice', { expiresIn: 600 })).toMatchObject({ token: 'cs_mcp_1' });
    expect(stub.requests[0]?.body).toEqual({ gpt_id: 'g-1', user: 'alice', expires_in: 600 });
  });

  it('revokes a token for MCP', async () => {
    expect(await client.revokeMcpToken('mcpt-1')).toBeUndefined();
    expect(stub.requests[0]).toMatchObject({ method: 'DELETE', path: '/v1/mcp-tokens/mcpt-1' });
  });
});

describe('failures', () => {
  it('are errors with what the problem says', async () => {
    const error = await failure(client.run([], { resume: 'unknown' }));
    expect(error).toMatchObject({
      name: 'CountersignError',
      message: '`resume` is not valid',
      code: 'invalid_request',
      status: 400,
      request_id: 'request-1',
      errors: [{ pointer: '', message: '`resume` is not valid' }],
    });
  });

  it.each<[string, { status: number; headers?: Record<string, string>; body?: unknown }]>([
    ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' } }],
    ['an empty body', { status: 200 }],
    ['the page of a proxy', { status: 502, headers: { 'content-type': 'text/html' } }],
  ])('are `unexpected_response` for %s', async (_, reply) => {
    stub.replies.push(reply);
    const error = await failure(client.tools('openai'));
    expect(error).toMatchObject({ code: 'unexpected_response', status: reply.status, request_id: 'request-1' });
    expect(stub.requests).toHaveLength(1);
  });

  it.each<[string, Record<string, string> | undefined, number]>([
    ['a 429 after its Retry-After', { 'retry-after': '0' }, 429],
    ['a 503', undefined, 503],
    ['a 503 after its Retry-After', { 'retry-after': '0' }, 503],
  ])('are repeated for %s', async (_, headers, status) => {
    stub.replies.push({ status, headers, body: { code: 'x', detail: 'later' } });
    expect(await client.connectLink('alice', 'act-1')).toMatchObject({ reason: 'not_connected' });
    expect(stub.requests).toHaveLength(2);
  });

  it.each<[string, number, Record<string, string>]>([
    ['a 429 without Retry-After', 429, {}],
    ['a 429 with a long Retry-After', 429, { 'retry-after': '3600' }],
    ['a 500', 500, { 'retry-after': '0' }],
  ])('are not repeated for %s', async (_, status, headers) => {
    stub.replies.push({ status, headers, body: { code: 'failed', detail: 'no' } });
    expect(await failure(client.tools('openai'))).toMatchObject({ code: 'failed', status });
    expect(stub.requests).toHaveLength(1);
  });

  it('are not repeated for a lost response of a request that is not idempotent', async () => {
    stub.replies.push('lost');
    const error = await failure(client.connectLink('alice', 'act-1'));
    expect(error).toMatchObject({ code: 'network_error', status: undefined, cause: expect.anything() });
    expect(stub.requests).toHaveLength(1);
  });

  it('end after the given number of retries', async () => {
    const once = new Countersign({ url: stub.url, key: KEY, gptId: 'g-1', maxRetries: 1 });
    stub.replies.push('lost', 'lost');
    expect(await failure(once.tools('openai'))).toMatchObject({ code: 'network_error' });
    expect(stub.requests).toHaveLength(2);
  });

  it('are the reason of the signal if that is aborted, also between attempts', async () => {
    const reason = new Error('the user left');
    await expect(client.tools('openai', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    stub.replies.push({ status: 503, headers: { 'retry-after': '50' } });
    const listed = client.tools('openai', { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(listed).rejects.toBe(reason);
  });

  it('never contain the key', async () => {
    const refusing = new Countersign({ url: 'http://127.0.0.1:1', key: KEY, gptId: 'g-1', maxRetries: 0 });
    const error = await failure(refusing.tools('openai'));
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
  });
});
