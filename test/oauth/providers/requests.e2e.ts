// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BehaviorName } from '../../support/behaviors.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { successfulLifecycle, signInAndCall, runLifecycle } from '../../support/connection-lifecycle.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Returns the result of a sign-in at a provider whose requirements contradict the schema. */
async function failedSignIn(way: BehaviorName, schema: object) {
  world.provider.simulate(way);
  const alice = await world.user('alice', schema);
  const signIn = await alice.signsIn();
  const { status, error } = await signIn.view();
  const { diagnosis } = await signIn.trace();
  expect(await alice.connections()).toEqual([]);
  return { status, code: error?.code, diagnosis };
}

const BASIC = { token_exchange_method: 'basic_auth_header' };
const JSON_REQUESTS = { authorization_content_type: 'application/json' };
const OFFLINE = { access_type: 'offline', prompt: 'consent' };

describe('a schema that matches the provider', () => {
  it.each<[string, BehaviorName, object]>([
    ['10', 'only Basic authentication', BASIC],
    ['10', 'only credentials in the body', {}],
    ['11', 'only JSON requests', JSON_REQUESTS],
    ['12', 'scopes by comma', { scope_separator: ',' }],
    ['12', 'scopes by plus', { scope_separator: '+' }],
    ['12', 'scopes by space', {}],
    ['13', 'PKCE required', {}],
    ['13', 'PKCE required', { pkce: 'required' }],
    ['13', 'PKCE refused', { pkce: 'off' }],
    ['13', 'PKCE refused at the token endpoint', { pkce: 'off' }],
    ['14', 'offline access by parameter', { authorization_params: OFFLINE }],
    ['17', 'empty scope refused', { scope: '' }],
    ['17', 'empty scope refused', { scope: undefined }],
    ['17', 'empty scope refused', { scope: ' ' }],
  ])('provider quirk %s: works with %s: %j', async (_, way, schema) => {
    world.provider.simulate(way);
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle());
  });

  it('provider quirks 10, 11: works with Basic and JSON combined, and with rotation', async () => {
    world.provider.simulate('only Basic authentication', 'only JSON requests', 'rotates');
    expect(await runLifecycle(world, { ...BASIC, ...JSON_REQUESTS })).toEqual(successfulLifecycle());
  });

  it('provider quirk 16: keeps and extends the query of the authorization URL', async () => {
    world.provider.simulate('a tenant in the query');
    expect(await runLifecycle(world, { authorization_url: `${world.provider.url}/authorize?tenant=a+b&v=2` })).toEqual(
      successfulLifecycle(),
    );
  });

  it('provider quirk 17: omits an empty scope', async () => {
    await signInAndCall(world, { scope: '' });
    expect(world.provider.authorizationRequests[0]?.has('scope')).toBe(false);
  });

  it('provider quirk 16: does not let extra parameters replace the query of the URL, or each other', async () => {
    world.provider.simulate('a tenant in the query', 'offline access by parameter');
    const authorization_url = `${world.provider.url}/authorize?tenant=a+b&v=2`;
    expect(await runLifecycle(world, { authorization_url, authorization_params: OFFLINE })).toEqual(
      successfulLifecycle(),
    );
  });
});

describe('a schema that contradicts the provider', () => {
  it.each<[string, BehaviorName, object, string, string[]]>([
    ['10', 'only Basic authentication', {}, 'invalid_client', ['token_exchange_method', 'basic_auth_header']],
    ['10', 'only credentials in the body', BASIC, 'invalid_client', ['token_exchange_method', 'default_post']],
    ['11', 'only JSON requests', {}, 'invalid_request', ['authorization_content_type', 'application/json']],
    ['12', 'scopes by comma', {}, 'invalid_scope', ['scope_separator', '","']],
    ['13', 'PKCE refused', {}, 'invalid_request', ['pkce', '"off"']],
    ['13', 'PKCE refused at the token endpoint', {}, 'invalid_request', ['pkce', '"off"']],
    ['13', 'PKCE required', { pkce: 'off' }, 'invalid_request', ['pkce', '"required"']],
    ['14', 'offline access by parameter', {}, 'invalid_request', ['authorization_params']],
  ])(
    'provider quirk %s: fails with %s and %j: %s, and the diagnosis names the field to change',
    async (_, way, schema, expected, words) => {
      const { status, code, diagnosis } = await failedSignIn(way, schema);
      expect({ status, code }).toEqual({ status: 'failed', code: expected });
      for (const word of words) expect(diagnosis).toContain(word);
    },
  );

  it('provider quirk 13, security rule C13: never disables PKCE by itself: the next sign-in sends a challenge again', async () => {
    world.provider.simulate('PKCE refused');
    const alice = await world.user();
    for (const attempt of [await alice.signsIn(), await alice.signsIn()]) {
      expect(await attempt.view()).toMatchObject({ status: 'failed' });
    }
    expect(world.provider.authorizationRequests.map((request) => request.get('code_challenge_method'))).toEqual([
      'S256',
      'S256',
    ]);
  });

  it('provider quirk 13, security rule C13: sends no challenge if the metadata lists challenge methods without S256', async () => {
    const schema = { issuer: world.provider.url };
    world.provider.simulate('PKCE refused', { metadata: { code_challenge_methods_supported: ['plain'] } });
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle());
    expect(world.provider.authorizationRequests[0]?.has('code_challenge')).toBe(false);
  });
});
