import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Database } from '../../../src/database/index.js';
import { RevocationItem } from '../../../src/connections/revocation/store/revocation-item.entity.js';
import { RevocationQueue } from '../../../src/connections/revocation/revocation-queue.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { deleteRevocations, createGate, revocationItems, sendDueRevocations } from '../../support/revocations.js';

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
});

const items = () => revocationItems(world.app);
const revocationRequests = () => world.provider.revocationRequests.map(({ params }) => params['token_type_hint']);

async function item(): Promise<RevocationItem> {
  const [only, ...others] = await items();
  if (!only || others.length > 0) throw new Error('there is not one item');
  return only;
}

/** Returns the progress of the only revocation. */
async function progress(user: EndUser) {
  const { data } = (await user.gpt.tenant.runtime.get('/v1/connections/revocations')).body;
  expect(data).toHaveLength(1);
  return data[0];
}

async function failures({ gpt }: EndUser): Promise<unknown[]> {
  const { id } = (await gpt.tenant.runtime.get(`/v1/connections?gpt_id=${gpt.id}`)).body.data[0];
  const path = `/v1/audit-events?type=connection.revocation_failed&target_id=${id}`;
  return (await gpt.tenant.admin.get(path)).body.data;
}

describe('security rule C39: a provider that confirms revocations', () => {
  it('security rule C39: gets one request per token, the access token first, before the response to the disconnect', async () => {
    const alice = await world.connectedUser('alice', revocation);
    await alice.disconnects();
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
    world.app.clock.advance({ hours: 2 });
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toHaveLength(2);
    const connection_id = (await alice.connection()).id;
    const times = { created_at: expect.any(String), ended_at: expect.any(String) };
    expect(await progress(alice)).toEqual({
      id: expect.stringMatching(/^rev-/),
      status: 'done',
      scope: { connection_id },
      revoked: 1,
      provider: { pending: 0, confirmed: 1, failed: 0 },
      ...times,
    });
  });

  it('security rule C39: leads to the deletion of tokens and client secret', async () => {
    const alice = await world.connectedUser('alice', revocation);
    await alice.disconnects();
    expect(await item()).toMatchObject({ status: 'confirmed', tokens: null, authSecrets: null });
  });

  it('security rule C39: may respond that it does not know the token', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.revokeGrants();
    world.provider.expireAccessTokens();
    await alice.disconnects();
    expect((await progress(alice)).provider).toEqual({ pending: 0, confirmed: 1, failed: 0 });
  });

  it('security rule C39: may respond with the error invalid_token, and gets no further request', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationResponseFor: () => ({ status: 400, body: '{"error":"invalid_token"}' }) };
    await alice.disconnects();
    expect((await progress(alice)).status).toBe('done');
  });

  it('security rule C39: need not support access tokens if the refresh token was revoked', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationResponseFor: refuses('access_token') };
    await alice.disconnects();
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
    expect((await progress(alice)).provider).toEqual({ pending: 0, confirmed: 1, failed: 0 });
  });

  it('security rule C39: gets one request if there is no refresh token', async () => {
    world.provider.behavior = { issuesRefreshTokens: false };
    const alice = await world.connectedUser('alice', revocation);
    await alice.disconnects();
    expect(revocationRequests()).toEqual(['access_token']);
    expect((await progress(alice)).provider.confirmed).toBe(1);
  });
});

/** The error of RFC 7009, section 2.2.1. */
function refuses(hint: string) {
  return (params: Record<string, string>) =>
    params['token_type_hint'] === hint ? { status: 400, body: '{"error":"unsupported_token_type"}' } : undefined;
}

describe('security rule C39: a provider that does not respond to revocations', () => {
  it('security rule C39: gets another request after a backoff, not before', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationStatus: 503 };
    await alice.disconnects();
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
    expect(await progress(alice)).toMatchObject({
      status: 'running',
      provider: { pending: 1, confirmed: 0, failed: 0 },
      ended_at: null,
    });

    world.provider.reset();
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toEqual([]);
    world.app.clock.advance({ seconds: 40 });
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
    expect(world.provider.refreshTokens).toEqual(new Set());
    expect(await progress(alice)).toMatchObject({ status: 'done', provider: { confirmed: 1 } });
  });

  it.each([
    ['access_token', 'refresh_token'],
    ['refresh_token', 'access_token'],
  ])('security rule C39: gets a retry for the %s alone, after it confirmed the %s', async (failing) => {
    const alice = await world.connectedUser('alice', revocation);
    const answers = (params: Record<string, string>) =>
      params['token_type_hint'] === failing ? { status: 500, body: '' } : undefined;
    world.provider.behavior = { revocationResponseFor: answers };
    await alice.disconnects();
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
    expect((await progress(alice)).provider).toEqual({ pending: 1, confirmed: 0, failed: 0 });
    world.provider.reset();
    world.app.clock.advance({ minutes: 1 });
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toEqual([failing]);
    expect((await progress(alice)).provider).toEqual({ pending: 0, confirmed: 1, failed: 0 });
  });

  it('security rule C39: gets only the request for the refresh token after a crash between the two requests', async () => {
    const alice = await world.connectedUser('alice', revocation);
    // The process dies after the first response: the result of the attempt is never stored.
    const queue = world.app.get(RevocationQueue);
    const store = jest.spyOn(queue, 'store').mockRejectedValueOnce(new Error('the process died'));
    const answers = (params: Record<string, string>) =>
      params['token_type_hint'] === 'refresh_token' ? { status: 503, body: '' } : undefined;
    world.provider.behavior = { revocationResponseFor: answers };
    await alice.disconnects();
    store.mockRestore();
    expect(await item()).toMatchObject({ status: 'pending', attempts: 0, settledToken: 'access_token' });
    world.provider.reset();
    world.app.clock.advance({ minutes: 5 });
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toEqual(['refresh_token']);
    expect((await progress(alice)).provider).toEqual({ pending: 0, confirmed: 1, failed: 0 });
  });

  it('security rule C39: has both tokens queued before the first request', async () => {
    const alice = await world.connectedUser('alice', revocation);
    const queued: RevocationItem[] = [];
    world.provider.behavior = { beforeRevocation: async () => void queued.push(await item()) };
    await alice.disconnects();
    expect(queued).toMatchObject([
      { status: 'pending', settledToken: null, tokens: expect.any(String) },
      { status: 'pending', settledToken: 'access_token', tokens: expect.any(String) },
    ]);
  });

  it('security rule C39: gets another request if it was unreachable', async () => {
    const alice = await world.connectedUser('alice', { revocation_url: 'http://127.0.0.1:9/revoke' });
    await alice.disconnects();
    expect(await item()).toMatchObject({ status: 'pending', attempts: 1, errorCode: 'upstream_unreachable' });
  });

  it('security rule C39: gets no request before its Retry-After', async () => {
    const alice = await world.connectedUser('alice', revocation);
    const busy = { status: 503, headers: { 'retry-after': '900' }, body: '' };
    world.provider.behavior = { revocationResponseFor: () => busy };
    await alice.disconnects();
    world.provider.reset();
    world.app.clock.advance({ minutes: 14 });
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toEqual([]);
    world.app.clock.advance({ minutes: 2 });
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
  });

  it('security rule C39: delays the response to a disconnect only briefly', async () => {
    const alice = await world.connectedUser('alice', revocation);
    const held = createGate();
    world.provider.behavior = { beforeRevocation: () => held.released };
    expect((await alice.disconnects()).status).toBe(204);
    expect(revocationRequests()).toEqual(['access_token']);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
    held.release();
    expect(await eventually(() => progress(alice), isDone)).toMatchObject({ provider: { confirmed: 1 } });
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
  });

  it('security rule C39: is given up after ten attempts, with an audit event, and the tokens are deleted', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationStatus: 429 };
    await alice.disconnects();
    expect(await failures(alice)).toEqual([]);
    for (let hour = 0; hour < 12; hour++) {
      world.app.clock.advance({ hours: 2 });
      await sendDueRevocations(world.app);
    }
    expect(revocationRequests()).toHaveLength(20);
    expect(await item()).toMatchObject({
      status: 'failed',
      attempts: 10,
      tokens: null,
      authSecrets: null,
      nextAttemptAt: null,
    });
    expect(await progress(alice)).toMatchObject({ status: 'done', provider: { pending: 0, confirmed: 0, failed: 1 } });
    const { actionId: action_id, revocationId: revocation_id } = await item();
    const details = { action_id, revocation_id, code: 'provider_unavailable' };
    expect(await failures(alice)).toMatchObject([{ actor: { kind: 'system' }, details }]);
  });
});

describe('security rule C39: a provider that rejects revocations', () => {
  const stubborn: [string, object, string][] = [
    ['a page that is not there', { status: 404, contentType: 'text/html', body: '<h1>?</h1>' }, 'unreadable_answer'],
    ['a method that is not allowed', { status: 405, body: '' }, 'unreadable_answer'],
    ['a client that it does not know', { status: 401, body: '{"error":"invalid_client"}' }, 'invalid_client'],
  ];

  it.each(stubborn)('security rule C39: %s: is given up after three attempts', async (_, answer, code) => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationResponseFor: () => ({ body: '', ...answer }) };
    await alice.disconnects();
    for (let hour = 0; hour < 5; hour++) {
      world.app.clock.advance({ hours: 2 });
      await sendDueRevocations(world.app);
    }
    expect(revocationRequests()).toHaveLength(6);
    expect(await item()).toMatchObject({ status: 'failed', attempts: 3, tokens: null, errorCode: code });
    expect(await failures(alice)).toHaveLength(1);
  });

  it("security rule C39: is logged with the provider's error code and status, and without its words about the token", async () => {
    const alice = await world.connectedUser('alice', revocation);
    const body = '{"error":"ERR_GRANT_LOCKED","error_description":"{{sent.token}}"}';
    world.provider.behavior = {
      revocationResponseFor: ({ token }) => ({ status: 403, body: body.replace('{{sent.token}}', token ?? '') }),
    };
    await alice.disconnects();
    for (let hour = 0; hour < 3; hour++) {
      world.app.clock.advance({ hours: 2 });
      await sendDueRevocations(world.app);
    }
    const line = world.app.logLines.findLast((each) => each.includes('giving up'));
    expect(JSON.parse(line ?? '')).toMatchObject({ error_code: 'ERR_GRANT_LOCKED', status: 403 });
    const tokens = world.provider.revocationRequests.map(({ params }) => params['token']);
    for (const token of tokens) expect(world.app.logLines.join()).not.toContain(token);
  });

  it('security rule C39: of any token type is given up at once', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = {
      revocationResponseFor: ({ token_type_hint = '' }) => refuses(token_type_hint)({ token_type_hint }),
    };
    await alice.disconnects();
    expect(await item()).toMatchObject({ status: 'failed', attempts: 1, errorCode: 'unsupported_token_type' });
  });
});

it('revocation attempts are counted by result', async () => {
  const alice = await world.connectedUser('alice', revocation);
  const count = async (result: string) => {
    const { body } = await world.app.anonymous.get('/metrics');
    const line = `countersign_revocations_total{result="${result}"} `;
    return Number(
      body
        .split('\n')
        .find((each: string) => each.startsWith(line))
        ?.slice(line.length) ?? 0,
    );
  };
  const before = { pending: await count('pending'), confirmed: await count('confirmed') };
  world.provider.behavior = { revocationStatus: 503 };
  await alice.disconnects();
  world.provider.reset();
  world.app.clock.advance({ minutes: 1 });
  await sendDueRevocations(world.app);
  const after = { pending: await count('pending'), confirmed: await count('confirmed') };
  expect(after).toEqual({ pending: before.pending + 1, confirmed: before.confirmed + 1 });
});

describe('a pending revocation', () => {
  it('security rule C39: survives a restart', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationStatus: 503 };
    await alice.disconnects();
    world.provider.reset();
    await world.app.restart();
    world.app.clock.advance({ minutes: 1 });
    await sendDueRevocations(world.app);
    expect(revocationRequests()).toEqual(['access_token', 'refresh_token']);
  });

  it('security rule C39: is retried at the configured interval', async () => {
    const alice = await world.connectedUser('alice', revocation);
    world.provider.behavior = { revocationStatus: 503 };
    await alice.disconnects();
    world.provider.reset();
    world.app.clock.advance({ minutes: 1 });
    const busy = await world.app.replica({ REFRESH_INTERVAL_SECONDS: '1' });
    expect(await eventually(() => progress(alice), isDone)).toMatchObject({ provider: { confirmed: 1 } });
    await busy.stop();
  });

  it('is given up if its tokens cannot be decrypted, without delaying others', async () => {
    const [alice, bob] = [await world.connectedUser('alice', revocation), await world.connectedUser('bob', revocation)];
    world.provider.behavior = { revocationStatus: 503 };
    for (const user of [alice, bob]) await user.disconnects();
    const broken = { connectionId: (await alice.connection()).id };
    await world.app
      .get(Database)
      .write((manager) => manager.update(RevocationItem, broken, { tokens: 'c3BvaWxlZA==' }));
    world.provider.reset();
    world.app.clock.advance({ minutes: 1 });
    await sendDueRevocations(world.app);
    const states = (await items()).map(({ status, errorCode, tokens }) => ({ status, errorCode, tokens }));
    expect(states).toHaveLength(2);
    expect(states).toContainEqual({ status: 'failed', errorCode: 'seal_broken', tokens: null });
    expect(states).toContainEqual({ status: 'confirmed', errorCode: null, tokens: null });
    expect(await failures(alice)).toHaveLength(1);
  });

  it('is deleted with its tenant', async () => {
    const tenant = await world.app.tenant('Leaving');
    const { gpt } = await world.notesGpt(revocation, tenant);
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    world.provider.behavior = { revocationStatus: 503 };
    await alice.disconnects();
    expect(await items()).toHaveLength(1);
    expect((await world.app.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);
    expect(await items()).toEqual([]);
  });

  it('is deleted after the retention of traces once it has ended', async () => {
    const [alice, bob] = [await world.connectedUser('alice', revocation), await world.connectedUser('bob', revocation)];
    await alice.disconnects();
    world.provider.behavior = { revocationStatus: 503 };
    await bob.disconnects();
    const left = async () => (await items()).map(({ status }) => status).toSorted();
    world.app.clock.advance({ hours: 6 * 24 });
    await sweep();
    expect(await left()).toEqual(['confirmed', 'pending']);
    world.app.clock.advance({ hours: 25 });
    await sweep();
    expect(await left()).toEqual(['pending']);
  });
});

const sweep = () => world.app.get(RevocationQueue).sweep();

const isDone = ({ status }: { status: string }) => status === 'done';
