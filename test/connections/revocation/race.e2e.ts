import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import {
  deleteRevocations,
  createGate,
  progressOf,
  revocationItems,
  sendDueRevocations,
} from '../../support/revocations.js';
import type { TestGpt } from '../../support/tenant.js';

let world: OAuthWorld;
let revocation: { revocation_url: string };

beforeAll(async () => {
  world = await OAuthWorld.start();
  revocation = { revocation_url: `${world.provider.url}/revoke` };
});

afterAll(() => world.stop());

beforeEach(async () => {
  await deleteRevocations(world.app);
  world.reset();
  world.provider.revokeGrants();
  world.provider.expireAccessTokens();
});

/** Creates users whose tokens are due, at a provider that rotates refresh tokens. */
async function dueUsers(count: number): Promise<{ gpt: TestGpt; users: EndUser[] }> {
  const { gpt } = await world.notesGpt(revocation);
  const users = Array.from({ length: count }, (_, index) => new EndUser(gpt, `user-${index}`));
  for (const user of users) await user.signsIn();
  world.provider.reset();
  world.provider.simulate('rotates');
  world.app.clock.advance({ hours: 2 });
  return { gpt, users };
}

/** Returns the kinds of the tokens that are still valid at the provider. */
function goodTokens(): string[] {
  const { refreshTokens, accessTokens } = world.provider;
  return [...refreshTokens, ...accessTokens].map((token) => token.split('-')[0] ?? '');
}

async function rows({ id, tenant }: TestGpt) {
  const { data } = (await tenant.runtime.get(`/v1/connections?gpt_id=${id}`)).body;
  return Promise.all(data.map((connection: { id: string }) => world.row(connection)));
}

const ended = expect.objectContaining({ status: 'revoked', tokens: null, leaseOwner: null, hasRefreshToken: false });

describe('security rule C39: a refresh in flight when its connection ends', () => {
  it('security rule C39: does not reactivate the connection, and its new tokens are revoked too', async () => {
    const { gpt, users } = await dueUsers(1);
    const held = createGate();
    world.provider.simulate('rotates', { after: () => held.released });
    const [alice] = users as [EndUser];
    const call = alice.calls();
    await eventually(
      () => world.provider.grants('refresh_token').length,
      (count) => count === 1,
    );
    expect((await alice.disconnects()).status).toBe(204);
    expect(goodTokens()).toEqual(['refresh', 'access']);
    held.release();
    expect((await call).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
    expect(await rows(gpt)).toEqual([ended]);

    const [{ revocationId = '' } = {}] = await revocationItems(world.app);
    expect(await progressOf(gpt.tenant, revocationId)).toMatchObject({
      status: 'running',
      revoked: 1,
      provider: { pending: 1, confirmed: 1 },
      ended_at: null,
    });
    await sendDueRevocations(world.app);
    expect(goodTokens()).toEqual([]);
    const { status, ended_at } = await progressOf(gpt.tenant, revocationId);
    expect({ status, ended_at }).toEqual({ status: 'done', ended_at: expect.any(String) });
  });

  it('security rule C39: causes no revocation if the provider has no revocation URL', async () => {
    const { gpt } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    const held = createGate();
    world.provider.simulate('rotates', { after: () => held.released });
    world.app.clock.advance({ hours: 2 });
    const call = alice.calls();
    await eventually(
      () => world.provider.grants('refresh_token').length,
      (count) => count === 1,
    );
    await alice.disconnects();
    held.release();
    expect((await call).body.sign_in.reason).toBe('revoked');
    expect(await rows(gpt)).toEqual([ended]);
    expect(await revocationItems(world.app)).toEqual([]);
  });

  it('security rule C39: leaves no valid token behind, with any number of refreshes racing one command', async () => {
    const { gpt, users } = await dueUsers(24);
    const replica = await world.app.replica();
    const calls = users.map((user, index) => (index % 2 ? user : user.at(replica)).calls());
    await eventually(
      () => world.provider.grants('refresh_token').length,
      (count) => count > 4,
    );
    const { body } = await gpt.tenant.runtime.post('/v1/connections/revoke', { gpt_id: gpt.id });
    expect(body.revoked).toBe(users.length);
    await Promise.all(calls);
    await Promise.all([sendDueRevocations(world.app), sendDueRevocations(replica)]);
    await replica.stop();
    expect(goodTokens()).toEqual([]);
    expect(await rows(gpt)).toEqual(Array(users.length).fill(ended));
    expect(await progressOf(gpt.tenant, body.revocation_id)).toMatchObject({ status: 'done', provider: { failed: 0 } });
    for (const { tokens } of await revocationItems(world.app)) expect(tokens).toBeNull();
  });
});

describe('security rule C39: a sign-in that completes after the command', () => {
  it('security rule C39: creates an active connection', async () => {
    const { gpt, users } = await dueUsers(1);
    const [alice] = users as [EndUser];
    const { body } = await gpt.tenant.runtime.post('/v1/connections/revoke', { gpt_id: gpt.id });
    await alice.signsIn();
    await sendDueRevocations(world.app);
    expect(await progressOf(gpt.tenant, body.revocation_id)).toMatchObject({ status: 'done' });
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect((await alice.disconnects()).status).toBe(204);
    expect(goodTokens()).toEqual([]);
  });
});
