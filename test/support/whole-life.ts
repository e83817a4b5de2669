import { expect } from '@jest/globals';
import type { EndUser } from './end-user.js';
import type { OAuthWorld } from './oauth-world.js';

/**
 * A user signs in and calls; the access token ends, and the next call goes through with one that was renewed unseen.
 *
 * @param schema over that of the provider
 * @param scheme in which the API gets the token
 */
export async function wholeLife(world: OAuthWorld, schema: object = {}, scheme = 'Bearer'): Promise<EndUser> {
  const { alice, token } = await signsInAndCalls(world, schema, scheme);
  world.provider.expireAccessTokens();
  world.app.clock.advance({ hours: 2 });
  await completesACall(alice);
  const renewed = authorizationOf(world);
  expect(renewed).not.toBe(`${scheme} ${token}`);
  expect([...world.provider.accessTokens].map((each) => `${scheme} ${each}`)).toEqual([renewed]);
  return alice;
}

/** A user signs in and calls. */
export async function signsInAndCalls(world: OAuthWorld, schema: object = {}, scheme = 'Bearer') {
  const alice = await world.user('alice', schema);
  const signIn = await alice.signsIn();
  expect(await signIn.view()).toMatchObject({ status: 'connected', error: null });
  await completesACall(alice);
  const token = world.provider.grantedFor(signIn.code);
  expect(authorizationOf(world)).toBe(`${scheme} ${token}`);
  return { alice, signIn, token };
}

/** The API took the token. */
async function completesACall(alice: EndUser): Promise<void> {
  expect(await alice.calls()).toMatchObject({ body: { outcome: 'completed', response: { status: 200 } } });
}

function authorizationOf({ api }: OAuthWorld): string | undefined {
  return api.last.headers['authorization'];
}
