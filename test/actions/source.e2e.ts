import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { database } from '../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(() => Promise.all([app.stop(), api.stop()]));

beforeEach(async () => {
  gpt = await tenant.gpt();
});

const YAML = () => `# Notes of the user
servers:   # one alone
    - {url: "${api.url}"}

info: { version: '1', title: Täglich 📓 }\r
openapi: 3.1.0
paths:
  /notes: {get: {operationId: listNotes, responses: {}}}  # \t the end

`;
const JSON_TEXT =
  () => ` {"paths":${JSON.stringify(NOTES_PATHS)},\n\t"x-long": 12345678901234567890, "openapi" :"3.1.0",
  "info":{"title":"\\u004eotes","version":"1"}, "servers": [{"url":"${api.url}"}]}\n\n`;

const pathOf = ({ body }: ApiResponse) => `${gpt.path}/actions/${body.id}`;

/** Returns the text as received, because parsing JSON would lose its formatting. */
async function textOf(path: string): Promise<[type: string | null, text: string]> {
  const response = await fetch(`${app.url}${path}/openapi/source`, {
    headers: { 'x-api-key': tenant.admin.key ?? '' },
  });
  expect(response.status).toBe(200);
  return [response.headers.get('content-type'), Buffer.from(await response.arrayBuffer()).toString('utf8')];
}

const query = (sql: string, values: unknown[] = []) =>
  app.get(Database).dataSource.query(sql, values) as Promise<Record<string, unknown>[]>;

const partsOf = async (path: string) => {
  const [row] = await query('SELECT COUNT(*) AS many FROM source_parts WHERE action_id = ?', [path.split('/').at(-1)]);
  return Number(row?.['many']);
};

describe('the original text of a document', () => {
  it.each([
    ['yaml', YAML],
    ['json', JSON_TEXT],
    ['json', () => `\uFEFF${JSON_TEXT()}`],
  ])('is returned unmodified with its format (%s)', async (format, text) => {
    const made = await gpt.addAction({ openapi: text() });
    expect(made.body).toMatchObject({ openapi_format: format });
    expect(await textOf(pathOf(made))).toEqual([`application/${format}; charset=utf-8`, text()]);
    // Calls still use the parsed document.
    expect((await tenant.admin.get(`${pathOf(made)}/openapi`)).body).toMatchObject({ openapi: '3.1.0' });
  });

  it('is stored if it was fetched from a URL', async () => {
    api.respondWith(() => ({ headers: { 'content-type': 'text/plain' }, body: YAML() }));
    const made = await gpt.addAction({ openapi_url: `${api.url}/notes.yaml` });
    expect(await textOf(pathOf(made))).toEqual(['application/yaml; charset=utf-8', YAML()]);
  });

  it('is stored if it was imported from a manifest', async () => {
    const form = { auth: { type: 'none' }, raw_spec: YAML(), domain: 'x' };
    const { body, status } = await tenant.admin.post(`${gpt.path}/imports`, { manifest: { metadata: form } });
    expect([status, body.action?.openapi_format]).toEqual([201, 'yaml']);
    expect((await textOf(`${gpt.path}/actions/${body.action.id}`))[1]).toBe(YAML());
  });

  it('can have 30 MiB', async () => {
    const noise = Array.from({ length: 2_500_000 }, (_, at) => `# ${(at * 2_654_435_761) % 4_294_967_296}\n`).join('');
    const text = noise + YAML();
    expect(text.length).toBeGreaterThan(30 * 1_048_576);
    const made = await gpt.addAction({ openapi: text });
    expect([made.status, made.body.code]).toEqual([201, undefined]);
    expect(await partsOf(pathOf(made))).toBeGreaterThan(100);
    expect((await textOf(pathOf(made)))[1] === text).toBe(true);
  });

  it('does not exist if the document was sent as an object', async () => {
    const made = await gpt.addAction({ openapi: api.document(NOTES_PATHS) });
    expect(made.body.openapi_format).toBeNull();
    expect(problemOf(await tenant.admin.get(`${pathOf(made)}/openapi/source`))).toBe('404 not_found');
    expect(await partsOf(pathOf(made))).toBe(0);
  });

  it('requires an admin key', async () => {
    const made = await gpt.addAction({ openapi: YAML() });
    expect(problemOf(await tenant.runtime.get(`${pathOf(made)}/openapi/source`))).toBe('403 forbidden');
  });
});

describe('a change of an action', () => {
  it('replaces or removes the original text only if it changes the document', async () => {
    const path = pathOf(await gpt.addAction({ openapi: YAML() }));
    await tenant.admin.patch(path, { privacy_policy_url: 'https://example.com/privacy', auth: { type: 'none' } });
    expect((await textOf(path))[1]).toBe(YAML());
    expect((await tenant.admin.patch(path, { openapi: JSON_TEXT() })).body.openapi_format).toBe('json');
    expect(await textOf(path)).toEqual(['application/json; charset=utf-8', JSON_TEXT()]);
    const { body } = await tenant.admin.patch(path, { openapi: api.document(NOTES_PATHS) });
    expect(body.openapi_format).toBeNull();
    expect(problemOf(await tenant.admin.get(`${path}/openapi/source`))).toBe('404 not_found');
    expect(await partsOf(path)).toBe(0);
  });

  it('keeps the original text if it is rejected', async () => {
    const path = pathOf(await gpt.addAction({ openapi: YAML() }));
    expect(problemOf(await tenant.admin.patch(path, { openapi: `${YAML()}paths: {}` }))).toMatch(/^422/);
    expect((await textOf(path))[1]).toBe(YAML());
  });

  describe('with a text that cannot be stored', () => {
    afterEach(() => query('DROP TRIGGER IF EXISTS refusal'));

    const refuse = () =>
      query(
        database === 'sqlite'
          ? "CREATE TRIGGER refusal BEFORE INSERT ON source_parts BEGIN SELECT RAISE(ABORT, 'refused'); END"
          : "CREATE TRIGGER refusal BEFORE INSERT ON source_parts FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'",
      );

    it('changes nothing and creates no action', async () => {
      const path = pathOf(await gpt.addAction({ openapi: YAML() }));
      const before = [await tenant.admin.get(path), await tenant.admin.get(`${path}/openapi`)].map(({ body }) => body);
      await refuse();
      expect(problemOf(await tenant.admin.patch(path, { openapi: JSON_TEXT() }))).toBe('500 internal');
      const after = [await tenant.admin.get(path), await tenant.admin.get(`${path}/openapi`)].map(({ body }) => body);
      expect(after).toEqual(before);
      expect((await textOf(path))[1]).toBe(YAML());
      const other = await tenant.gpt();
      expect(problemOf(await other.addAction({ openapi: YAML() }))).toBe('500 internal');
      expect((await tenant.admin.get(`${other.path}/actions`)).body.data).toEqual([]);
    });
  });
});

describe('the original text is deleted', () => {
  it.each([
    ['an action', (path: string) => tenant.admin.delete(path)],
    ['a GPT', () => tenant.admin.delete(gpt.path)],
  ])('with %s', async (_, remove) => {
    const path = pathOf(await gpt.addAction({ openapi: YAML() }));
    expect(await partsOf(path)).toBe(1);
    expect((await remove(path)).status).toBe(204);
    expect(await partsOf(path)).toBe(0);
  });

  it('with a tenant', async () => {
    const other = await app.tenant();
    const { body } = await (await other.gpt()).addAction({ openapi: YAML() });
    expect(await partsOf(body.id)).toBe(1);
    expect((await app.operator.delete(`/v1/tenants/${other.id}`)).status).toBe(204);
    expect(await partsOf(body.id)).toBe(0);
  });
});
