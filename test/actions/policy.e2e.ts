import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { PolicyWorld } from '../support/policy-world.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let world: PolicyWorld;
let app: TestApp;
let api: Upstream;
let other: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;
let path: string;

beforeAll(async () => {
  [world, other] = await Promise.all([PolicyWorld.start(), Upstream.start()]);
  ({ app, api } = world);
});

afterAll(() => Promise.all([world.stop(), other.stop()]));

beforeEach(async () => {
  await world.reset();
  ({ tenant, gpt, path } = world);
});

const responses = { 200: { description: 'ok' } };

const set = (operations: object) => world.set(operations);
const mustSet = (operations: object) => world.mustSet(operations);
const tools = () => world.tools();
const tool = (name: string) => world.tool(name);

describe('the policy of an action', () => {
  it('is empty at first, and returned as it was set', async () => {
    const empty = { operations: {}, lost_operations: [] };
    expect((await tenant.admin.get(`${path}/policy`)).body).toEqual(empty);
    const operations = {
      deleteNote: { enabled: false },
      listNotes: {
        enabled: true,
        name: 'search',
        description: 'Finds notes',
        confirmation: 'always',
        fixed_arguments: { '/limit': 5 },
        response: { keep: ['/notes/*/id'], drop: ['/a~1b'], max_items: 0 },
        follow_redirects: true,
      },
      createNote: { fixed_arguments: { '/body/title': { from: 'user' } } },
    };
    await mustSet(operations);
    expect((await tenant.admin.get(`${path}/policy`)).body).toEqual({ operations, lost_operations: [] });
    expect((await set({ getNote: { name: null, confirmation: 'always' }, about: {} })).body).toEqual({
      operations: { getNote: { confirmation: 'always' } },
      lost_operations: [],
    });
    expect((await set({})).body).toEqual(empty);
  });

  it('is recorded in the audit log by the operations that it changes', async () => {
    await mustSet({ listNotes: { name: 'search' }, about: { enabled: false } });
    await mustSet({ listNotes: { name: 'search' }, getNote: { enabled: false } });
    const { data } = (await tenant.admin.get('/v1/audit-events?type=action.policy_changed')).body;
    expect(data.map(({ details }: { details: object }) => details)).toEqual([
      { gpt_id: gpt.id, changed: 2, operations: ['listNotes', 'about'] },
      { gpt_id: gpt.id, changed: 2, operations: ['about', 'getNote'] },
    ]);
  });

  it('is deleted with its action', async () => {
    await mustSet({ about: { description: 'a description to look for' } });
    const stored = async () => JSON.stringify((await app.database.tables())['operation_policies']);
    expect(await stored()).toContain('a description to look for');
    await tenant.admin.delete(path);
    expect(await stored()).not.toContain('a description to look for');
  });

  it.each<[string, object, string]>([
    ['an unknown operation', { nothing: { enabled: false } }, '/operations/nothing'],
    ['a policy that is no object', { about: [] }, '/operations/about'],
    ['an unknown field', { about: { hidden: true } }, '/operations/about/hidden'],
    ['a field of the wrong type', { about: { enabled: 'no' } }, '/operations/about/enabled'],
    ['a name that models do not accept', { about: { name: 'about us' } }, '/operations/about/name'],
    ['an empty description', { about: { description: '' } }, '/operations/about/description'],
    ['an unknown confirmation', { about: { confirmation: 'maybe' } }, '/operations/about/confirmation'],
    ['the name of another operation', { about: { name: 'getNote' } }, '/operations/about/name'],
    ['one name for two', { about: { name: 'x' }, getNote: { name: 'x' } }, '/operations/about/name'],
    ['an unknown bound', { about: { response: { min: 1 } } }, '/operations/about/response/min'],
    ['a bound below 0', { about: { response: { max_items: -1 } } }, '/operations/about/response/max_items'],
    ['a bound that is no pointer', { about: { response: { keep: ['a'] } } }, '/operations/about/response/keep'],
    ['a wrong escape', { about: { response: { drop: ['/a~2'] } } }, '/operations/about/response/drop'],
  ])('is rejected with %s', async (_, operations, pointer) => {
    expect(problemOf(await set(operations))).toBe(`400 invalid_request ${pointer}`);
    expect((await tenant.admin.get(`${path}/policy`)).body.operations).toEqual({});
  });

  it.each<[string, string, unknown]>([
    ['is no pointer', 'limit', 5],
    ['has too many parts', '/body/1/2/3/4/5/6/7/8/9/10', 5],
    ['is unknown', '/colour', 'red'],
    ['is unknown, whatever its value', '/colour', { from: 'user' }],
    ['has a value of the wrong type', '/limit', '5'],
    ['comes from an unknown source', '/limit', { from: 'tenant' }],
    ['comes from an unknown connection value', '/limit', { from: 'connection.site' }],
  ])('is rejected if a fixed argument %s', async (_, pointer, value) => {
    const answer = await set({ listNotes: { fixed_arguments: { [pointer]: value } } });
    const expected = `400 invalid_request /operations/listNotes/fixed_arguments/${pointer.replaceAll('/', '~1')}`;
    expect(problemOf(answer)).toBe(expected);
  });

  it('is rejected if a fixed argument is a number with more digits than it keeps', async () => {
    const body = '{"operations":{"listNotes":{"fixed_arguments":{"/limit":9007199254740993}}}}';
    const answer = await tenant.admin.send('PUT', `${path}/policy`, body);
    expect(problemOf(answer)).toBe('400 invalid_request /operations/listNotes/fixed_arguments/~1limit');
  });

  it('is rejected with a duplicate key', async () => {
    const body = '{"operations":{"about":{"enabled":false},"about":{"enabled":true}}}';
    const answer = await tenant.admin.send('PUT', `${path}/policy`, body);
    expect(problemOf(answer)).toBe('400 invalid_request /operations/about');
  });

  it('is rejected if one fixed argument is part of another', async () => {
    const fixed_arguments = { '/body/account/id': 1, '/body/account': { id: 2 } };
    const answer = await set({ createTask: { fixed_arguments } });
    expect(problemOf(answer)).toBe('400 invalid_request /operations/createTask/fixed_arguments/~1body~1account~1id');
  });

  it('is rejected beyond its limits', async () => {
    const long = (characters: number) => ({ '/body/title': 'x'.repeat(characters) });
    const oneRow = await set({ createNote: { fixed_arguments: long(32_768) } });
    expect(problemOf(oneRow)).toBe('400 invalid_request /operations/createNote');
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`/body/${index}`, 1]));
    const tooMany = await set({ createNote: { fixed_arguments: many } });
    expect(problemOf(tooMany)).toBe('400 invalid_request /operations/createNote/fixed_arguments');
    const wide = await tenant.gpt();
    const paths = Array.from({ length: 10 }, (_, index) => [
      `/${index}`,
      { get: { operationId: `op${index}`, responses } },
    ]);
    const { id } = await wide.action(other.document(Object.fromEntries(paths)));
    const operations = Object.fromEntries(
      paths.map((_, index) => [
        `op${index}`,
        { response: { keep: Array.from({ length: 70 }, () => `/${'x'.repeat(400)}`) } },
      ]),
    );
    const whole = await tenant.admin.put(`${wide.path}/actions/${id}/policy`, { operations });
    expect(problemOf(whole)).toBe('400 invalid_request /operations');
  });

  it('is set once if it is set concurrently', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => set({ about: { name } })));
    const accepted = answers.filter(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3 - accepted.length);
    const { operations } = (await tenant.admin.get(`${path}/policy`)).body;
    expect(accepted.map(({ body }) => body.operations)).toContainEqual(operations);
  });
});

describe('a disabled operation', () => {
  it('is no tool, and is not found by calls, until it is enabled', async () => {
    await mustSet({ listNotes: { enabled: false } });
    expect((await tools()).map(({ name }) => name)).toEqual([
      'createNote',
      'getNote',
      'deleteNote',
      'about',
      'createTask',
    ]);
    const shown = (await tenant.runtime.get(path)).body.operations as { operation_id: string; enabled: boolean }[];
    const disabled = shown.filter(({ enabled }) => !enabled);
    expect(disabled.map(({ operation_id }) => operation_id)).toEqual(['listNotes']);
    expect(problemOf(await gpt.call('listNotes'))).toBe('404 operation_not_found');
    expect(api.requests).toHaveLength(0);
    await mustSet({ listNotes: { enabled: true } });
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
    expect(await tool('listNotes')).toBeDefined();
  });

  it('is not called by another replica either', async () => {
    const replica = await TestApp.start({ replicaOf: app });
    try {
      await gpt.at(replica).call('listNotes');
      await mustSet({ listNotes: { enabled: false } });
      const seen = () => gpt.at(replica).call('listNotes');
      const answer = await eventually(seen, ({ status }) => status !== 200);
      expect(problemOf(answer)).toBe('404 operation_not_found');
    } finally {
      await replica.stop();
    }
  });
});

describe('the name and the description of a policy', () => {
  it('are those of the tool, and calls accept the name and the operation id', async () => {
    await mustSet({ listNotes: { name: 'search_notes', description: 'Finds notes.\n\nAt most 20.' } });
    expect(await tool('search_notes')).toMatchObject({
      description: 'Finds notes.\n\nAt most 20.',
      title: 'GET /notes',
    });
    for (const name of ['search_notes', 'listNotes']) {
      expect((await gpt.call(name)).body.outcome).toBe('completed');
    }
  });

  it('change the ETag of the tools', async () => {
    const etag = async () => (await tenant.runtime.get(`${gpt.path}/tools`)).headers.get('etag');
    const before = await etag();
    await mustSet({ listNotes: { description: 'Finds notes' } });
    expect(await etag()).not.toBe(before);
  });

  it('may be the name of an operation that is disabled, and not that of an operation of another action', async () => {
    await gpt.action(other.document({ '/x': { get: { operationId: 'elsewhere', responses } } }));
    expect(problemOf(await set({ about: { name: 'elsewhere' } }))).toBe('400 invalid_request /operations/about/name');
    await mustSet({ about: { name: 'getNote' }, getNote: { enabled: false } });
    await gpt.call('getNote');
    expect(api.last.path).toBe('/about');
  });
});

describe('the confirmation of a policy', () => {
  const outcome = async (operation: string, body: object = { arguments: { id: '1' } }) =>
    (await gpt.call(operation, body)).body.outcome;

  it('is always required, although the document requires none', async () => {
    await mustSet({ getNote: { confirmation: 'always' } });
    const { body } = await gpt.call('getNote', { arguments: { id: '1' } });
    expect(body).toMatchObject({ outcome: 'confirmation_required', confirmation: { can_always_allow: false } });
    const again = { arguments: { id: '1' }, confirmation: body.confirmation.token };
    expect(await outcome('getNote', again)).toBe('completed');
  });

  it('is never required, unless the document is explicit', async () => {
    const NOTE = { arguments: { body: { title: 'x' } } };
    await mustSet({ createNote: { confirmation: 'never' } });
    expect(await outcome('createNote', NOTE)).toBe('completed');
    await mustSet({ createNote: { confirmation: 'document' } });
    expect(await outcome('createNote', NOTE)).toBe('confirmation_required');
    const explicit = await set({ deleteNote: { confirmation: 'never' } });
    expect(problemOf(explicit)).toBe('400 invalid_request /operations/deleteNote/confirmation');
  });

  it('is skipped as long as the tenant allows it, even if the document is explicit', async () => {
    const allow = (allow_skipping_confirmation: boolean) =>
      tenant.admin.patch(`/v1/tenants/${tenant.id}`, { allow_skipping_confirmation });
    expect((await allow(true)).body.allow_skipping_confirmation).toBe(true);
    await mustSet({ deleteNote: { confirmation: 'never' } });
    expect(await outcome('deleteNote')).toBe('completed');
    await allow(false);
    expect(await outcome('deleteNote')).toBe('confirmation_required');
    const { data } = (await tenant.admin.get('/v1/audit-events?type=tenant.updated')).body;
    expect(data.map(({ details }: ApiResponse['body']) => details.allow_skipping_confirmation)).toEqual([true, false]);
  });

  it('ends with a change of the policy', async () => {
    const { confirmation } = (await gpt.call('deleteNote', { arguments: { id: '1' } })).body;
    await mustSet({ about: { enabled: false } });
    const late = { arguments: { id: '1' }, confirmation: confirmation.token };
    expect(await outcome('deleteNote', late)).toBe('confirmation_required');
  });
});

describe('fixed arguments', () => {
  const TEAM = {
    '/X-Team': 'red',
    '/filter_kind': { from: 'conversation_id' },
    '/body/account/id': 7,
  };
  const context = { user: 'alice', conversation_id: 'first' };
  const call = (args: object, more: object = context) => gpt.call('createTask', { arguments: args, ...more });

  it('are sent with every call, in the query, path, header and body', async () => {
    await mustSet({
      createTask: { fixed_arguments: TEAM },
      getNote: { fixed_arguments: { '/id': { from: 'user' } } },
    });
    expect((await call({ body: { title: 'x' } })).body).toMatchObject({ outcome: 'completed', notices: [] });
    expect(api.last.headers['x-team']).toBe('red');
    expect(api.last.query.get('filter[kind]')).toBe('first');
    expect(JSON.parse(api.last.body)).toEqual({ title: 'x', account: { id: 7 } });
    expect((await gpt.call('getNote', context)).body.outcome).toBe('completed');
    expect(api.last.path).toBe('/notes/alice');
  });

  it('are neither properties nor requirements of the tool, and their values are not shown', async () => {
    await mustSet({ createTask: { fixed_arguments: { ...TEAM, '/X-Team': 'a secret team' } } });
    const { inputSchema } = await tool('createTask');
    expect(inputSchema).toMatchObject({
      properties: { body: { required: ['title'], properties: { title: { type: 'string' } } } },
      required: ['body'],
    });
    expect(Object.keys(inputSchema.properties)).toEqual(['body']);
    expect(JSON.stringify(inputSchema)).not.toContain('account');
    expect(JSON.stringify(await tools())).not.toContain('a secret team');
  });

  it.each<[object, string]>([
    [{ body: { title: 'x', account: { id: 7 } } }, '/arguments/body/account/id'],
    [{ body: { title: 'x' }, 'X-Team': 'red' }, '/arguments/X-Team'],
    [{ body: { title: 'x' }, filter_kind: null }, '/arguments/filter_kind'],
    [{ body: { title: 'x' }, 'filter[kind]': 'a' }, '/arguments/filter[kind]'],
    [{ body: 'x' }, '/arguments/body'],
    [{ body: {} }, '/arguments/body/title'],
  ])('are rejected in a call: %j', async (args, pointer) => {
    await mustSet({ createTask: { fixed_arguments: TEAM } });
    expect(problemOf(await call(args))).toBe(`400 invalid_arguments ${pointer}`);
    expect(api.requests).toHaveLength(0);
  });

  it('require the user or the conversation that they come from', async () => {
    await mustSet({ createTask: { fixed_arguments: TEAM }, getNote: { fixed_arguments: { '/id': { from: 'user' } } } });
    const args = { body: { title: 'x' } };
    expect(problemOf(await call(args, {}))).toBe('400 invalid_request /conversation_id');
    expect(problemOf(await gpt.call('getNote'))).toBe('400 user_required /user');
  });

  it('are part of what the user confirms', async () => {
    await mustSet({ deleteNote: { fixed_arguments: { '/id': 'fixed id' } } });
    const { confirmation } = (await gpt.call('deleteNote')).body;
    expect(confirmation.url).toBe(`${api.url}/notes/fixed%20id`);
    expect((await gpt.call('deleteNote', { confirmation: confirmation.token })).body.outcome).toBe('completed');
    expect(api.last.path).toBe('/notes/fixed%20id');
  });

  it('that a call makes invalid are reported without their values', async () => {
    await mustSet({ listNotes: { fixed_arguments: { '/limit': { from: 'user' } } } });
    expect((await gpt.call('listNotes', { user: '20' })).body).toMatchObject({ outcome: 'completed', notices: [] });
    const answer = await gpt.call('listNotes', { user: 'alice@example.com' });
    expect(problemOf(answer)).toBe('400 invalid_arguments /arguments/limit');
    expect(JSON.stringify(answer.body)).not.toContain('alice@example.com');
  });
});
