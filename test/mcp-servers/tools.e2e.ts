import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ErrorCode, McpError, type CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { TestMcpServer, type McpServerOptions, type ReceivedMessage } from '../support/mcp-server.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let app: TestApp;
let tenant: TestTenant;
let gpt: TestGpt;
let servers: TestMcpServer[];

beforeAll(async () => {
  app = await TestApp.start();
  tenant = await app.tenant();
});

afterAll(() => app.stop());

beforeEach(async () => {
  servers = [];
  gpt = await tenant.gpt();
});

afterEach(async () => {
  for (const server of servers) await server.stop();
});

async function started(options?: McpServerOptions): Promise<TestMcpServer> {
  const server = await TestMcpServer.start(options);
  servers.push(server);
  return server;
}

/** Creates an action of a server. */
async function action(server: TestMcpServer, more: object = {}) {
  const { status, body } = await gpt.addAction({ mcp_url: server.url, ...more });
  expect([status, body]).toEqual([201, expect.anything()]);
  return body;
}

const call = (operationId: string, args: object, more: object = {}) =>
  gpt.call(operationId, { arguments: args, ...more });

/** Creates an action whose tools need no confirmation. */
async function readOnlyAction(server: TestMcpServer, more: object = {}) {
  server.tools = server.tools.map((tool) => ({ ...tool, annotations: { readOnlyHint: true } }));
  return action(server, more);
}

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('an action of an MCP server', () => {
  it('has the tools of the server as its operations', async () => {
    const server = await started();
    const created = await action(server);
    expect(created).toMatchObject({
      title: 'Notes',
      domain: server.domain,
      server_url: server.url,
      mcp_url: server.url,
      operations: [{ operation_id: 'echo', enabled: true, is_consequential: true }],
    });
    expect(created.warnings.map(({ code }: { code: string }) => code)).toEqual(['insecure_server', 'local_server']);
  });

  it('shows models the schema of a tool, and where its description comes from', async () => {
    const server = await started();
    await action(server);
    const { body } = await tenant.runtime.get(`${gpt.path}/tools?format=anthropic`);
    expect(body.data).toEqual([
      {
        name: 'echo',
        description: `Says it again\n\n(from the MCP server ${server.domain})`,
        input_schema: {
          type: 'object',
          properties: { text: { type: 'string' }, times: { type: 'integer', minimum: 1 } },
          required: ['text'],
        },
      },
    ]);
  });

  it('calls a tool after the user has confirmed it', async () => {
    const server = await started();
    await action(server);
    const { body: asked } = await call('echo', { text: 'hi' });
    expect(asked).toMatchObject({ outcome: 'confirmation_required' });
    expect(server.received('tools/call')).toEqual([]);
    const { body } = await call('echo', { text: 'hi' }, { confirmation: asked.confirmation.token });
    expect(body).toMatchObject({ outcome: 'completed', response: { status: 200, body: '{"text":"hi"}' } });
    expect(server.received('tools/call')).toHaveLength(1);
  });

  it.each([
    [{ readOnlyHint: true }, false],
    [{ readOnlyHint: true, destructiveHint: true }, false],
    [{ destructiveHint: false }, true],
    [{ destructiveHint: true }, true],
    [undefined, true],
  ])('asks for a confirmation by the hints of a tool: %j %s', async (annotations, isAsked) => {
    const server = await started();
    server.tools = server.tools.map((tool) => ({ ...tool, annotations }));
    await action(server);
    const { body } = await call('echo', { text: 'hi' });
    expect(body.outcome).toBe(isAsked ? 'confirmation_required' : 'completed');
  });

  it.each([
    [{ readOnlyHint: true, idempotentHint: true, openWorldHint: false }, false],
    [{ readOnlyHint: true, destructiveHint: true }, false],
    [{ destructiveHint: false }, true],
    [undefined, true],
  ])(
    'is not shown to MCP clients as read-only or closed, whatever its server claims: %j',
    async (claimed, isDestructive) => {
      const server = await started();
      server.tools = server.tools.map((tool) => ({ ...tool, annotations: claimed }));
      await action(server);
      const { body } = await tenant.runtime.get(`${gpt.path}/tools?format=mcp`);
      expect(body.data).toMatchObject([
        {
          name: 'echo',
          annotations: {
            readOnlyHint: false,
            destructiveHint: isDestructive,
            idempotentHint: false,
            openWorldHint: true,
          },
        },
      ]);
    },
  );

  it('rejects arguments that do not match the schema, and sends nothing', async () => {
    const server = await started();
    await readOnlyAction(server);
    const { status, body } = await call('echo', { text: 'hi', times: 0 });
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'invalid_arguments', '/arguments/times']);
    expect(server.received('tools/call')).toEqual([]);
  });

  it('sends numbers with all their digits', async () => {
    const server = await started();
    server.tools = [{ name: 'pay', inputSchema: { type: 'object', properties: { id: { type: 'integer' } } } }];
    await readOnlyAction(server);
    const path = `${app.url}${gpt.path}/call`;
    const body = '{"operation_id":"pay","arguments":{"id":12345678901234567890}}';
    const headers = { 'content-type': 'application/json', 'x-api-key': tenant.runtime.key ?? '' };
    expect((await fetch(path, { method: 'POST', headers, body })).status).toBe(200);
    expect(server.received('tools/call')[0]?.text).toContain('"id":12345678901234567890');
  });

  it('is called by the tools of other models and by MCP clients as well', async () => {
    const server = await started();
    await readOnlyAction(server);
    const tool_calls = [{ id: '1', type: 'function', function: { name: 'echo', arguments: '{"text":"hi"}' } }];
    const { body } = await tenant.runtime.post(`${gpt.path}/tool_calls`, { tool_calls });
    expect(body.results).toEqual([{ role: 'tool', tool_call_id: '1', content: '{"text":"hi"}' }]);
  });

  it('never sends the credential of its caller to the server', async () => {
    const server = await started();
    await readOnlyAction(server);
    await tenant.admin.put(`${gpt.path}/mcp`, { enabled: true });
    const { token } = (await tenant.runtime.post('/v1/mcp-tokens', { gpt_id: gpt.id, user: 'alice' })).body;
    const request = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'echo', arguments: { text: 'hi' } },
    };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = await fetch(`${app.url}/mcp/${gpt.id}`, { method: 'POST', headers, body: JSON.stringify(request) });
    expect(await sent.json()).toMatchObject({ result: { content: [{ type: 'text', text: '{"text":"hi"}' }] } });
    await call('echo', { text: 'hi' });
    expect(server.received('tools/call')).toHaveLength(2);
    for (const { headers: seen, text } of server.messages) {
      expect([seen.authorization, seen['x-api-key'], seen['countersign-user']]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(JSON.stringify(seen) + text).not.toMatch(new RegExp(`${token}|${tenant.runtime.key}`));
    }
  });

  it('is rejected if the URL has a query, which may hold a secret', async () => {
    const { status, body } = await gpt.addAction({ mcp_url: 'http://127.0.0.1:1/mcp?key=secret' });
    expect([status, body.errors[0].pointer]).toEqual([400, '/mcp_url']);
  });

  it('is rejected if the server does not speak MCP', async () => {
    const upstream = await Upstream.start();
    upstream.respondWith(() => ({ body: { notes: [] } }));
    const { status, body } = await gpt.addAction({ mcp_url: `${upstream.url}/notes` });
    await upstream.stop();
    expect([status, body.code, body.errors[0].pointer]).toEqual([502, 'upstream_invalid', '/mcp_url']);
  });

  it('is rejected beside a document', async () => {
    const { status, body } = await gpt.addAction({ mcp_url: 'http://127.0.0.1:1/mcp', openapi: {} });
    expect([status, body.errors[0].pointer]).toEqual([400, '/openapi']);
  });
});

describe('the result of a tool', () => {
  async function resultOf(result: object): Promise<ApiResponse['body']> {
    const server = await started();
    server.respond = () => result as CallToolResult;
    await readOnlyAction(server);
    return (await call('echo', { text: 'hi' })).body;
  }

  it('is a text', async () => {
    const blocks = [
      { type: 'text', text: 'one' },
      { type: 'resource', resource: { uri: 'notes://2', text: 'two' } },
      { type: 'resource_link', uri: 'notes://3', name: 'three' },
    ];
    const { response } = await resultOf({ content: blocks });
    expect(response).toMatchObject({ status: 200, body: 'one\n\ntwo\n\nthree: notes://3', files: [] });
  });

  it('is JSON if it is structured', async () => {
    const { response } = await resultOf({ content: [{ type: 'text', text: '{}' }], structuredContent: { count: 2 } });
    expect(response).toMatchObject({ status: 200, content_type: 'application/json', body: { count: 2 } });
  });

  it('has images, audio and binary resources as files', async () => {
    const blocks = [
      { type: 'text', text: 'a picture' },
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
      { type: 'resource', resource: { uri: 'notes://a/b.bin', blob: 'AQID', mimeType: 'application/octet-stream' } },
    ];
    const { response } = await resultOf({ content: blocks });
    expect(response.body).toMatchObject({ text: 'a picture' });
    expect(response.files).toEqual([
      { name: 'image-2', mime_type: 'image/png', content: PIXEL },
      { name: 'audio-3', mime_type: 'audio/wav', content: 'AAAA' },
      { name: 'b.bin', mime_type: 'application/octet-stream', content: 'AQID' },
    ]);
  });

  it.each([true, false])('may be large (JSON instead of an event stream: %s)', async (answersJson) => {
    const server = await started({ answersJson });
    const data = Buffer.alloc(3_000_000, 'abc').toString('base64');
    server.respond = () => ({
      content: [
        { type: 'text', text: 'x'.repeat(60_000) },
        { type: 'image', data, mimeType: 'image/png' },
      ],
    });
    await readOnlyAction(server);
    const { response } = (await call('echo', { text: 'hi' })).body;
    expect([response.status, response.body.text.length, response.files[0].content === data]).toEqual([
      200,
      60_000,
      true,
    ]);
  });

  it('is rejected if it is larger than all files and all text of a response', async () => {
    const server = await started();
    server.respond = () => ({ content: [{ type: 'text', text: 'x'.repeat(40_000_000) }] });
    await readOnlyAction(server);
    const { status, body } = await call('echo', { text: 'hi' });
    expect([status, body.code, body.detail]).toEqual([502, 'upstream_invalid', 'the result of the tool is too large']);
  });

  it('has status 422 if the tool reports an error', async () => {
    const { response } = await resultOf({ isError: true, content: [{ type: 'text', text: 'no such note' }] });
    expect(response).toMatchObject({ status: 422, body: 'no such note' });
  });

  it('has status 502 if the server reports an error of the protocol, and 400 if the request caused it', async () => {
    const server = await started();
    await readOnlyAction(server);
    server.respond = () => {
      throw new McpError(ErrorCode.InternalError, 'broken');
    };
    expect((await call('echo', { text: 'hi' })).body.response).toMatchObject({
      status: 502,
      body: { error: { code: -32603, message: expect.stringContaining('broken') } },
    });
    server.respond = () => {
      throw new McpError(ErrorCode.InvalidParams, 'no such tool');
    };
    expect((await call('echo', { text: 'hi' })).body.response.status).toBe(400);
  });
});

describe('the session with an MCP server', () => {
  it.each<McpServerOptions>([
    {},
    { answersJson: true },
    { hasSessions: false },
    { hasSessions: false, answersJson: true },
  ])('works with a server that has %j', async (options) => {
    const server = await started(options);
    await readOnlyAction(server);
    expect((await call('echo', { text: 'hi' })).body).toMatchObject({ response: { body: '{"text":"hi"}' } });
  });

  it('is opened once for many calls of one credential', async () => {
    const server = await started();
    await readOnlyAction(server, { auth: { type: 'api_key', auth_type: 'bearer', api_key: 'one' } });
    server.messages.length = 0;
    const calls = Array.from({ length: 10 }, () => call('echo', { text: 'hi' }));
    for (const { body } of await Promise.all(calls)) expect(body.response.status).toBe(200);
    expect(server.received('initialize')).toHaveLength(1);
    expect(server.received('tools/call')).toHaveLength(10);
    const { headers } = server.received('tools/call')[0] as ReceivedMessage;
    expect(headers).toMatchObject({ authorization: 'Bearer one', 'mcp-protocol-version': '2025-11-25' });
  });

  it('is opened again when the server has ended it', async () => {
    const server = await started();
    await readOnlyAction(server);
    await server.endSessions();
    expect((await call('echo', { text: 'hi' })).body.response.status).toBe(200);
    expect(server.received('initialize')).toHaveLength(2);
  });

  it('is not shared by actions with different credentials', async () => {
    const server = await started();
    const other = await tenant.gpt();
    await readOnlyAction(server, { auth: { type: 'api_key', auth_type: 'bearer', api_key: 'one' } });
    const second = { mcp_url: server.url, auth: { type: 'api_key', auth_type: 'bearer', api_key: 'two' } };
    expect((await other.addAction(second)).status).toBe(201);
    server.messages.length = 0;
    await call('echo', { text: 'hi' });
    await other.call('echo', { arguments: { text: 'hi' } });
    const seen = server.messages.map(({ headers }) => [headers.authorization, headers['mcp-session-id']]);
    const sessions = new Set(seen.filter(([, id]) => id !== undefined).map(([key, id]) => `${key} ${id}`));
    expect(sessions.size).toBe(2);
    expect(new Set([...sessions].map((each) => each.split(' ')[2])).size).toBe(2);
  });

  it('uses the stateless revision with a server that has no handshake', async () => {
    const upstream = await Upstream.start();
    const result = (request: { method: string }) =>
      request.method === 'tools/list'
        ? {
            resultType: 'complete',
            tools: [{ name: 'größe', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }],
          }
        : { resultType: 'complete', content: [{ type: 'text', text: 'big' }] };
    upstream.respondWith(({ body }) => {
      const request = JSON.parse(body);
      if (request.method === 'initialize')
        return { status: 400, body: { jsonrpc: '2.0', id: request.id, error: { code: -32601, message: 'unknown' } } };
      if (request.method === 'server/discover')
        return {
          body: { jsonrpc: '2.0', id: request.id, result: { supportedVersions: ['2026-07-28'], capabilities: {} } },
        };
      return { body: { jsonrpc: '2.0', id: request.id, result: result(request) } };
    });
    const { status } = await gpt.addAction({ mcp_url: `${upstream.url}/mcp` });
    expect(status).toBe(201);
    expect((await call('größe', {})).body).toMatchObject({ response: { status: 200, body: 'big' } });
    expect(upstream.last.headers).toMatchObject({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': `=?base64?${Buffer.from('größe').toString('base64')}?=`,
    });
    expect(JSON.parse(upstream.last.body).params._meta).toMatchObject({
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    });
    await upstream.stop();
  });

  it('begins with the handshake at a server that answers `server/discover` with other revisions', async () => {
    const upstream = await Upstream.start();
    const results: Record<string, object> = {
      'server/discover': { supportedVersions: ['2099-01-01'], capabilities: {} },
      initialize: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'old', version: '1' } },
      'tools/list': { tools: [] },
    };
    upstream.respondWith(({ body }) => {
      const { id, method } = JSON.parse(body);
      return { body: { jsonrpc: '2.0', id, result: results[method] ?? {} } };
    });
    expect((await gpt.addAction({ mcp_url: `${upstream.url}/mcp` })).body.title).toBe('old');
    expect(upstream.requests.map(({ body }) => JSON.parse(body).method)).toEqual([
      'server/discover',
      'initialize',
      'notifications/initialized',
      'tools/list',
    ]);
    await upstream.stop();
  });

  it('reads an answer from a stream that stays open', async () => {
    const open: ServerResponse[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { id, method } = JSON.parse(text);
        if (method.startsWith('notifications/')) return response.writeHead(202).end();
        const result = {
          initialize: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'open', version: '1' } },
          'tools/list': {
            tools: [{ name: 'echo', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }],
          },
          'tools/call': { content: [{ type: 'text', text: 'done' }] },
        }[method as string];
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(
          ': hello\r\n\r\nevent: message\r\ndata: {"jsonrpc":"2.0","method":"notifications/progress"}\r\n\r\n',
        );
        const error = { code: -32601, message: 'unknown method' };
        response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) })}\n\n`);
        open.push(response);
        return undefined;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect((await gpt.addAction({ mcp_url: `http://127.0.0.1:${port}/mcp` })).status).toBe(201);
    expect((await call('echo', {})).body).toMatchObject({ response: { status: 200, body: 'done' } });
    await eventually(() => open.every(({ closed }) => closed), Boolean);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
