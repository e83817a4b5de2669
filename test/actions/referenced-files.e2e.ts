import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { Upstream, type UpstreamReply } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let other: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api, other] = await Promise.all([TestApp.start(), Upstream.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(() => Promise.all([app.stop(), api.stop(), other.stop()]));

beforeEach(async () => {
  gpt = await tenant.gpt();
  api.requests.length = 0;
  other.requests.length = 0;
});

const OK = { responses: { 200: { description: 'ok' } } };

/** Returns a document with an operation whose body refers to a schema, and with one that needs no other file. */
function documentOf(reference: string, more: object = {}): object {
  const requestBody = { content: { 'application/json': { schema: { $ref: reference } } } };
  return api.document(
    {
      '/notes': { post: { operationId: 'create', 'x-openai-isConsequential': false, ...OK, requestBody } },
      '/about': { get: { operationId: 'about', ...OK } },
    },
    more,
  );
}

/** Serves files by their paths; any other path is the API. */
function serve(files: Record<string, UpstreamReply | string | object>): void {
  api.respondWith(({ path }) => {
    const file = files[path];
    if (file === undefined) return { body: { ok: true } };
    return typeof file === 'string' || !('status' in file || 'headers' in file) ? { body: file } : file;
  });
}

const importDocument = () => gpt.addAction({ openapi_url: `${api.url}/docs/openapi.json` });

const idsOf = (body: { operations: { operation_id: string }[] }) =>
  body.operations.map(({ operation_id }) => operation_id);

const referenceWarning = (body: { warnings: { code: string; message: string; pointer: string }[] }) =>
  body.warnings.find(({ code }) => code === 'external_reference');

describe('a document from a URL that refers to other files', () => {
  it('is imported with them, each fetched once, and its operations can be called', async () => {
    serve({
      '/docs/openapi.json': documentOf('schemas/note.yaml'),
      '/docs/schemas/note.yaml': `type: object
properties:
  tag: { $ref: 'tags.json#/Tag' }
  parent: { $ref: '#' }
  more: { $ref: '../more.json' }
`,
      '/docs/schemas/tags.json': { Tag: { type: 'string', maxLength: 3 } },
      '/docs/more.json': { $ref: 'schemas/tags.json#/Tag' },
    });
    const { status, body } = await importDocument();
    expect([status, idsOf(body)]).toEqual([201, ['create', 'about']]);
    expect(referenceWarning(body)).toBeUndefined();
    expect(api.requests.map(({ path }) => path).toSorted()).toEqual([
      '/docs/more.json',
      '/docs/openapi.json',
      '/docs/schemas/note.yaml',
      '/docs/schemas/tags.json',
    ]);
    const call = (argument: object) => gpt.call('create', { arguments: { body: argument } });
    expect((await call({ parent: { tag: 'abcd' } })).status).toBe(400);
    expect((await call({ parent: { tag: 'abc' } })).body.outcome).toBe('completed');
    expect(api.last.body).toBe('{"parent":{"tag":"abc"}}');
    const { body: stored } = await tenant.admin.get(`${gpt.path}/actions/${body.id}/openapi`);
    expect(Object.keys(stored.components.schemas)).toEqual(['note', 'Tag', 'more']);
  });

  it('is read in a worker if it is large', async () => {
    const filler = { 'x-filler': 'x'.repeat(100_000) };
    serve({ '/docs/openapi.json': documentOf('note.json', filler), '/docs/note.json': { type: 'integer', ...filler } });
    const { body } = await importDocument();
    expect(idsOf(body)).toEqual(['create', 'about']);
    expect((await gpt.call('create', { arguments: { body: 'x' } })).status).toBe(400);
  });

  it.each<[string, () => UpstreamReply | string, string]>([
    ['is not there', () => ({ status: 404, body: 'none' }), 'status 404'],
    ['is no document', () => '<html></html>', 'HTML page'],
    ['redirects elsewhere', () => ({ status: 302, headers: { location: `${other.url}/note.json` } }), 'another host'],
  ])('loses the operations that need a file that %s', async (_, file, reason) => {
    other.respondWith(() => ({ body: { type: 'integer' } }));
    serve({ '/docs/openapi.json': documentOf('note.json'), '/docs/note.json': file() });
    const { status, body } = await importDocument();
    expect([status, idsOf(body)]).toEqual([201, ['about']]);
    expect(referenceWarning(body)).toMatchObject({
      pointer: '/paths/~1notes/post/requestBody/content/application~1json/schema',
      message: expect.stringContaining(reason),
    });
    expect(referenceWarning(body)?.message).toMatch(/create is left out$/);
  });

  it('fetches nothing from other hosts', async () => {
    serve({ '/docs/openapi.json': documentOf(`${other.url}/note.json`) });
    const { body } = await importDocument();
    expect(idsOf(body)).toEqual(['about']);
    expect(referenceWarning(body)?.message).toContain(`only files of ${api.url} are fetched`);
    expect(other.requests).toEqual([]);
  });

  it('fetches a limited number of files', async () => {
    const chain = Array.from({ length: 12 }, (_, index) => [
      `/docs/${index}.json`,
      { type: 'object', properties: { next: { $ref: `${index + 1}.json` } } },
    ]);
    serve({ '/docs/openapi.json': documentOf('0.json'), ...Object.fromEntries(chain) });
    expect(referenceWarning((await importDocument()).body)?.message).toContain('more than 10 levels');
    expect(api.requests).toHaveLength(11);
    api.requests.length = 0;
    const anyOf = Array.from({ length: 60 }, (_, index) => ({ $ref: `all.json?${index}` }));
    serve({ '/docs/openapi.json': documentOf('many.json'), '/docs/many.json': { anyOf }, '/docs/all.json': {} });
    gpt = await tenant.gpt();
    expect(referenceWarning((await importDocument()).body)?.message).toContain('more than 50 files');
    expect(api.requests).toHaveLength(51);
  });
});

describe('another server for a document that refers to other files', () => {
  const YAML = (servers: string[], more = '') => `openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [${servers.map((url) => `{ url: '${url}' }`).join(', ')}]
paths:
  /notes:
    post:
      operationId: create
      x-openai-isConsequential: false
      requestBody: { content: { application/json: { schema: { $ref: note.json } } } }
      responses: { 200: { description: ok } }
${more}`;

  const TWICE = `  /twice:
    get:
      operationId: twice
      operationId: again
      responses: { 200: { description: ok } }
`;

  const withoutServers = ({ warnings }: { warnings: { code: string }[] }) =>
    warnings.filter(({ code }) => !code.includes('server'));

  it.each([
    ['small', ''],
    ['large', 'x'.repeat(100_000)],
  ])('keeps the operations that need them, and fetches nothing: %s', async (_, filler) => {
    const text = YAML([api.url, `${other.url}/v2`], `x-filler: '${filler}'\n`);
    serve({ '/docs/openapi.json': text, '/docs/note.json': { type: 'integer' } });
    const { body: before } = await importDocument();
    const path = `${gpt.path}/actions/${before.id}`;
    const json = async () => (await tenant.admin.get(`${path}/openapi`)).body;
    const stored = await json();
    api.requests.length = 0;
    const { status, body } = await tenant.admin.patch(path, { server_url: `${other.url}/v2` });
    expect([status, idsOf(body), body.openapi_format]).toEqual([200, ['create'], 'yaml']);
    expect(withoutServers(body)).toEqual(withoutServers(before));
    expect(api.requests).toEqual([]);
    expect(await json()).toEqual(stored);
    expect((await tenant.admin.get(`${path}/openapi/source`)).text).toBe(text);
    expect((await gpt.call('create', { arguments: { body: 'x' } })).status).toBe(400);
    await gpt.call('create', { arguments: { body: 5 } });
    expect(other.requests.map(({ path: at, body: sent }) => [at, sent])).toEqual([['/v2/notes', '5']]);
  });

  it('leaves out the same operations, with the same findings about the text', async () => {
    serve({
      '/docs/openapi.json': YAML([api.url, other.url], TWICE),
      '/docs/note.json': { type: 'integer' },
    });
    const { body: before } = await importDocument();
    expect([idsOf(before), before.warnings.map(({ code }: { code: string }) => code)]).toEqual([
      ['create'],
      expect.arrayContaining(['duplicate_key']),
    ]);
    const { body } = await tenant.admin.patch(`${gpt.path}/actions/${before.id}`, { server_url: other.url });
    expect([idsOf(body), withoutServers(body)]).toEqual([['create'], withoutServers(before)]);
  });
});

it('an uploaded document loses the operations that need other files, and nothing is fetched', async () => {
  const { status, body } = await gpt.addAction({ openapi: documentOf(`${api.url}/note.json`) });
  expect([status, idsOf(body)]).toEqual([201, ['about']]);
  expect(referenceWarning(body)?.message).toContain('import the document from its URL');
  expect(api.requests).toEqual([]);
});
