import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allChained } from '../../support/all-chained.js';
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
  world.reset();
  tenant = await world.app.tenant();
  [first, second] = [await world.notesGpt({}, tenant), await world.notesGpt({}, tenant)];
  await connectMany(world.app, first.gpt, first.action, 3);
  await connectMany(world.app, second.gpt, second.action, 2);
  const { data } = (await tenant.admin.get(`/v1/connections?gpt_id=${first.gpt.id}&user=user-2`)).body;
  await tenant.admin.delete(`/v1/connections/${data[0].id}`);
});

afterAll(() => world.stop());

const counted = async (client: Client, scope: object) =>
  (await client.post('/v1/connections/revoke', { ...scope, dry_run: true })).body;

async function unchanged(): Promise<string> {
  await allChained(world.app);
  const lists = ['/v1/connections', '/v1/connections/revocations', '/v1/audit-events?limit=200'];
  return JSON.stringify((await Promise.all(lists.map((path) => tenant.admin.get(path)))).map(({ body }) => body));
}

describe('a dry run of a bulk revocation', () => {
  it('counts the connections and changes nothing', async () => {
    const before = await unchanged();
    expect(await counted(tenant.admin, { all: true })).toEqual({ count: 4 });
    expect(await counted(tenant.runtime, { gpt_id: first.gpt.id })).toEqual({ count: 2 });
    expect(await counted(tenant.runtime, { action_id: second.action.id })).toEqual({ count: 2 });
    expect(await counted(tenant.runtime, { user: 'user-0' })).toEqual({ count: 2 });
    expect(await counted(tenant.runtime, { user: 'user-0', gpt_id: second.gpt.id })).toEqual({ count: 1 });
    expect(await counted(tenant.runtime, { user: 'nobody' })).toEqual({ count: 0 });
    expect(await unchanged()).toBe(before);
  });

  it('validates scope and role like a real run', async () => {
    const ask = (client: Client, body: object) => client.post('/v1/connections/revoke', { dry_run: true, ...body });
    expect(problemOf(await ask(tenant.admin, {}))).toMatch(/^400 invalid_request/);
    expect(problemOf(await ask(tenant.runtime, { all: true }))).toBe('403 forbidden');
    const answer = await tenant.admin.post('/v1/connections/revoke', { all: true, dry_run: 'yes' });
    expect(problemOf(answer)).toBe('400 invalid_request /dry_run');
  });

  it('does not count connections of other tenants', async () => {
    const stranger = await world.app.tenant();
    for (const scope of [{ all: true }, { gpt_id: first.gpt.id }, { action_id: first.action.id }, { user: 'user-0' }]) {
      expect(await counted(stranger.admin, scope)).toEqual({ count: 0 });
    }
  });

  it('does not count connections of GPTs that the key does not cover', async () => {
    const fields = { role: 'runtime', name: 'one', gpt_ids: [first.gpt.id] };
    const client = new Client(world.app.url, (await tenant.admin.post('/v1/keys', fields)).body.key);
    expect(await counted(client, { gpt_id: first.gpt.id })).toEqual({ count: 2 });
    expect(await counted(client, { gpt_id: second.gpt.id })).toEqual({ count: 0 });
    const unnamed = await client.post('/v1/connections/revoke', { user: 'user-0', dry_run: true });
    expect(problemOf(unnamed)).toBe('400 invalid_request /gpt_id');
  });

  it('ends connections if `dry_run` is false', async () => {
    const { body } = await tenant.admin.post('/v1/connections/revoke', { all: true, dry_run: false });
    expect(body).toMatchObject({ revoked: 4 });
    expect(await counted(tenant.admin, { all: true })).toEqual({ count: 0 });
  });
});
