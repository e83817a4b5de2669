import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let other: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;
let notes: string;

const operation = (operationId: string, more: object = {}) => ({ operationId, responses: {}, ...more });

beforeAll(async () => {
  [app, api, other] = await Promise.all([TestApp.start(), Upstream.start(), Upstream.start()]);
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  const paths = {
    '/notes': {
      get: operation('listNotes', { tags: ['Notes', 'Reading'], summary: 'All notes' }),
      post: operation('createNote', { tags: ['Notes'] }),
    },
    '/archive/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: operation('getArchive', { tags: ['Reading'], summary: 'Old NOTES' }),
    },
  };
  notes = (await gpt.action(api.document(paths))).id;
  await gpt.action(other.document({ '/mails': { get: operation('listMails', { summary: 'Mails and notes' }) } }));
  const policy = { operations: { createNote: { description: 'Keeps something for later' } } };
  expect((await tenant.admin.put(`${gpt.path}/actions/${notes}/policy`, policy)).status).toBe(200);
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), other.stop()]);
});

async function list(query: string) {
  const { body } = await tenant.runtime.get(`${gpt.path}/tools?format=mcp&${query}`);
  return { names: body.data.map(({ name }: { name: string }) => name), cursor: body.next_cursor };
}

describe('the filters of tools', () => {
  it.each<[query: () => string, names: string[]]>([
    [() => `action_id=${notes}`, ['listNotes', 'createNote', 'getArchive']],
    [() => 'action_id=act-unknown', []],
    [() => 'tag=Notes', ['listNotes', 'createNote']],
    [() => 'tag=notes', []],
    [() => 'search=notes', ['listNotes', 'createNote', 'getArchive', 'listMails']],
    [() => 'search=OLD%20notes', ['getArchive']],
    [() => 'search=archive%2F', ['getArchive']],
    [() => 'search=reading', ['listNotes', 'getArchive']],
    [() => 'search=later', ['createNote']],
    [() => `action_id=${notes}&tag=Reading&search=archive`, ['getArchive']],
  ])('select tools: case %#', async (query, names) => {
    expect((await list(query())).names).toEqual(names);
  });

  it('apply to all pages', async () => {
    const first = await list('tag=Notes&limit=1');
    expect(first).toEqual({ names: ['listNotes'], cursor: 'createNote' });
    expect(await list(`tag=Notes&limit=1&cursor=${first.cursor}`)).toEqual({ names: ['createNote'], cursor: null });
    const foreign = await tenant.runtime.get(`${gpt.path}/tools?tag=Reading&cursor=${first.cursor}`);
    expect(problemOf(foreign)).toBe('400 invalid_request /cursor');
  });

  it('show nothing that the key may not call', async () => {
    const { body } = await tenant.admin.post('/v1/keys', {
      role: 'runtime',
      name: 'narrow',
      operation_ids: [`${notes}/createNote`],
    });
    const answer = await fetch(`${app.url}${gpt.path}/tools?format=mcp&tag=Notes`, {
      headers: { 'x-api-key': body.key },
    });
    const { data } = (await answer.json()) as { data: { name: string }[] };
    expect(data.map(({ name }) => name)).toEqual(['createNote']);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', `search=${'a'.repeat(201)}`])('reject %s', async (query) => {
    const [name] = query.split('=');
    expect(problemOf(await tenant.runtime.get(`${gpt.path}/tools?${query}`))).toBe(`400 invalid_request /${name}`);
  });
});
