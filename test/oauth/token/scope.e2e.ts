// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
  it('asks the user to sign in again if the schema requests more than was granted', async () => {
    const alice = await world.user();
    world.provider.behavior = { extra: { scope: 'notes:read' } };
    await alice.signsIn();
    expect((await alice.connection()).scope).toBe('notes:read');
    world.api.respondWith(() => TOO_NARROW);
    const again = await alice.getsSignInLink();
    expect(again.offer.reason).toBe('scope');
    world.reset();
    await again.opensTheLink();
    await again.pressesTheButton();
    await again.signsInAtTheProvider();
    await again.returns();
    expect((await alice.connection()).scope).toBe('notes:read notes:write');
    expect(await alice.calls()).toMatchObject({ body: { outcome: 'completed', response: { status: 200 } } });
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
