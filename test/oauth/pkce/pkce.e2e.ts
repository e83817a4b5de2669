// Runs once: the database takes no part in what this suite tests.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../../examples/notes-provider/browser.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';

const ROUNDS = 40;
const FLOWS_AT_ONCE = 25;

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('the PKCE verifier', () => {
  it(`security rule C12: is different for each of ${ROUNDS * FLOWS_AT_ONCE} flows, and matches the S256 challenge`, async () => {
    const { gpt } = await world.notesGpt();
    const verifiers = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const users = Array.from({ length: FLOWS_AT_ONCE }, (_, index) => new EndUser(gpt, `user-${round}-${index}`));
      const attempts = await Promise.all(users.map((user) => user.signsIn()));
      for (const { authorizationRequest, code } of attempts) {
        const request = world.provider.tokenRequests.find(({ params }) => params['code'] === code);
        const verifier = request?.params['code_verifier'] ?? '';
        expect(verifier).toMatch(/^[\w.~-]{43,128}$/);
        expect(authorizationRequest.get('code_challenge_method')).toBe('S256');
        const challenge = createHash('sha256').update(verifier).digest('base64url');
        expect(authorizationRequest.get('code_challenge')).toBe(challenge);
        verifiers.add(verifier);
      }
      world.provider.reset();
    }
    expect(verifiers.size).toBe(ROUNDS * FLOWS_AT_ONCE);
  }, 180_000);

  it('security rule C12: is different when the same sign-in is started in another browser', async () => {
    const alice = await world.user();
    const signIn = await alice.startsSigningIn();
    const first = signIn.authorizationRequest.get('code_challenge');
    const other = new Browser();
    await signIn.opensTheLink(other);
    await signIn.pressesTheButton(other);
    expect(signIn.authorizationRequest.get('code_challenge')).not.toBe(first);
  });

  it('security rule C12: is stored sealed, and deleted at the end', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const during = await world.app.database.dump();
    await signIn.returns();
    const verifier = world.provider.tokenRequests[0]?.params['code_verifier'];
    expect(verifier).toBeDefined();
    for (const dump of [during, await world.app.database.dump()]) expect(dump).not.toContain(verifier);
  });
});

describe('the pkce setting', () => {
  it.each([undefined, 'auto', 'required'])(
    'security rule C13: sends a challenge and a verifier with pkce=%s',
    async (pkce) => {
      const alice = await world.user('alice', { pkce });
      const { authorizationRequest } = await alice.signsIn();
      expect(authorizationRequest.has('code_challenge')).toBe(true);
      expect(world.provider.tokenRequests[0]?.params).toHaveProperty('code_verifier');
    },
  );

  it('security rule C13: sends neither with pkce=off, and the sign-in succeeds', async () => {
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

describe('a provider that refuses PKCE', () => {
  it.each(['auto', 'required'])(
    'security rule C13: fails with pkce=%s, which still sends the challenge',
    async (pkce) => {
      world.provider.simulate('PKCE refused');
      const alice = await world.user('alice', { pkce });
      const signIn = await alice.signsIn();
      expect(signIn.authorizationRequest.get('code_challenge_method')).toBe('S256');
      expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'invalid_request' } });
    },
  );
});
