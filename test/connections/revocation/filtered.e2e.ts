import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '../../support/client.js';
import { connectMany } from '../../support/many-connections.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestGpt, TestTenant } from '../../support/tenant.js';

let world: OAuthWorld;
let tenant: TestTenant;
let first: { gpt: TestGpt; action: { id: string } };
let second: { gpt: TestGpt; action: { id: string } };

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

/** Twelve users of each of two GPTs: `user-1` and `user-11` have to sign in again, `user-2` is disconnected. */
beforeEach(async () => {
  world.reset();
  tenant = await world.app.tenant();
  const schema = { revocation_url: `${world.provider.url}/revoke` };
  [first, second] = [await world.notesGpt(schema, tenant), await world.notesGpt(schema, tenant)];
  for (const { gpt, action } of [first, second]) {
    await connectMany(world.app, gpt, action, 12);
    for (const { id, user } of await connections({ gpt_id: gpt.id })) {
      if (['user-1', 'user-11'].includes(user)) {
        await world.changeRow({ id }, { status: 'reconnect_required', tokens: null });
      }
      if (user === 'user-2') await tenant.admin.delete(`/v1/connections/${id}`);
    }
  }
});

interface Shown {
  id: string;
  user: string;
  gpt_id: string;
  status: string;
}

const connections = async (query: Record<string, string> = {}): Promise<Shown[]> =>
  (await tenant.admin.get(`/v1/connections?${new URLSearchParams({ limit: '200', ...query })}`)).body.data;

const revoke = (body: object, client: Client = tenant.admin) => client.post('/v1/connections/revoke', body);

describe('a filtered bulk revocation', () => {
  it.each<[string, () => { all?: true } & Record<string, string | true>]>([
    ['status', () => ({ all: true, status: 'reconnect_required' })],
    ['GPT and status', () => ({ gpt_id: first.gpt.id, status: 'active' })],
    ['user prefix', () => ({ all: true, user_prefix: 'user-1' })],
    [
      'GPT, action and user prefix',
      () => ({ gpt_id: first.gpt.id, action_id: first.action.id, user_prefix: 'user-1' }),
    ],
    [
      'all of them',
      () => ({ gpt_id: second.gpt.id, action_id: second.action.id, user_prefix: 'user-1', status: 'active' }),
    ],
    ['user and status', () => ({ user: 'user-1', status: 'reconnect_required' })],
    ['a final status', () => ({ all: true, status: 'revoked' })],
    ['contradictory filters', () => ({ user: 'user-1', user_prefix: 'user-2' })],
  ])('ends exactly the connections that are listed and counted with %s', async (_, named) => {
    const { all: __, ...filter } = named();
    const before = await connections();
    const chosen = (await connections(filter as Record<string, string>)).filter(({ status }) => status !== 'revoked');
    const { body: counted } = await revoke({ ...named(), dry_run: true });
    expect(counted).toEqual({ count: chosen.length });
    expect(await connections()).toEqual(before);
    const { status, body } = await revoke(named());
    expect([status, body.revoked]).toEqual([200, chosen.length]);
    const ended = new Set(chosen.map(({ id }) => id));
    const after = await connections();
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    for (const [index, row] of after.entries()) {
      expect([row.user, row.status]).toEqual([row.user, ended.has(row.id) ? 'revoked' : before[index]?.status]);
    }
    // Nothing is recorded if there was nothing to end.
    const expected = chosen.length === 0 ? [] : [{ revoked: chosen.length, scope: named() }];
    const { data: revocations } = (await tenant.admin.get('/v1/connections/revocations')).body;
    const ofMany = revocations.filter(({ scope }: { scope: object }) => !('connection_id' in scope));
    expect(ofMany).toEqual(expected.map((each) => expect.objectContaining({ ...each, id: body.revocation_id })));
    const { data: events } = (await tenant.admin.get('/v1/audit-events?type=connections.revoked')).body;
    expect(events.map(({ details }: { details: object }) => details)).toEqual(
      expected.map(({ revoked: count, scope }) => expect.objectContaining({ scope, count })),
    );
  });

  it('requires an admin key if only a filter narrows it', async () => {
    for (const part of [{ status: 'active' }, { user_prefix: 'user-' }, { user_prefix: 'u', status: 'active' }]) {
      for (const client of [tenant.admin, tenant.runtime]) {
        expect(problemOf(await revoke(part, client))).toBe('400 invalid_request ');
      }
      expect(problemOf(await revoke({ all: true, ...part }, tenant.runtime))).toBe('403 forbidden');
    }
    const { body } = await revoke({ gpt_id: first.gpt.id, user_prefix: 'user-1' }, tenant.runtime);
    expect(body.revoked).toBe(3);
    expect(await connections({ status: 'revoked' })).toHaveLength(5);
  });

  it('is limited to the GPTs of the API key', async () => {
    const fields = { role: 'runtime', name: 'one', gpt_ids: [first.gpt.id] };
    const client = new Client(world.app.url, (await tenant.admin.post('/v1/keys', fields)).body.key);
    expect((await revoke({ gpt_id: second.gpt.id, user_prefix: 'user-' }, client)).body.revoked).toBe(0);
    expect(problemOf(await revoke({ user: 'user-1', status: 'active' }, client))).toBe('400 invalid_request /gpt_id');
    expect((await revoke({ gpt_id: first.gpt.id, user_prefix: 'user-1' }, client)).body.revoked).toBe(3);
  });

  it('rejects an unknown status and an empty prefix', async () => {
    expect(problemOf(await revoke({ all: true, status: 'gone' }))).toBe('400 invalid_request /status');
    expect(problemOf(await revoke({ all: true, user_prefix: '' }))).toBe('400 invalid_request /user_prefix');
    expect(await connections({ status: 'active' })).toHaveLength(18);
  });
});
