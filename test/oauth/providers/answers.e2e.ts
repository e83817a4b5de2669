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

/** Signs Alice in at a provider with these behaviors. @returns the result and the trace */
async function failedSignIn(...ways: BehaviorName[]) {
  const alice = await world.user();
  world.provider.simulate(...ways);
  const signIn = await alice.signsIn();
  const { status, error } = await signIn.view();
  expect(await alice.connections()).toEqual([]);
  return { status, code: error?.code, trace: await signIn.trace() };
}

describe('token responses that deviate from the standard', () => {
  it.each<[string, BehaviorName, object]>([
    ['1', 'form-encoded responses', {}],
    ['1', 'form-encoded responses as text/plain', {}],
    ['2', 'JSON as text/plain', {}],
    ['2', 'JSON as text/html', {}],
    ['2', 'JSON as a form', {}],
    ['6', 'tokens under data', { token_path: '/data' }],
    ['6', 'tokens under authed_user', { token_path: '/authed_user' }],
    ['23', 'tokens in an array', {}],
    ['23', 'tokens in JSON that is encoded twice', {}],
    ['23', 'tokens in JSON in a field', { token_path: '/data' }],
    ['24', 'tokens called apiToken', { token_path: '/data/apiToken' }],
    ['25', 'tokens with their scheme', {}],
    ['18', 'token_type missing', {}],
    ['18', 'token_type Bearer', {}],
    ['18', 'token_type BEARER', {}],
    ['21', 'long codes and tokens', {}],
  ])('provider quirk %s: are accepted: %s', async (_, way, schema) => {
    world.provider.simulate(way);
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle());
  });

  it('provider quirk 1: may be form-encoded although JSON was requested', async () => {
    world.provider.simulate('form-encoded responses');
    await signInAndCall(world);
    expect(world.provider.tokenRequests.map(({ headers }) => headers['accept'])).toEqual(['application/json']);
  });

  it('provider quirk 6: fail without token_path, and the diagnosis suggests its value', async () => {
    const { status, code, trace } = await failedSignIn('tokens under data');
    expect({ status, code }).toEqual({ status: 'failed', code: 'no_access_token' });
    expect(trace.diagnosis).toContain('token_path');
    expect(trace.diagnosis).toContain('/data');
  });

  it.each<[string, BehaviorName]>([
    ['6', 'tokens under data'],
    ['23', 'tokens in JSON in a field'],
    ['24', 'tokens called apiToken'],
  ])('provider quirk %s: are accepted with the token_path of the diagnosis: %s', async (_, way) => {
    const { trace } = await failedSignIn(way);
    const [, token_path] = /Set token_path to "([^"]*)"/.exec(trace.diagnosis) ?? [];
    world.reset();
    world.provider.simulate(way);
    expect(await runLifecycle(world, { token_path })).toEqual(successfulLifecycle());
  });

  it('provider quirk 26: fail if there is an error beside the token', async () => {
    const { status, code } = await failedSignIn('an error beside the token');
    expect({ status, code }).toEqual({ status: 'failed', code: 'consent_missing' });
  });

  it('provider quirk 26: fail with status 503, even with a token', async () => {
    const { status, code } = await failedSignIn('tokens with status 503');
    expect({ status, code }).toEqual({ status: 'failed', code: 'provider_unavailable' });
  });

  it('provider quirk 26: keep the connection if a refresh returns a token with status 503', async () => {
    const alice = await world.connectedUser();
    world.provider.simulate('tokens with status 503');
    world.app.clock.advance({ hours: 2 });
    expect((await alice.calls()).status).toBe(503);
    world.provider.simulate();
    world.app.clock.advance({ hours: 1 });
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  it.each([
    [{}, 'Basic'],
    [{ token_scheme: 'bearer' }, 'Bearer'],
  ])('provider quirk 18: token_type basic with %j is sent as %s', async (schema, scheme) => {
    world.provider.simulate('token_type basic');
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle(scheme));
  });

  it('provider quirk 21: may contain codes and tokens of 8 KB with special characters, which are sent unchanged', async () => {
    world.provider.simulate('long codes and tokens', 'rotates');
    expect(await runLifecycle(world)).toEqual(successfulLifecycle());
    const { params } = world.provider.grants('authorization_code')[0] ?? {};
    expect(params?.['code']?.length).toBeGreaterThan(8000);
    expect(world.provider.secrets).toContain(params?.['code']);
    expect(world.api.last.headers['authorization']?.length).toBeGreaterThan(8000);
  });
});

describe('token lifetimes', () => {
  it.each<BehaviorName>([
    'no expires_in',
    'expires_in 0',
    'expires_in negative',
    'expires_in as a string',
    'expires_in in milliseconds',
    'expires_in as a date',
  ])('provider quirks 4, 5: the token is used, and refreshed after it has expired: %s', async (way) => {
    world.provider.simulate(way);
    expect(await runLifecycle(world)).toEqual(successfulLifecycle());
    expect(world.provider.grants('refresh_token')).toHaveLength(1);
  });

  it.each<BehaviorName>(['no expires_in', 'expires_in 0', 'expires_in negative'])(
    'provider quirks 4, 5: %s means an unknown lifetime, and the token is refreshed only after a 401 response',
    async (way) => {
      world.provider.simulate(way);
      const { alice } = await signInAndCall(world);
      expect((await alice.connection()).expires_at).toBeNull();
      world.app.clock.advance({ hours: 23 });
      expect((await alice.calls()).body.response.status).toBe(200);
      expect(world.provider.grants('refresh_token')).toHaveLength(0);
    },
  );
});

describe('token responses without a token', () => {
  it.each<[BehaviorName, string]>([
    ['error with status 200', 'bad_verification_code'],
    ['error with status 200 as a form', 'bad_verification_code'],
    ['ok: false', 'invalid_code'],
  ])("provider quirk 3: %s fails with the provider's error code, which the diagnosis quotes", async (way, expected) => {
    const { status, code, trace } = await failedSignIn(way);
    expect({ status, code }).toEqual({ status: 'failed', code: expected });
    expect(trace.diagnosis).toContain(expected);
  });

  it.each<[BehaviorName, string]>([
    ['log-in page', 'unreadable_answer'],
    ['redirect 302', 'redirected'],
    ['redirect 307', 'redirected'],
  ])('provider quirk 20: %s is rejected without following a redirect, and diagnosed', async (way, expected) => {
    const { status, code, trace } = await failedSignIn(way);
    expect({ status, code }).toEqual({ status: 'failed', code: expected });
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect(trace.diagnosis).toContain('token_url');
  });

  it('provider quirk 20: are diagnosed as a web page or a redirect with its target', async () => {
    expect((await failedSignIn('log-in page')).trace.diagnosis).toMatch(/token_url .*returned a web page/i);
    expect((await failedSignIn('redirect 307')).trace.diagnosis).toContain('www.example.com');
  });
});
