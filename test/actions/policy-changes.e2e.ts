import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthorizationServer } from '../support/authorization-server.js';
import type { ApiResponse } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { POLICY_PATHS, PolicyWorld } from '../support/policy-world.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: PolicyWorld;

beforeAll(async () => {
  world = await PolicyWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('fixed arguments that are values of the connection', () => {
  let provider: AuthorizationServer;

  beforeAll(async () => {
    provider = await AuthorizationServer.start();
  });

  afterAll(() => provider.stop());

  it('are sent once the user has signed in, and confirmed with the value', async () => {
    const values = [{ name: 'account', from: 'token', pointer: '/account', pattern: '[a-z0-9]+' }];
    const saved = await world.tenant.admin.put(`${world.path}/auth`, provider.schema({ connection_values: values }));
    expect(saved.status).toBe(200);
    const fixed_arguments = { '/id': { from: 'connection.Account' } };
    const about = await world.set({ about: { fixed_arguments: { '/x': { from: 'connection.account' } } } });
    expect(problemOf(about)).toBe('400 invalid_request /operations/about/fixed_arguments/~1x');
    await world.mustSet({ deleteNote: { fixed_arguments } });
    expect((await world.gpt.call('deleteNote', { user: 'alice' })).body.outcome).toBe('sign_in_required');
    provider.simulate({ extra: { account: 'acme1' } });
    await new EndUser(world.gpt, 'alice').signsIn();
    const { confirmation } = (await world.gpt.call('deleteNote', { user: 'alice' })).body;
    expect(confirmation.url).toBe(`${world.api.url}/notes/acme1`);
    const connection = await new EndUser(world.gpt, 'alice').connection();
    await world.tenant.admin.delete(`/v1/connections/${connection.id}`);
    provider.simulate({ extra: { account: 'other2' } });
    await new EndUser(world.gpt, 'alice').signsIn();
    const stale = await world.gpt.call('deleteNote', { user: 'alice', confirmation: confirmation.token });
    expect(stale.body).toMatchObject({ outcome: 'confirmation_required' });
    expect(stale.body.confirmation.url).toBe(`${world.api.url}/notes/other2`);
    const confirmed = { user: 'alice', confirmation: stale.body.confirmation.token };
    expect((await world.gpt.call('deleteNote', confirmed)).body.outcome).toBe('completed');
    expect(world.api.last.path).toBe('/notes/other2');
  });
});

describe('a document that is imported again', () => {
  const importPaths = async (paths: object) =>
    (await world.tenant.admin.patch(world.path, { openapi: world.api.document(paths) })).body;
  const policyWarnings = ({ warnings }: ApiResponse['body']) =>
    warnings.filter(({ code }: { code: string }) => code.startsWith('policy_'));

  it('keeps the policies, and warns about those without an operation', async () => {
    const operations = { createTask: { name: 'addTask' }, about: { enabled: false } };
    await world.mustSet(operations);
    const { '/tasks': _, ...others } = POLICY_PATHS;
    const imported = await importPaths(others);
    expect(policyWarnings(imported)).toEqual([
      { code: 'policy_without_operation', message: expect.stringContaining('"createTask"'), pointer: '' },
    ]);
    expect((await world.tenant.admin.get(`${world.path}/policy`)).body).toEqual({
      operations,
      lost_operations: ['createTask'],
    });
    expect(problemOf(await world.gpt.call('about'))).toBe('404 operation_not_found');
    expect(problemOf(await world.gpt.call('addTask'))).toBe('404 operation_not_found');
    await world.mustSet(operations);
    expect(policyWarnings((await world.tenant.admin.get(world.path)).body)).toHaveLength(1);
    expect(policyWarnings(await importPaths(POLICY_PATHS))).toEqual([]);
    expect(await world.tool('addTask')).toBeDefined();
  });

  it('loses the warning when the policy is removed', async () => {
    await world.mustSet({ createTask: { enabled: false } });
    await importPaths(NOTES_PATHS);
    await world.mustSet({});
    expect(policyWarnings((await world.tenant.admin.get(world.path)).body)).toEqual([]);
    expect(problemOf(await world.set({ createTask: { enabled: false } }))).toBe(
      '400 invalid_request /operations/createTask',
    );
  });

  it('warns about names that are taken and arguments that are invalid by now', async () => {
    await world.mustSet({ about: { name: 'added' }, listNotes: { fixed_arguments: { '/limit': 5 } } });
    const added = { '/added': { get: { operationId: 'added', responses: { 200: { description: 'ok' } } } } };
    const { '/notes': notes } = NOTES_PATHS;
    const listNotes = { ...notes.get, parameters: [{ name: 'limit', in: 'query', schema: { type: 'string' } }] };
    const imported = await importPaths({ ...POLICY_PATHS, ...added, '/notes': { ...notes, get: listNotes } });
    expect(policyWarnings(imported).map(({ code }: { code: string }) => code)).toEqual([
      'policy_name_taken',
      'policy_argument_invalid',
    ]);
    expect((await world.tools()).map(({ name }) => name)).toEqual(expect.arrayContaining(['about', 'added']));
  });
});
