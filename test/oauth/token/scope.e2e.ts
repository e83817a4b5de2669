// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** The response of an API to a token with insufficient scope (RFC 6750, section 3.1). */
const TOO_NARROW = {
  status: 403,
  headers: { 'www-authenticate': 'Bearer realm="notes", error="insufficient_scope", scope="notes:write"' },
  body: { error: 'insufficient_scope' },
};

describe('a call with insufficient scope', () => {
  it('asks the user to sign in again if the schema asks for more than the sign-in did, once', async () => {
    const { gpt, action } = await world.notesGpt({ scope: 'notes:read' });
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    expect(await alice.connection()).toMatchObject({ scope: 'notes:read', needs_consent: false });
    const auth = world.provider.schema({ scope: 'notes:read notes:write' });
    await world.tenant.admin.put(`/v1/gpts/${gpt.id}/actions/${action.id}/auth`, auth);
    expect(await alice.connection()).toMatchObject({ status: 'active', needs_consent: true });
    expect(await alice.calls()).toMatchObject({ body: { outcome: 'completed' } });
    world.api.respondWith(() => TOO_NARROW);
    expect((await alice.getsSignInLink()).offer.reason).toBe('scope');
    // The provider does not grant what was asked for.
    world.provider.behavior = { extra: { scope: 'read' } };
    await alice.signsIn();
    expect(await alice.connection()).toMatchObject({ scope: 'read', needs_consent: false });
    expect(await alice.calls()).toMatchObject({ body: { outcome: 'completed', response: { status: 403 } } });
  });

  it('returns the response of the upstream if the user cannot grant more, or the error is a different one', async () => {
    const alice = await world.connectedUser();
    world.api.respondWith(() => TOO_NARROW);
    expect(await alice.calls()).toMatchObject({ body: { outcome: 'completed', response: { status: 403 } } });
    const bob = await world.user('bob');
    world.provider.behavior = { extra: { scope: 'notes:read' } };
    await bob.signsIn();
    world.api.respondWith(() => ({ status: 403, body: { error: 'forbidden' } }));
    expect(await bob.calls()).toMatchObject({ body: { outcome: 'completed', response: { status: 403 } } });
  });
});
