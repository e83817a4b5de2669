import type { EndUser, SignInAttempt } from './end-user.js';
import type { OAuthWorld } from './oauth-world.js';

/** The expected result of `runLifecycle`. @param scheme of the Authorization header */
export const successfulLifecycle = (scheme = 'Bearer') => [
  'connected',
  `200 with ${scheme} and the token of the code`,
  `200 with ${scheme} and the token of a refresh`,
];

/**
 * Signs a user in and calls the API, lets the access token expire, and calls again.
 *
 * @param schema fields that override the provider's schema
 * @returns the status of the sign-in, and for each call the status and the credential that the API received, to compare with `successfulLifecycle`
 */
export async function runLifecycle(world: OAuthWorld, schema: object = {}): Promise<string[]> {
  const alice = await world.user('alice', schema);
  const signIn = await alice.signsIn();
  const { status } = await signIn.view();
  const first = await seenOfCall(world, signIn);
  world.provider.expireAccessTokens();
  world.app.clock.advance({ hours: 2 });
  return [status, first, await seenOfCall(world, signIn)];
}

/** Signs a user in and calls the API. @throws {Error} if a step fails */
export async function signInAndCall(
  world: OAuthWorld,
  schema: object = {},
): Promise<{ alice: EndUser; token: string }> {
  const alice = await world.user('alice', schema);
  const signIn = await alice.signsIn();
  const seen = await seenOfCall(world, signIn);
  if (seen !== successfulLifecycle()[1]) throw new Error(`the call did not go well: ${seen}`);
  return { alice, token: world.provider.accessTokenFor(signIn.code) ?? '' };
}

async function seenOfCall({ api, provider }: OAuthWorld, { user, code }: SignInAttempt): Promise<string> {
  const { outcome, response } = (await user.calls()).body;
  if (outcome !== 'completed') return String(outcome);
  const [scheme, token = ''] = (api.last.headers['authorization'] ?? '').split(' ');
  const origin = token === provider.accessTokenFor(code) ? 'of the code' : 'of a refresh';
  const credential = provider.accessTokens.has(token) ? `the token ${origin}` : 'a token that is not good';
  return `${response.status} with ${scheme} and ${credential}`;
}
