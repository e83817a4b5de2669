import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
});

afterAll(async () => {
  await app.stop();
  await api.stop();
});

beforeEach(async () => {
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  api.requests.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
});

/** A document of some 500 KB: each operation is described at length. */
function largeDocument(more: object = {}): object {
  const operations = Array.from({ length: 600 }, (_, index) => {
    const parameters = [{ name: 'limit', in: 'query', schema: { type: 'integer' } }];
    const get = { operationId: `list${index}`, summary: 'x'.repeat(250), parameters, responses: {} };
    return [`/list/${index}`, { get: { ...get, description: 'y'.repeat(280) } }];
  });
  return api.document({ ...Object.fromEntries(operations), ...more });
}

describe('a large document', () => {
  it.each<[string, (document: object) => string | object]>([
    ['as an object', (document) => document],
    ['as text', (document) => JSON.stringify(document, null, 2)],
  ])('can be imported %s, and its operations can be called', async (_, form) => {
    const document = largeDocument();
    const { operations, id } = await gpt.action(form(document));
    expect(operations).toHaveLength(600);
    const { body } = await gpt.call('list599', { arguments: { limit: 3 } });
    expect(body.outcome).toBe('completed');
    expect(api.requests.map(({ path, query }) => `${path}?${query}`)).toEqual(['/list/599?limit=3']);
    expect((await tenant.admin.get(`${gpt.path}/actions/${id}/openapi`)).body).toEqual(document);
  });

  it('is checked with lines and columns in its text', async () => {
    const text = JSON.stringify(largeDocument({ '/again': { get: { operationId: 'list0', responses: {} } } }), null, 2);
    const { status, body } = await tenant.admin.post('/v1/openapi/check', { openapi: text });
    expect([status, body.usable]).toEqual([200, true]);
    const { line, pointer } = body.warnings.find(({ code }: { code: string }) => code === 'duplicate_operation_id');
    expect(pointer).toBe('/paths/~1again/get/operationId');
    expect(text.split('\n')[line - 1]).toContain('"operationId": "list0"');
  });

  it('is formatted', async () => {
    const text = JSON.stringify(largeDocument());
    const { status, body } = await tenant.admin.post('/v1/openapi/format', { openapi: text });
    expect([status, body.format]).toEqual([200, 'json']);
    expect(JSON.parse(body.openapi)).toEqual(JSON.parse(text));
  });

  it('is listed as tools like a small one', async () => {
    await gpt.action(largeDocument());
    const small = await tenant.gpt();
    await small.action(
      api.document({ '/list/7': (largeDocument() as { paths: Record<string, object> }).paths['/list/7'] }),
    );
    const [large, one] = await Promise.all([gpt, small].map(({ path }) => tenant.admin.get(`${path}/tools`)));
    expect(large?.body.data).toHaveLength(600);
    expect(large?.body.data[7]).toEqual(one?.body.data[0]);
  });

  it('can be in the action of another platform', async () => {
    const metadata = { raw_spec: JSON.stringify(largeDocument()), auth: { type: 'none' }, domain: 'api.example.com' };
    const { status, body } = await tenant.admin.post(`${gpt.path}/imports`, { metadata, type: 'plugins_prototype' });
    expect([status, body.form]).toEqual([201, 'chatgpt_action']);
    expect(body.action.operations).toHaveLength(600);
  });

  it('may have any mistake that a small one may have', async () => {
    const document = { ...largeDocument(), servers: [] };
    const refused = await gpt.addAction({ openapi: document });
    expect(problemOf(refused)).toBe('422 invalid_openapi ');
    expect(refused.body.detail).toContain('server');
    const unknown = await gpt.addAction({ openapi: largeDocument(), unknown: 1 });
    expect(problemOf(unknown)).toBe('400 invalid_request /unknown');
  });
});

describe('a large body', () => {
  it('is rejected if it is not JSON', async () => {
    const response = await tenant.admin.post('/v1/openapi/check', `{"openapi": ${'['.repeat(40_000)}`);
    expect(problemOf(response)).toBe('400 invalid_request ');
  });

  it('is rejected if the fields other than the document have too many values', async () => {
    const auth = { list: Array.from({ length: 20_000 }, () => ({})) };
    const response = await gpt.addAction({ openapi: largeDocument(), auth });
    expect(problemOf(response)).toBe('413 request_too_large');
  });
});

describe('a small text with YAML anchors', () => {
  it('is read in a thread, however long its aliases make it', async () => {
    const levels = Array.from(
      { length: 20 },
      (_, level) => `x-${level}: &l${level} [${level === 0 ? 'a' : `*l${level - 1}, *l${level - 1}, *l${level - 1}`}]`,
    );
    const { body } = await tenant.admin.post('/v1/openapi/check', {
      openapi: `openapi: 3.1.0\n${levels.join('\n')}\n`,
    });
    expect(body.usable).toBe(false);
    expect(body.problems[0].message).toContain('YAML aliases');
  });
});
