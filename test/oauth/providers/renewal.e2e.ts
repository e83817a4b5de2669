// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { successfulLifecycle, signInAndCall, runLifecycle } from '../../support/connection-lifecycle.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const completed = { body: { outcome: 'completed', response: { status: 200 } } };
const refreshes = () => world.provider.grants('refresh_token');
const sentTokens = () => refreshes().map(({ params }) => params['refresh_token']);

describe('refresh tokens', () => {
  it('provider quirk 7: are used once each if the provider rotates them and revokes the grant on reuse', async () => {
    world.provider.simulate('rotates', 'reuse ends the grant');
    const { alice } = await signInAndCall(world);
    for (let round = 0; round < 3; round++) {
      world.app.clock.advance({ hours: 2 });
      const answers = await Promise.all(Array.from({ length: 20 }, () => alice.calls()));
      for (const answer of answers) expect(answer).toMatchObject(completed);
    }
    expect(refreshes()).toHaveLength(3);
    expect(new Set(sentTokens()).size).toBe(3);
  });

  it('provider quirk 7: lead to a diagnosed sign-in if another client has used them', async () => {
    world.provider.simulate('rotates', 'reuse ends the grant');
    const { alice } = await signInAndCall(world);
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(completed);
    const { params } = refreshes()[0] ?? {};
    const thief = await fetch(`${world.provider.url}/token`, { method: 'POST', body: new URLSearchParams(params) });
    expect(thief.status).toBe(400);
    expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'expired' } });
    const { id, status } = await alice.connection();
    expect(status).toBe('reconnect_required');
    const { body } = await alice.gpt.tenant.admin.get(`/v1/connections/${id}/trace`);
    expect(body.diagnosis_code).toMatch(/^refresh_/);
  });

  it('provider quirk 8: are kept if the response to a refresh has none', async () => {
    const { alice } = await signInAndCall(world);
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(completed);
    world.app.clock.advance({ hours: 2 });
    expect(await alice.calls()).toMatchObject(completed);
    expect(refreshes()).toHaveLength(2);
    expect(new Set(sentTokens()).size).toBe(1);
  });
});

describe('access tokens that are exchanged for newer ones', () => {
  it('provider quirk 9: are exchanged with refresh_params, without a refresh token', async () => {
    world.provider.simulate('access tokens are exchanged');
    const schema = {
      refresh_url: `${world.provider.url}/token`,
      refresh_params: { grant_type: 'fb_exchange_token', fb_exchange_token: '{access_token}' },
    };
    const { alice, token } = await signInAndCall(world, schema);
    const sent: (string | undefined)[] = [token];
    for (let round = 0; round < 2; round++) {
      world.app.clock.advance({ hours: 61 * 24 });
      expect(await alice.calls()).toMatchObject(completed);
      sent.push(world.api.last.headers['authorization']?.split(' ')[1]);
    }
    const exchanges = world.provider.grants('fb_exchange_token');
    expect(exchanges.map(({ params }) => params['fb_exchange_token'])).toEqual(sent.slice(0, 2));
    expect(new Set(sent).size).toBe(3);
    for (const { params } of exchanges) {
      const { clientId: client_id, clientSecret: client_secret } = world.provider;
      expect(params).toMatchObject({ client_id, client_secret });
      expect(params).not.toHaveProperty('refresh_token');
    }
  });
});

describe('separate endpoints', () => {
  it('provider quirk 19: tokens are refreshed at the refresh URL, and codes are exchanged at the token URL', async () => {
    world.provider.simulate('a separate refresh URL', 'rotates');
    expect(await runLifecycle(world, { refresh_url: `${world.provider.url}/renew` })).toEqual(successfulLifecycle());
    expect(world.provider.tokenRequests.map(({ path }) => path)).toEqual(['/token', '/renew']);
  });

  it('provider quirk 19: tokens are revoked at the revocation URL, even on another host', async () => {
    const elsewhere = await AuthorizationServer.start();
    try {
      const { alice } = await signInAndCall(world, { revocation_url: `${elsewhere.url}/revoke` });
      expect((await alice.disconnects()).status).toBe(204);
      const revoked = elsewhere.revocationRequests.map(({ params }) => params['token']?.split('-')[0]);
      expect(revoked).toEqual(['access', 'refresh']);
      expect(world.provider.revocationRequests).toEqual([]);
    } finally {
      await elsewhere.stop();
    }
  });

  it('provider quirk 19: revoked tokens are invalid at the provider', async () => {
    const { alice, token } = await signInAndCall(world, { revocation_url: `${world.provider.url}/revoke` });
    expect(world.provider.accessTokens.has(token)).toBe(true);
    await alice.disconnects();
    expect(world.provider.accessTokens.has(token)).toBe(false);
  });
});
