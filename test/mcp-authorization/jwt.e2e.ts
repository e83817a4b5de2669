import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CryptoKey, JWTHeaderParameters, JWTPayload } from 'jose';
import { AuthorizationWorld, type AuthorizedGpt } from '../support/mcp-authorization/authorization-world.js';
import { OidcIdentityProvider } from '../support/mcp-authorization/oidc-identity-provider.js';
import { SigningIssuer } from '../support/mcp-authorization/signing-issuer.js';

let world: AuthorizationWorld;

beforeAll(async () => {
  world = await AuthorizationWorld.start();
});

afterAll(() => world.stop());

describe('a JWT of oidc-provider', () => {
  let provider: OidcIdentityProvider;
  let gpt: AuthorizedGpt;

  beforeAll(async () => {
    provider = await OidcIdentityProvider.start();
    gpt = await world.gpt({ authorization: 'jwt', issuer: provider.issuer });
  });

  afterAll(() => provider.stop());

  it('that was issued for the MCP URL identifies the user; the keys are discovered from the issuer', async () => {
    for (const user of ['alice', 'bob']) {
      provider.user = user;
      const verified = await gpt.verify(await provider.accessToken(gpt.url));
      expect(verified).toMatchObject({
        principal: {
          kind: 'jwt',
          id: `${provider.issuer} ${user}`,
          user,
          caller: { role: 'runtime', tenantId: gpt.gpt.tenant.id, gptIds: [gpt.gpt.id], requestId: 'request-1' },
        },
        scopes: ['mcp'],
      });
      expect(verified?.principal.caller.keyId).toMatch(/^jwt-[0-9a-f]{32}$/);
    }
    expect(provider.requests.filter((path) => path === '/jwks')).toHaveLength(1);
  });

  it('that was issued for another resource is refused', async () => {
    expect(await gpt.verify(await provider.accessToken(`${world.app.url}/mcp/g-another`))).toBeUndefined();
    expect(await gpt.verify(await provider.accessToken(`${world.app.url}`))).toBeUndefined();
  });

  it('is refused by a GPT that trusts another issuer, or whose mode is another', async () => {
    const token = await provider.accessToken(gpt.url);
    await gpt.change({ issuer: `${provider.issuer}/` });
    expect(await gpt.verify(token)).toBeUndefined();
    await gpt.change({ issuer: provider.issuer, authorization: 'keys' });
    expect(await gpt.verify(token)).toBeUndefined();
    await gpt.change({ authorization: 'builtin' });
    expect(await gpt.verify(token)).toBeUndefined();
    await gpt.change({ authorization: 'jwt' });
    expect(await gpt.verify(token)).toBeDefined();
  });
});

describe('a JWT', () => {
  let issuer: SigningIssuer;
  let gpt: AuthorizedGpt;
  let key: CryptoKey;

  beforeEach(async () => {
    issuer = await SigningIssuer.start();
    key = await issuer.addKey('k1');
    gpt = await world.gpt({ authorization: 'jwt', issuer: issuer.url, jwksUri: issuer.jwksUri });
  });

  // Nested, so that each test closes its own issuer.
  const closing = (test: () => Promise<void>) => async () => {
    try {
      await test();
    } finally {
      await issuer.stop();
    }
  };

  const now = () => Math.floor(world.app.clock.now().getTime() / 1000);

  function claims(changes: JWTPayload = {}): JWTPayload {
    return { iss: issuer.url, aud: gpt.url, sub: 'alice', exp: now() + 300, iat: now(), scope: 'mcp', ...changes };
  }

  function token(changes: JWTPayload = {}, header: object = {}, by: CryptoKey | Uint8Array = key): Promise<string> {
    return issuer.sign(by, { alg: 'ES256', kid: 'k1', ...header } as JWTHeaderParameters, claims(changes));
  }

  const userOf = async (jwt: Promise<string> | string) => (await gpt.verify(await jwt))?.principal.user;

  it(
    'is accepted with an audience list, with every type of access tokens, and within 30 seconds of skew',
    closing(async () => {
      expect(await userOf(token())).toBe('alice');
      expect(await userOf(token({ aud: ['https://other.example', gpt.url] }))).toBe('alice');
      for (const typ of ['JWT', 'at+jwt', 'application/at+jwt', 'AT+JWT'])
        expect(await userOf(token({}, { typ }))).toBe('alice');
      expect(await userOf(token({ exp: now() - 25 }))).toBe('alice');
      expect(await userOf(token({ nbf: now() + 25 }))).toBe('alice');
      expect(issuer.fetches).toBe(1);
    }),
  );

  it.each<[string, () => JWTPayload]>([
    ['of another issuer', () => ({ iss: 'https://other.example' })],
    ['of an issuer with a slash more', () => ({ iss: `${issuer.url}/` })],
    ['without an issuer', () => ({ iss: undefined })],
    ['for another audience', () => ({ aud: `${gpt.url}x` })],
    ['for the origin', () => ({ aud: world.app.url })],
    ['for the MCP URL with a slash', () => ({ aud: `${gpt.url}/` })],
    ['without an audience', () => ({ aud: undefined })],
    ['without an expiry', () => ({ exp: undefined })],
    ['that expired 31 seconds ago', () => ({ exp: now() - 31 })],
    ['that is not valid yet', () => ({ nbf: now() + 40 })],
    ['without a user', () => ({ sub: undefined })],
    ['with an empty user', () => ({ sub: '' })],
    ['whose user is a number', () => ({ sub: 17 }) as never],
    ['whose user is too long', () => ({ sub: 'x'.repeat(256) })],
    ['whose user has a NUL', () => ({ sub: 'alice\0' })],
    ['that is bound to a key of its client', () => ({ cnf: { jkt: 'x' } })],
  ])('%s is refused', async (_, changes) => {
    await closing(async () => expect(await userOf(token(changes()))).toBeUndefined())();
  });

  it(
    'is refused with a wrong signature, key, algorithm or type',
    closing(async () => {
      const good = await token();
      expect(await userOf(good)).toBe('alice');
      const [header = '', payload = '', signature = ''] = good.split('.');
      const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const mallory = json(claims({ sub: 'mallory' }));
      const stranger = await issuer.addKey('k1');
      issuer.keys.pop();
      const secret = new TextEncoder().encode(JSON.stringify(issuer.keys[0]).padEnd(32));
      const refused: [string, string][] = [
        ['altered claims', `${header}.${mallory}.${signature}`],
        ['no signature', `${header}.${payload}.`],
        ['alg none', `${json({ alg: 'none' })}.${payload}.`],
        ['alg none in other letters', `${json({ alg: 'nOnE', kid: 'k1' })}.${payload}.`],
        ['a key of somebody else', await token({}, {}, stranger)],
        ['a key inside the token', await token({}, { jwk: { kty: 'EC' } }, stranger)],
        ['the public key as a secret', await token({}, { alg: 'HS256' }, secret)],
        ['a logout token', await token({}, { typ: 'logout+jwt' })],
        ['an unknown critical header', good.replace(header, json({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 }))],
        ['five parts', `${good}.x.y`],
        ['no JWT', 'opaque'],
        ['an empty text', ''],
      ];
      for (const [what, jwt] of refused) expect([what, await userOf(jwt)]).toEqual([what, undefined]);
    }),
  );

  it(
    'may be signed with any usual asymmetric algorithm',
    closing(async () => {
      for (const alg of ['RS256', 'PS256', 'ES384', 'Ed25519']) {
        const by = await issuer.addKey(alg, alg);
        world.app.clock.advance({ seconds: 31 });
        expect([alg, await userOf(token({}, { alg, kid: alg }, by))]).toEqual([alg, 'alice']);
      }
    }),
  );

  it(
    'without a key id is tried with every key that fits',
    closing(async () => {
      const second = await issuer.addKey('k2');
      expect(await userOf(token({}, { kid: undefined }, second))).toBe('alice');
      expect(await userOf(token({}, { kid: undefined }, await issuer.addKey('k3')))).toBeUndefined();
    }),
  );

  it(
    'with an unknown key id causes a fetch at most every 30 seconds',
    closing(async () => {
      expect(await userOf(token())).toBe('alice');
      const second = await issuer.addKey('k2');
      const rotated = () => token({}, { kid: 'k2' }, second);
      expect(await userOf(rotated())).toBeUndefined();
      expect(issuer.fetches).toBe(1);
      world.app.clock.advance({ seconds: 31 });
      const answers = await Promise.all([userOf(rotated()), userOf(rotated()), userOf(token())]);
      expect(answers).toEqual(['alice', 'alice', 'alice']);
      expect(issuer.fetches).toBe(2);
      for (let attempt = 0; attempt < 20; attempt++)
        expect(await userOf(token({}, { kid: `k${attempt + 9}` }))).toBeUndefined();
      expect(issuer.fetches).toBe(2);
    }),
  );

  it(
    'is refused within ten minutes of the withdrawal of its key',
    closing(async () => {
      expect(await userOf(token())).toBe('alice');
      issuer.keys.splice(0);
      await issuer.addKey('k2');
      world.app.clock.advance({ minutes: 10 });
      expect(await userOf(token())).toBeUndefined();
    }),
  );

  it(
    'is verified with the last keys while the issuer does not answer, for an hour',
    closing(async () => {
      expect(await userOf(token())).toBe('alice');
      issuer.reply = { status: 500, body: {} };
      world.app.clock.advance({ minutes: 30 });
      expect(await userOf(token())).toBe('alice');
      expect(issuer.fetches).toBe(2);
      world.app.clock.advance({ minutes: 31 });
      await expect(userOf(token())).rejects.toMatchObject({ code: 'unavailable' });
    }),
  );

  it.each([
    ['an error', { status: 500, body: {} }],
    ['a redirect', { status: 302, headers: { location: '/jwks2' } }],
    ['no JSON', { body: '<html>' }],
    ['no keys', { body: {} }],
    ['too many keys', { body: { keys: Array.from({ length: 101 }, () => ({ kty: 'EC' })) } }],
    ['too much', { body: { keys: [], padding: 'x'.repeat(140_000) } }],
  ])(
    'is neither accepted nor refused while the issuer answers with %s, and the issuer is not flooded',
    async (_, reply) => {
      await closing(async () => {
        issuer.reply = reply;
        for (const attempt of [1, 2, 3])
          await expect(userOf(token({ jti: String(attempt) }))).rejects.toMatchObject({ code: 'unavailable' });
        expect(issuer.fetches).toBe(1);
        issuer.reply = undefined;
        world.app.clock.advance({ seconds: 31 });
        expect(await userOf(token())).toBe('alice');
      })();
    },
  );

  it(
    'is refused if its key is malformed, and other keys of the set still work',
    closing(async () => {
      issuer.keys.push(
        { kty: 'RSA', kid: 'broken', n: '!', e: 'AQAB' },
        { kty: 'EC', kid: 'odd', crv: 'P-256', x: 'AA', y: 'AA' },
      );
      expect(await userOf(token({}, { kid: 'odd' }))).toBeUndefined();
      expect(await userOf(token())).toBe('alice');
    }),
  );

  it(
    'names the user in the claim of the settings, and its scopes in scope or scp',
    closing(async () => {
      await gpt.change({ userClaim: 'preferred_username' });
      expect(await userOf(token({ preferred_username: 'al' }))).toBe('al');
      expect(await userOf(token())).toBeUndefined();
      await gpt.change({ userClaim: 'constructor' });
      expect(await userOf(token())).toBeUndefined();
      await gpt.change({ userClaim: 'sub' });
      const scopesOf = async (changes: JWTPayload) => (await gpt.verify(await token(changes)))?.scopes;
      expect(await scopesOf({ scope: 'a b' })).toEqual(['a', 'b']);
      expect(await scopesOf({ scope: undefined, scp: ['a', 'b'] })).toEqual(['a', 'b']);
      expect(await scopesOf({ scope: undefined, scp: 'a b' })).toEqual(['a', 'b']);
      expect(await scopesOf({ scope: undefined })).toEqual([]);
    }),
  );

  it(
    'is verified with keys that the metadata of exactly its issuer names',
    closing(async () => {
      await gpt.change({ jwksUri: null });
      issuer.metadata = { issuer: 'https://other.example', jwks_uri: issuer.jwksUri };
      await expect(userOf(token())).rejects.toMatchObject({ code: 'unavailable' });
      expect(issuer.fetches).toBe(0);
      issuer.metadata = { issuer: issuer.url, jwks_uri: issuer.jwksUri };
      world.app.clock.advance({ seconds: 31 });
      expect(await userOf(token())).toBe('alice');
    }),
  );

  it(
    'is not verified with keys from an address that the egress policy denies',
    closing(async () => {
      await gpt.change({ jwksUri: 'https://10.1.2.3/jwks' });
      await expect(userOf(token())).rejects.toMatchObject({ code: 'unavailable' });
    }),
  );
});
