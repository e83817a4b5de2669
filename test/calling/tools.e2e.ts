// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let other: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api, other] = await Promise.all([TestApp.start(), Upstream.start(), Upstream.start()]);
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  await gpt.action(api.document(PATHS));
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), other.stop()]);
});

const OK = { responses: { 200: { description: 'ok' } } };
const NODE = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } },
};
const PATHS = {
  '/items/{id}': {
    get: {
      operationId: 'items/get',
      summary: 'One item',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'id', in: 'query', schema: { type: 'integer' } },
        { name: 'filter[kind]', in: 'query', schema: { type: 'string' } },
      ],
      ...OK,
    },
    delete: { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }], ...OK },
  },
};

interface Parameters {
  properties: Record<string, object>;
  required: string[];
  $defs?: object;
}

/** Extracts name and parameters from the tools of each vendor. */
const READERS: Record<string, (tool: ApiResponse['body']) => { name: string; parameters: Parameters }> = {
  openai: ({ function: { name, parameters } }) => ({ name, parameters }),
  openai_responses: ({ name, parameters }) => ({ name, parameters }),
  anthropic: ({ name, input_schema: parameters }) => ({ name, parameters }),
  mcp: ({ name, inputSchema: parameters }) => ({ name, parameters }),
  gemini: ({ name, parameters }) => ({ name, parameters }),
};

async function toolsOf(of: TestGpt, format: string) {
  const { status, body } = await tenant.runtime.get(`${of.path}/tools?format=${format}`);
  expect(status).toBe(200);
  expect(body.next_cursor).toBeNull();
  return (body.data as unknown[]).map(READERS[format] as (typeof READERS)[string]);
}

describe.each(Object.keys(READERS))('the tools of a GPT in the format %s', (format) => {
  it('are its operations, under names that calls accept', async () => {
    const tools = await toolsOf(gpt, format);
    expect(tools.map(({ name }) => name)).toEqual(['items_get', 'delete_items_by_id']);
    const answer = await gpt.call('items_get', { arguments: { path_id: 'a', query_id: 1, filter_kind: 'b' } });
    expect(answer.body.outcome).toBe('completed');
    expect(`${api.last.path}?${api.last.query}`).toBe('/items/a?id=1&filter%5Bkind%5D=b');
  });

  it('have the parameters that calls accept', async () => {
    const [{ parameters } = { parameters: { properties: {}, required: [] } as Parameters }] = await toolsOf(
      gpt,
      format,
    );
    expect(Object.keys(parameters.properties)).toEqual(['path_id', 'query_id', 'filter_kind']);
    expect(parameters.required).toContain('path_id');
    const unknown = await gpt.call('items_get', { arguments: { path_id: 'a', kind: 'b' } });
    expect(problemOf(unknown)).toBe('400 invalid_arguments /arguments/kind');
  });

  it('contain a recursive schema at most once', async () => {
    const trees = await tenant.gpt();
    const requestBody = {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } },
    };
    const document = api.document(
      { '/trees': { post: { operationId: 'plant', requestBody, ...OK } } },
      { components: { schemas: { Node: NODE } } },
    );
    await trees.action(document);
    const [tool] = await toolsOf(trees, format);
    expect(Object.keys(tool?.parameters.$defs ?? {})).toEqual(format === 'gemini' ? [] : ['Node']);
  });
});

describe('the list of tools', () => {
  it('contains unique names for operations that two actions share, and calls accept both', async () => {
    const shared = await tenant.gpt();
    await shared.action(api.document(NOTES_PATHS));
    await shared.action(other.document(NOTES_PATHS));
    const names = (await toolsOf(shared, 'openai')).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const lists = names.filter((name) => name.startsWith('listNotes'));
    expect(lists).toHaveLength(2);
    for (const [index, upstream] of [api, other].entries()) {
      upstream.requests.length = 0;
      await shared.call(lists[index] ?? '');
      expect(upstream.requests).toHaveLength(1);
    }
  });

  it("is in OpenAI's format by default, with strict mode if the operation supports it", async () => {
    const { body } = await tenant.runtime.get(`${gpt.path}/tools`);
    expect(body.data[0]).toMatchObject({
      type: 'function',
      function: { name: 'items_get', description: 'One item', strict: true },
    });
    const answer = await gpt.call('items_get', { arguments: { path_id: 'a', query_id: null, filter_kind: null } });
    expect(answer.body.outcome).toBe('completed');
    expect(`${api.last.path}?${api.last.query}`).toBe('/items/a?');
  });

  it('marks consequential operations in MCP annotations', async () => {
    const { body } = await tenant.runtime.get(`${gpt.path}/tools?format=mcp`);
    const [read, remove] = body.data;
    expect(read.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(remove.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: true });
  });

  it('ends at a whole tool beyond eight million characters, says how many are missing, and continues there', async () => {
    const large = await tenant.gpt();
    const requestBody = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Large' } } } };
    const ids = Array.from({ length: 10 }, (_, index) => `send${index}`);
    const paths = ids.map((operationId) => [`/${operationId}`, { post: { operationId, requestBody, ...OK } }]);
    const schemas = { Large: { type: 'string', description: 'x'.repeat(1_200_000) } };
    await large.action(api.document(Object.fromEntries(paths), { components: { schemas } }));
    const first = (await tenant.runtime.get(`${large.path}/tools?format=mcp`)).body;
    expect(first.data).toHaveLength(6);
    expect(first).toMatchObject({ next_cursor: 'send6', notice: expect.stringMatching(/^4 more tools follow/) });
    const second = (await tenant.runtime.get(`${large.path}/tools?format=mcp&cursor=${first.next_cursor}`)).body;
    expect(second).toEqual({ data: expect.anything(), next_cursor: null });
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(ids);
    const foreign = await tenant.runtime.get(`${gpt.path}/tools?cursor=${first.next_cursor}`);
    expect(problemOf(foreign)).toBe('400 invalid_request /cursor');
  });

  it('says if a vendor accepts fewer tools', async () => {
    const large = await tenant.gpt();
    const paths = Array.from({ length: 129 }, (_, index) => [
      `/p${index}`,
      { get: { operationId: `op${index}`, ...OK } },
    ]);
    await large.action(api.document(Object.fromEntries(paths)));
    const read = async (query: string) => (await tenant.runtime.get(`${large.path}/tools?${query}`)).body;
    for (const format of ['openai', 'openai_responses', 'gemini']) {
      const { data, notice } = await read(`format=${format}`);
      expect([data.length, notice]).toEqual([129, expect.stringMatching(/at most 128 tools .* these are 129/)]);
    }
    expect(await read('format=anthropic')).not.toHaveProperty('notice');
    expect((await read('format=openai&limit=128')).notice).toBe('1 more tools follow; get them with cursor=op128');
  });

  it('is empty for a GPT without actions', async () => {
    const { body } = await tenant.runtime.get(`${(await tenant.gpt()).path}/tools`);
    expect(body).toEqual({ data: [], next_cursor: null });
  });

  it('is returned with status 304 until it changes', async () => {
    const changing = await tenant.gpt();
    const { id } = await changing.action(api.document(NOTES_PATHS));
    const read = (etag = '') =>
      tenant.runtime.send('GET', `${changing.path}/tools`, undefined, { 'if-none-match': etag });
    const first = await read();
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"\w+"$/);
    const same = await read(etag);
    expect([same.status, same.body]).toEqual([304, '']);
    await tenant.admin.patch(`${changing.path}/actions/${id}`, { openapi: api.document(PATHS) });
    const changed = await read(etag);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(JSON.stringify(changed.body)).toContain('items_get');
  });

  it('is rejected in an unknown format', async () => {
    const answer = await tenant.runtime.get(`${gpt.path}/tools?format=other`);
    expect(problemOf(answer)).toBe('400 invalid_request /format');
  });
});
