import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('C12 PKCE', () => {
  it('C12 has a verifier of its own for each of 50 flows, which the S256 challenge is made of', async () => {
    const { gpt } = await world.notesGpt();
    const users = Array.from({ length: 50 }, (_, index) => new EndUser(gpt, `user-${index}`));
    const flows = await Promise.all(
      users.map(async (user) => {
        const { authorizationRequest, code } = await user.signsIn();
        const { params } = world.provider.tokenRequests.find((request) => request.params['code'] === code) ?? {};
        return { asked: authorizationRequest, verifier: params?.['code_verifier'] ?? '' };
      }),
    );
    expect(new Set(flows.map(({ verifier }) => verifier)).size).toBe(50);
    for (const { asked, verifier } of flows) {
      expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
      expect(asked.get('code_challenge_method')).toBe('S256');
      expect(asked.get('code_challenge')).toBe(createHash('sha256').update(verifier).digest('base64url'));
    }
  });

  it('C12 has another verifier when the same sign-in is begun anew', async () => {
    const alice = await world.user();
    const signIn = await alice.startsSigningIn();
    const first = signIn.authorizationRequest.get('code_challenge');
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    expect(signIn.authorizationRequest.get('code_challenge')).not.toBe(first);
  });

  it('C12 keeps the verifier sealed while the user is away, and drops it at the end', async () => {
    const alice = await world.user();
    const signIn = await alice.comesBack();
    const during = await world.app.database.dump();
    await signIn.returns();
    const verifier = world.provider.tokenRequests[0]?.params['code_verifier'];
    expect(verifier).toBeDefined();
    for (const dump of [during, await world.app.database.dump()]) expect(dump).not.toContain(verifier);
  });
});

describe('C13 the setting', () => {
  it.each([undefined, 'auto', 'required'])('C13 %s sends a challenge and a verifier', async (pkce) => {
    const alice = await world.user('alice', { pkce });
    const { authorizationRequest } = await alice.signsIn();
    expect(authorizationRequest.has('code_challenge')).toBe(true);
    expect(world.provider.tokenRequests[0]?.params).toHaveProperty('code_verifier');
  });

  it('C13 off leaves them out, and the sign-in goes through', async () => {
    const alice = await world.user('alice', { pkce: 'off' });
    const signIn = await alice.signsIn();
    const names = [
      ...signIn.authorizationRequest.keys(),
      ...Object.keys(world.provider.tokenRequests[0]?.params ?? {}),
    ];
    expect(names.filter((name) => /^code_(challenge|verifier)/.test(name))).toEqual([]);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });
});
