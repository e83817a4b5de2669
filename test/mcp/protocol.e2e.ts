import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { altered } from '../support/altered.js';
import { eventually } from '../support/eventually.js';
import { McpWorld, textOf } from '../support/mcp-world.js';

let world: McpWorld;

beforeAll(async () => {
  world = await McpWorld.start();
});

beforeEach(() => world.reset());

afterAll(() => world.stop());

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';
const rpc = (method: string, params?: object) => ({ jsonrpc: '2.0', id: 1, method, ...(params && { params }) });

describe('messages', () => {
  it.each([
    ['a batch', [rpc('ping')], -32600],
    ['no object', '"ping"', -32600],
    ['another version of JSON-RPC', { jsonrpc: '1.0', id: 1, method: 'ping' }, -32600],
    ['an id that is null', { jsonrpc: '2.0', id: null, method: 'ping' }, -32600],
    ['neither method nor result', { jsonrpc: '2.0', id: 1 }, -32600],
    ['parameters by position', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }, -32600],
    ['broken JSON', '{"jsonrpc":', -32700],
    ['a duplicate key', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}', -32600],
  ])('with %s are rejected', async (_, body, code) => {
    const answer = await world.send(body);
    expect([answer.status, answer.body.error?.code]).toEqual([400, code]);
  });

  it('without an id are notifications, which are accepted', async () => {
    const { status, text } = await world.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect([status, text]).toEqual([202, '']);
  });

  it('are answered with security headers, and are not stored by caches', async () => {
    const { headers } = await world.ask('tools/list');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('the revision 2026-07-28', () => {
  it('discovers the server', async () => {
    const { status, body } = await world.ask('server/discover');
    expect([status, body.result]).toEqual([
      200,
      {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        ttlMs: 60_000,
        cacheScope: 'private',
        _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'countersign', title: 'Note keeper', version: '1' } },
      },
    ]);
  });

  it('lists tools', async () => {
    const { body } = await world.ask('tools/list');
    const { tools, ...rest } = body.result;
    expect(rest).toEqual({ resultType: 'complete', ttlMs: 60_000, cacheScope: 'private' });
    expect(tools.map(({ name }: { name: string }) => name).toSorted()).toEqual(
      ['about', 'createNote', 'deleteNote', 'getNote', 'listNotes'].toSorted(),
    );
    expect(tools.find(({ name }: { name: string }) => name === 'deleteNote').annotations).toMatchObject({
      destructiveHint: true,
    });
    expect(JSON.stringify(tools)).not.toContain('outputSchema');
  });

  it.each([
    ['without the version in a header', { 'mcp-protocol-version': '' }, -32020],
    ['with another version in the header', { 'mcp-protocol-version': '2025-11-25' }, -32020],
    ['without Mcp-Method', { 'mcp-method': '' }, -32020],
    ['with another method in the header', { 'mcp-method': 'tools/call' }, -32020],
  ])('rejects requests %s', async (_, headers, code) => {
    const answer = await world.ask('tools/list', {}, { headers });
    expect([answer.status, answer.body.error.code, answer.body.id]).toEqual([400, code, 1]);
  });

  it('rejects a call whose header names another tool, and reads encoded names', async () => {
    const call = (name: string) => world.call('about', {}, { headers: { 'mcp-name': name } });
    expect((await call('listNotes')).body.error.code).toBe(-32020);
    expect((await call('')).body.error.code).toBe(-32020);
    expect((await call('=?base64?YWJvdXQ=?=')).body.result.resultType).toBe('complete');
    expect(world.api.requests).toHaveLength(1);
  });

  it.each(['2099-01-01', '2025-11-25'])(
    'rejects the version %s in _meta, and names those with which a client can repeat the request',
    async (requested) => {
      const _meta = { [VERSION_KEY]: requested, [CAPABILITIES_KEY]: {} };
      const headers = { 'mcp-protocol-version': requested, 'mcp-method': 'tools/list' };
      const answer = await world.send(rpc('tools/list', { _meta }), { headers });
      expect([answer.status, answer.body.error.code]).toEqual([400, -32022]);
      const { supportedVersions } = (await world.ask('server/discover')).body.result;
      expect(answer.body.error.data).toEqual({ supported: supportedVersions, requested });
    },
  );

  it.each([
    ['no _meta', {}],
    ['no capabilities', { _meta: { [VERSION_KEY]: '2026-07-28' } }],
    ['no version', { _meta: { [CAPABILITIES_KEY]: {} } }],
  ])('rejects requests with %s', async (_, params) => {
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    const answer = await world.send(rpc('tools/list', params), { headers });
    expect([answer.status, answer.body.error.code]).toEqual([400, -32602]);
  });

  it.each(['ping', 'resources/list', 'logging/setLevel'])('has no method %s', async (method) => {
    const answer = await world.ask(method);
    expect([answer.status, answer.body.error.code]).toEqual([404, -32601]);
  });

  it('ignores session ids', async () => {
    const answer = await world.ask('tools/list', {}, { headers: { 'mcp-session-id': 'nonsense' } });
    expect([answer.status, answer.headers.get('mcp-session-id')]).toEqual([200, null]);
  });
});

describe('the revisions with a handshake', () => {
  it.each([
    ['2025-11-25', '2025-11-25'],
    ['2025-06-18', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['2024-11-05', '2024-11-05'],
    ['2023-01-01', '2025-11-25'],
  ])('negotiate %s to %s', async (asked, agreed) => {
    const params = { protocolVersion: asked, capabilities: {}, clientInfo: { name: 'x', version: '1' } };
    const { status, headers, body } = await world.send(rpc('initialize', params));
    expect(status).toBe(200);
    expect(headers.get('mcp-session-id')).toMatch(/^[\x21-\x7e]+$/);
    expect(body.result).toEqual({
      protocolVersion: agreed,
      capabilities: { tools: {} },
      serverInfo: { name: 'countersign', title: 'Note keeper', version: '1' },
    });
  });

  it('answer ping, list tools and call them, with a session and without', async () => {
    const session = await world.initialize('2025-11-25');
    const inSession = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
    for (const headers of [undefined, inSession]) {
      expect((await world.send(rpc('ping'), { headers })).body.result).toEqual({});
      const { result } = (await world.send(rpc('tools/list'), { headers })).body;
      expect(Object.keys(result)).toEqual(['tools']);
      const called = await world.send(rpc('tools/call', { name: 'about' }), { headers });
      expect(called.body.result).toEqual({ content: [{ type: 'text', text: '{"ok":true}' }] });
    }
  });

  it('reject an unknown version in the header, and name those that the server speaks', async () => {
    const answer = await world.send(rpc('tools/list'), { headers: { 'mcp-protocol-version': '2099-01-01' } });
    expect([answer.status, answer.body.error.code]).toEqual([400, -32022]);
    expect(answer.body.error.data).toEqual({
      supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
      requested: '2099-01-01',
    });
  });

  it('have no other methods', async () => {
    for (const method of ['resources/list', 'server/nothing']) {
      const answer = await world.send(rpc(method));
      expect([answer.status, answer.body.error.code]).toEqual([200, -32601]);
    }
  });

  it('reject session ids of another user, credential, GPT or tenant, and after 24 hours', async () => {
    const session = await world.initialize('2025-11-25', {}, { user: 'alice' });
    const headers = { 'mcp-session-id': session };
    const statusOf = async (options: object) => {
      const { status, body } = await world.send(rpc('ping'), { user: 'alice', headers, ...options });
      return [status, body.error?.code];
    };
    expect(await statusOf({})).toEqual([200, undefined]);
    const others: [string, object][] = [
      ['another user', { user: 'bob' }],
      ['no user', { user: undefined }],
      ['a token of the same user', { bearer: (await world.token('alice')).token }],
      ['another key of the tenant', { bearer: await anotherKey() }],
      ['an altered id', { headers: { 'mcp-session-id': altered(session) } }],
    ];
    for (const [what, options] of others) expect([what, await statusOf(options)]).toEqual([what, [404, -32001]]);
    const { gpt, tenant } = world;
    world.gpt = await tenant.gpt();
    await world.set();
    expect(await statusOf({})).toEqual([404, -32001]);
    await world.reset();
    expect(await statusOf({})).toEqual([404, -32001]);
    world.gpt = gpt;
    world.tenant = tenant;
    expect(await statusOf({})).toEqual([200, undefined]);
    world.app.clock.advance({ hours: 24 });
    expect(await statusOf({})).toEqual([404, -32001]);
  });

  it('take a session id for no credential', async () => {
    const headers = { 'mcp-session-id': await world.initialize('2025-11-25') };
    expect((await world.send(rpc('ping'), { headers, bearer: null })).status).toBe(401);
  });
});

/** Returns another runtime key of the tenant. */
async function anotherKey(): Promise<string> {
  return (await world.tenant.admin.post('/v1/keys', { role: 'runtime', name: 'another' })).body.key;
}

describe('tools/list', () => {
  /** Offers a GPT with 1,003 tools. */
  async function offerManyTools() {
    const paths = Object.fromEntries(
      Array.from({ length: 1003 }, (_, index) => [
        `/p${index}`,
        { get: { operationId: `op${index}`, responses: { 200: { description: 'x' } } } },
      ]),
    );
    world.gpt = await world.tenant.gpt();
    await world.gpt.action(world.api.document(paths));
    await world.set();
  }

  it('has pages of 1,000 tools, with a cursor for this client', async () => {
    await offerManyTools();
    const first = (await world.ask('tools/list')).body.result;
    expect(first.tools).toHaveLength(1000);
    const second = (await world.ask('tools/list', { cursor: first.nextCursor })).body.result;
    expect([second.tools.length, second.nextCursor]).toEqual([3, undefined]);
    const cursor = first.nextCursor;
    const codeOf = async (params: object, options: object = {}) =>
      (await world.ask('tools/list', { ...params }, options)).body.error?.code;
    for (const bearer of [(await world.token()).token, await anotherKey()])
      expect(await codeOf({ cursor }, { bearer })).toBe(-32602);
    for (const invalid of ['x', 7, `${cursor}A`]) expect(await codeOf({ cursor: invalid })).toBe(-32602);
    const { gpt } = world;
    await offerManyTools();
    expect(await codeOf({ cursor })).toBe(-32602);
    world.gpt = gpt;
    expect(await codeOf({ cursor })).toBeUndefined();
    world.app.clock.advance({ minutes: 15 });
    expect(await codeOf({ cursor })).toBe(-32602);
  });

  it('has cursors that are no session ids, nor the other way round', async () => {
    await offerManyTools();
    const session = await world.initialize('2025-11-25');
    expect((await world.ask('tools/list', { cursor: session })).body.error.code).toBe(-32602);
    const { nextCursor } = (await world.ask('tools/list')).body.result;
    const answer = await world.send(rpc('ping'), { headers: { 'mcp-session-id': nextCursor } });
    expect([answer.status, answer.body.error.code]).toEqual([404, -32001]);
    const state = await world.call('op1', {}, { more: { requestState: session } });
    expect(state.body.error.code).toBe(-32602);
  });
});

describe('tools/call', () => {
  it('sends numbers with all their digits', async () => {
    const meta = `"_meta":{"${VERSION_KEY}":"2026-07-28","${CAPABILITIES_KEY}":{}}`;
    const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"listNotes","arguments":{"limit":12345678901234567890},${meta}}}`;
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'listNotes' };
    await world.send(text, { headers });
    expect(world.api.last.query.get('limit')).toBe('12345678901234567890');
  });

  it('rejects arguments with a duplicate key, and calls nothing', async () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"listNotes","arguments":{"limit":1,"limit":2}}}';
    const answer = await world.send(text);
    expect([answer.status, answer.body.error]).toEqual([
      400,
      { code: -32600, message: '/params/arguments/limit: the key is duplicated' },
    ]);
    expect(world.api.requests).toHaveLength(0);
  });

  it.each([
    ['an unknown tool', { name: 'nothing' }],
    ['no name', { arguments: {} }],
    ['arguments that are no object', { name: 'about', arguments: [] }],
  ])('answers %s with -32602', async (_, params) => {
    const answer = await world.send(rpc('tools/call', params));
    expect([answer.status, answer.body.error.code]).toEqual([200, -32602]);
  });

  it('returns invalid arguments as a result that a model can act on', async () => {
    const answer = await world.call('getNote', {});
    expect(answer.body.result.isError).toBe(true);
    expect(textOf(answer)).toMatch(/id/);
  });

  it('returns a failure of the API as an error with its body', async () => {
    world.api.respondWith(() => ({ status: 422, body: { problem: 'no such note' } }));
    const answer = await world.call('about');
    expect(answer.body.result).toMatchObject({ isError: true, resultType: 'complete' });
    expect(textOf(answer)).toContain('422');
    expect(textOf(answer)).toContain('no such note');
  });

  it('returns images and audio as blocks, and other files as resources', async () => {
    const file = (name: string, mime_type: string) => ({
      name,
      mime_type,
      content: Buffer.from(name).toString('base64'),
    });
    const files = [file('a.png', 'image/png'), file('b.mp3', 'audio/mpeg'), file('c d.pdf', 'application/pdf')];
    world.api.respondWith(() => ({ body: { openaiFileResponse: files } }));
    const { content } = (await world.call('about')).body.result;
    const data = (name: string) => Buffer.from(name).toString('base64');
    expect(content.slice(1)).toEqual([
      { type: 'image', data: data('a.png'), mimeType: 'image/png' },
      { type: 'audio', data: data('b.mp3'), mimeType: 'audio/mpeg' },
      {
        type: 'resource',
        resource: {
          uri: expect.stringMatching(/^countersign:\/\/calls\/call-[a-z0-9]{26}\/files\/c%20d\.pdf$/),
          mimeType: 'application/pdf',
          blob: data('c d.pdf'),
        },
      },
    ]);
  });

  it('returns a large file whole', async () => {
    const bytes = Buffer.alloc(3_000_000, 7);
    world.api.respondWith(() => ({ body: bytes, headers: { 'content-type': 'image/png' } }));
    const { content } = (await world.call('about')).body.result;
    expect(Buffer.from(content[1].data, 'base64').equals(bytes)).toBe(true);
  });

  it('returns structured content only where the settings ask for it', async () => {
    world.api.respondWith(() => ({ body: '{"count":1.50}', headers: { 'content-type': 'application/json' } }));
    expect((await world.call('about')).body.result).not.toHaveProperty('structuredContent');
    await world.set({ structured_content: true });
    expect((await world.call('about')).text).toContain('"structuredContent":{"count":1.50}');
  });

  it('has no output schema that it might break, also where the settings ask for structured content', async () => {
    await world.set({ structured_content: true });
    expect(JSON.stringify((await world.ask('tools/list')).body.result.tools)).not.toContain('outputSchema');
    world.api.respondWith(() => ({
      status: 500,
      body: '{"error":"down"}',
      headers: { 'content-type': 'application/json' },
    }));
    const { result } = (await world.call('about')).body;
    expect([result.isError, result.structuredContent]).toEqual([true, undefined]);
  });

  it('is aborted when the client disconnects', async () => {
    world.api.respondWith(() => 'silence');
    const gone = new AbortController();
    const params = { name: 'about', _meta: { [VERSION_KEY]: '2026-07-28', [CAPABILITIES_KEY]: {} } };
    const sent = fetch(world.url, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        authorization: `Bearer ${world.tenant.runtime.key}`,
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'about',
      },
      body: JSON.stringify(rpc('tools/call', params)),
    });
    await eventually(
      () => world.api.requests.length,
      (count) => count === 1,
    );
    gone.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    await eventually(
      () => world.api.abandoned.length,
      (count) => count === 1,
    );
  });

  it('is aborted by notifications/cancelled, which another replica may receive', async () => {
    const replica = await world.app.replica();
    try {
      const session = await world.initialize('2025-11-25');
      for (const at of [world.app, replica]) {
        world.api.abandoned.length = 0;
        world.api.requests.length = 0;
        world.api.respondWith(() => 'silence');
        const running = world.callIn(session, 'about', {}, { id: at === replica ? 8 : 7 });
        await eventually(
          () => world.api.requests.length,
          (count) => count === 1,
        );
        const params = { requestId: at === replica ? 8 : 7 };
        const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params };
        const headers = { 'mcp-session-id': session };
        expect((await world.send(cancel, { headers, at })).status).toBe(202);
        await eventually(
          () => world.api.abandoned.length,
          (count) => count === 1,
        );
        expect((await running).status).toBe(202);
      }
    } finally {
      await replica.stop();
    }
  });

  it('is not aborted by a cancellation of another session', async () => {
    const [session, other] = [await world.initialize('2025-11-25'), await world.initialize('2025-11-25')];
    let respond: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (respond = resolve));
    world.api.respondWith(async () => {
      await released;
      return { body: { ok: true } };
    });
    const running = world.callIn(session, 'about', {}, { id: 7 });
    await eventually(
      () => world.api.requests.length,
      (count) => count === 1,
    );
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
    await world.send(cancel, { headers: { 'mcp-session-id': other } });
    respond();
    expect(textOf(await running)).toBe('{"ok":true}');
  });
});
