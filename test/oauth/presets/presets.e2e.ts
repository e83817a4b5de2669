// Runs once: the database takes no part in what this suite tests.
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Presets, type Preset } from '../../../src/oauth/index.js';
import { TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';

const IDS = readdirSync(new URL('../../../src/oauth/presets/providers/', import.meta.url)).map((file) =>
  file.replace('.json', ''),
);

let app: TestApp;
let tenant: TestTenant;
let runtime: Client;

beforeAll(async () => {
  app = await TestApp.start();
  tenant = await app.tenant();
  runtime = tenant.runtime;
});

afterAll(async () => {
  await app.stop();
});

describe('the list of presets', () => {
  it('returns all presets on one page, sorted by name', async () => {
    const { status, body } = await runtime.get('/v1/providers');
    expect([status, body.next_cursor]).toEqual([200, null]);
    expect(idsIn(body).toSorted()).toEqual(IDS.toSorted());
    expect(idsIn(body).slice(0, 4)).toEqual(['airtable', 'asana', 'atlassian', 'auth0']);
  });

  it('returns the same fields for each preset', async () => {
    const { data } = (await tenant.admin.get('/v1/providers')).body;
    for (const provider of data) {
      expect(provider).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        documentation_url: expect.stringMatching(/^https:/),
        domains: expect.any(Array),
        schema: expect.objectContaining({ type: 'oauth' }),
        variables: expect.any(Array),
        refresh: expect.stringMatching(/^(rotates|keeps|none)$/),
        notes: expect.any(Array),
      });
    }
  });

  it('paginates', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await runtime.get(`/v1/providers?limit=7${cursor && `&cursor=${cursor}`}`);
      seen.push(...idsIn(body));
      cursor = body.next_cursor ?? '';
    } while (cursor);
    expect(seen).toEqual(idsIn((await runtime.get('/v1/providers')).body));
  });

  it.each([
    ['domain=api.github.com', ['github']],
    ['domain=gmail.googleapis.com', ['google']],
    ['domain=acme.zendesk.com', ['zendesk']],
    ['domain=evil-github.com', []],
    ['q=git', ['github', 'gitlab']],
    ['q=ZEN', ['zendesk']],
    ['q=nobody', []],
    ['q=git&domain=gitlab.com', ['gitlab']],
    ['q=git&limit=1&cursor=github', ['gitlab']],
  ])('filters by ?%s', async (query, ids) => {
    const { body } = await runtime.get(`/v1/providers?${query}`);
    expect([idsIn(body), body.next_cursor]).toEqual([ids, null]);
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['domain=', '/domain'],
    ['cursor=nobody', '/cursor'],
    ['name=github', '/name'],
  ])('rejects ?%s', async (query, pointer) => {
    expect(problemOf(await runtime.get(`/v1/providers?${query}`))).toBe(`400 invalid_request ${pointer}`);
  });
});

describe('a single preset', () => {
  it('is returned by its id', async () => {
    const { status, body } = await runtime.get('/v1/providers/zendesk');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: 'zendesk',
      name: 'Zendesk',
      domains: ['zendesk.com'],
      schema: { type: 'oauth', token_url: 'https://{subdomain}.zendesk.com/oauth/tokens' },
      variables: [{ name: 'subdomain', example: 'acme' }],
      refresh: 'rotates',
    });
  });

  it.each([['nobody'], ['GitHub'], ['github.json'], ['..%2Fpreset.schema'], ['constructor']])(
    'returns 404 for the id %s',
    async (id) => {
      expect(problemOf(await runtime.get(`/v1/providers/${id}`))).toBe('404 not_found');
    },
  );
});

it('presets require an API key of a tenant', async () => {
  for (const path of ['/v1/providers', '/v1/providers/github']) {
    expect(problemOf(await app.anonymous.get(path))).toBe('401 unauthenticated');
    expect(problemOf(await app.operator.get(path))).toBe('403 forbidden');
  }
});

describe('the schema of a preset', () => {
  let path: string;

  beforeAll(async () => {
    const gpt = await tenant.gpt();
    const paths = { '/x': { get: { operationId: 'x', responses: { 200: { description: '' } } } } };
    const servers = [{ url: 'https://api.example.com' }];
    const action = await gpt.action({ openapi: '3.1.0', info: { title: 'X', version: '1' }, servers, paths });
    path = `${gpt.path}/actions/${action.id}/auth`;
  });

  it.each(IDS)('is valid for %s with a client and its variables filled in', async (id) => {
    const provider = (await runtime.get(`/v1/providers/${id}`)).body as Preset;
    // An issuer would require its metadata.
    const { issuer: _, ...schema } = filled(provider);
    const { status, body } = await tenant.admin.put(path, { ...schema, client_id: 'client', client_secret: 'secret' });
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(body).toMatchObject({ ...schema, client_id: 'client', client_secret: '[HIDDEN]' });
  });
});

it('presets are matched by the domain of an action', () => {
  expect(app.get(Presets).matching('api.github.com')?.name).toBe('GitHub');
});

function idsIn({ data }: { data: Preset[] }): string[] {
  return data.map(({ id }) => id);
}

function filled({ schema, variables }: Preset): Record<string, unknown> {
  const text = variables.reduce(
    (all, { name, example }) => all.replaceAll(`{${name}}`, example),
    JSON.stringify(schema),
  );
  return JSON.parse(text) as Record<string, unknown>;
}
