import { afterAll, beforeAll, expect, it } from '@jest/globals';
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

it('says of a document what an import would make of it, and stores nothing', async () => {
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
])('says why a document cannot be used, in the words of the import: %s', async (_, openapi) => {
  const { status, body } = await check(openapi);
  const refusal = await (await tenant.gpt()).addAction({ openapi });
  expect(refusal.status).toBe(422);
  expect(status).toBe(200);
  const nothing = { title: null, domain: null, server_url: null, operations: [], warnings: [] };
  expect(body).toEqual({ usable: false, ...nothing, problems: refusal.body.errors });
});

it('reads text of more than the usual body, and asks for a document', async () => {
  const padded = `${JSON.stringify(api.document(NOTES_PATHS))}${' '.repeat(2_000_000)}`;
  expect((await check(padded)).body).toMatchObject({ usable: true, title: 'Notes' });
  expect(problemOf(await check(7))).toBe('400 invalid_request /openapi');
  expect(problemOf(await tenant.admin.post('/v1/openapi/check', {}))).toBe('400 invalid_request /openapi');
});
