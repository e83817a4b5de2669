// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(() => Promise.all([app.stop(), api.stop()]));

const check = (openapi: unknown) => tenant.admin.post('/v1/openapi/check', { openapi });

it('a document check returns the result of an import and stores nothing', async () => {
  const lossy = { ...NOTES_PATHS, '/long': { get: { description: 'x'.repeat(400), responses: {} } } };
  const document = api.document(lossy);
  const { status, body } = await check(document);
  expect(status).toBe(200);
  const gpt = await tenant.gpt();
  expect((await tenant.admin.get(`${gpt.path}/actions`)).body.data).toEqual([]);
  const { title, domain, server_url, operations, warnings } = await gpt.action(document);
  expect(body).toEqual({ usable: true, problems: [], title, domain, server_url, operations, warnings });
  expect(warnings.length).toBeGreaterThan(0);
  expect(api.requests).toHaveLength(0);
});

it.each<[string, unknown]>([
  ['text that is neither JSON nor YAML', '{"openapi": "3.1.0",,}'],
  ['no server', { openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: NOTES_PATHS }],
  ['a structure that is wrong', { openapi: '3.1.0', info: {}, paths: [] }],
])('a document check returns the same errors as an import: %s', async (_, openapi) => {
  const { status, body } = await check(openapi);
  const refusal = await (await tenant.gpt()).addAction({ openapi });
  expect(refusal.status).toBe(422);
  expect(status).toBe(200);
  const nothing = { title: null, domain: null, server_url: null, operations: [], warnings: [] };
  expect(body).toEqual({ usable: false, ...nothing, problems: refusal.body.errors });
});

it('a document check returns all errors at once', async () => {
  const get = { operationId: 'x', responses: {} };
  const paths = { '/a': { get, post: 7 }, '/b': { get }, '/c': { $ref: 'c.yaml' } };
  const { problems } = (await check({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths })).body;
  expect(problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/paths/~1a/post', '/paths/~1c', '']);
  const long = { get: { operationId: 'x'.repeat(2001), responses: {} } };
  const server = `${api.url}/${'x'.repeat(2001)}`;
  const { body } = await check({ ...api.document({ '/long': long }), servers: [{ url: server }] });
  expect(body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/servers/0/url']);
});

it('a document check accepts large bodies and requires a document', async () => {
  const padded = `${JSON.stringify(api.document(NOTES_PATHS))}${' '.repeat(2_000_000)}`;
  expect((await check(padded)).body).toMatchObject({ usable: true, title: 'Notes' });
  expect(problemOf(await check(7))).toBe('400 invalid_request /openapi');
  expect(problemOf(await tenant.admin.post('/v1/openapi/check', {}))).toBe('400 invalid_request /openapi');
});

describe('a finding', () => {
  const YAML = () => `# Notes
openapi: 3.1.0
info: { title: Notes, version: "1" }
servers:
  - url: ${api.url}
paths:
  /notes:
    get: { operationId: listNotes, responses: {} }
    trace: { responses: {} }
`;

  it('has line and column if the document is text', async () => {
    const { body } = await check(YAML());
    expect(body.warnings).toContainEqual(
      expect.objectContaining({ code: 'insecure_server', pointer: '/servers/0/url', line: 5, column: 5 }),
    );
    expect(body.warnings).toContainEqual(
      expect.objectContaining({ code: 'unsupported_method', pointer: '/paths/~1notes/trace', line: 9, column: 5 }),
    );
    const json = JSON.stringify(api.document({ '/notes': { trace: {}, get: { responses: {} } } }), null, 1);
    const line = json.split('\n').findIndex((each) => each.includes('"trace"')) + 1;
    expect((await check(json)).body.warnings).toContainEqual(
      expect.objectContaining({ code: 'unsupported_method', line, column: 4 }),
    );
  });

  it('has no line and column if the document is an object', async () => {
    const { warnings } = (await check(api.document(NOTES_PATHS))).body;
    expect(warnings.length).toBeGreaterThan(0);
    for (const warning of warnings) expect(Object.keys(warning).toSorted()).toEqual(['code', 'message', 'pointer']);
    const refusal = await (await tenant.gpt()).addAction({ openapi: { openapi: '3.1.0', info: {}, paths: [] } });
    expect(Object.keys(refusal.body.errors[0]).toSorted()).toEqual(['message', 'pointer']);
  });

  it.each<[string, (text: string) => string, object]>([
    ['where the text breaks', (text) => `${text}  x: [}`, { pointer: '', line: 10, column: 7 }],
    ['at its key', (text) => text.replace('get: {', 'get: 7 #'), { pointer: '/paths/~1notes/get', line: 8, column: 5 }],
    ['at the beginning, if it is about the whole', (text) => text.replace('servers', 'x-s'), { line: 1, column: 1 }],
    [
      'where a name is longer than any',
      (text) => text.replace('listNotes', 'x'.repeat(2001)),
      { pointer: '/paths', line: 6, column: 1 },
    ],
  ])('has line and column in a 422 response too: %s', async (_, change, expected) => {
    const openapi = change(YAML());
    const { status, body } = await (await tenant.gpt()).addAction({ openapi });
    expect([status, body.code]).toEqual([422, 'invalid_openapi']);
    expect(body.errors[0]).toMatchObject(expected);
    expect((await check(openapi)).body.problems).toEqual(body.errors);
  });

  it('has line and column if the text comes from a URL', async () => {
    api.respondWith(() => ({ body: YAML().replace('get: {', 'get: 7 #') }));
    const { body } = await (await tenant.gpt()).addAction({ openapi_url: `${api.url}/notes.yaml` });
    expect(body.errors[0]).toMatchObject({ pointer: '/paths/~1notes/get', line: 8, column: 5 });
  });
});

describe('formatting a document', () => {
  const format = (body: unknown) => tenant.admin.post('/v1/openapi/format', body);

  it('keeps the format and the comments', async () => {
    const { status, body } = await format({ openapi: '# one\na:\n    - b: 1   # two\n' });
    expect([status, body]).toEqual([200, { openapi: '# one\na:\n  - b: 1   # two\n', format: 'yaml' }]);
    expect((await format({ openapi: '{"a":[1]}' })).body.openapi).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });

  it('converts to the other format', async () => {
    expect((await format({ openapi: 'a: [1]', to: 'json' })).body).toEqual({
      openapi: '{\n  "a": [\n    1\n  ]\n}\n',
      format: 'json',
    });
    expect((await format({ openapi: '{"a":["yes"]}', to: 'yaml' })).body).toEqual({
      openapi: "a:\n  - 'yes'\n",
      format: 'yaml',
    });
  });

  it('rejects unparsable text with the line of the error', async () => {
    const { status, body } = await format({ openapi: 'a:\n  - b\n  c: d' });
    expect([status, body.code, body.errors.length, body.errors[0].line]).toEqual([422, 'invalid_openapi', 1, 3]);
    expect(problemOf(await format({ openapi: { a: 1 } }))).toBe('400 invalid_request /openapi');
    expect(problemOf(await format({ openapi: 'a: 1', to: 'xml' }))).toBe('400 invalid_request /to');
  });

  it('accepts large bodies up to a limit', async () => {
    const text = (count: number) => `[${Array(count).fill('"x"').join(',')}]`;
    expect((await format({ openapi: text(1_000_000) })).status).toBe(200);
    expect((await format({ openapi: text(3_000_000) })).body.detail).toContain('larger than 8388608 bytes');
    // Ninety levels deep, a line of two characters becomes one of two hundred.
    const deep = '['.repeat(90) + text(100_000) + ']'.repeat(90);
    expect((await format({ openapi: deep })).body.detail).toContain('larger than 8388608 bytes');
  });
});
