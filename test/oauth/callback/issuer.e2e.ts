import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthorizationServer, type Behavior } from '../../support/authorization-server.js';
import type { BehaviorName } from '../../support/behaviors.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Signs Alice in with the issuer `provider.url`. Returns the sign-in after the callback. */
async function signInAt(...ways: (BehaviorName | Behavior)[]) {
  world.provider.simulate(...ways);
  const alice = await world.user('alice', { issuer: world.provider.url });
  const signIn = await alice.signsInAtProvider();
  await signIn.returns();
  return { alice, signIn };
}

const portOf = () => new URL(world.provider.url).port;

describe('validation of the issuer', () => {
  it('security rules C6, C7: accepts the issuer of the flow, whether or not the metadata promises iss', async () => {
    for (const ways of [['iss'], ['iss', 'iss advertised'], []] as BehaviorName[][]) {
      const { alice, signIn } = await signInAt(...ways);
      expect(await signIn.view()).toMatchObject({ status: 'connected' });
      expect((await alice.calls()).body.outcome).toBe('completed');
    }
  });

  it.each<[string, () => string]>([
    ['a trailing slash', () => '{{issuer}}/'],
    ['different case', () => world.provider.url.replace('http:', 'HTTP:')],
    ['the port of the scheme', () => world.provider.url.replace(`:${portOf()}`, ':443')],
    ['an empty port', () => world.provider.url.replace(`:${portOf()}`, ':')],
    ['a leading zero in the port', () => world.provider.url.replace(`:${portOf()}`, `:0${portOf()}`)],
    ['a query', () => '{{issuer}}?'],
    ['a trailing space', () => '{{issuer}} '],
    ['a different host', () => 'https://evil.example.com'],
    ['only the host', () => `127.0.0.1:${portOf()}`],
  ])('security rule C7: rejects an iss with %s, and does not use the code', async (_, iss) => {
    const { alice, signIn } = await signInAt({ redirectWith: { iss: iss() } });
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'iss_mismatch' } });
    expect(world.provider.tokenRequests).toEqual([]);
    expect(await alice.connections()).toEqual([]);
    expect((await signIn.trace()).diagnosis_code).toBe('issuer_mismatch');
  });

  it('security rule C7: rejects a missing iss if the metadata promises it', async () => {
    const { signIn } = await signInAt('iss advertised');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'iss_missing' } });
    expect(world.provider.tokenRequests).toEqual([]);
    expect((await signIn.trace()).diagnosis_code).toBe('issuer_missing');
  });

  it('security rule C7: rejects a repeated iss', async () => {
    world.provider.simulate('iss', 'iss advertised');
    const alice = await world.user('alice', { issuer: world.provider.url });
    const signIn = await alice.signsInAtProvider();
    await alice.browser.get(`${signIn.callbackUrl}&iss=https://evil.example.com`, { follow: false });
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'iss_missing' } });
    expect(world.provider.tokenRequests).toEqual([]);
  });

  it('security rule C6: uses the issuer stored with the flow, even if the action has another one by then', async () => {
    const other = await AuthorizationServer.start();
    world.provider.simulate('iss');
    const { gpt, action } = await world.notesGpt({ issuer: world.provider.url });
    const [early, late] = [
      await new EndUser(gpt, 'alice').signsInAtProvider(),
      await new EndUser(gpt, 'bob').signsInAtProvider(),
    ];
    const edited = other.schema({ issuer: other.url });
    expect((await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, edited)).status).toBe(200);
    await early.returns({ iss: other.url });
    expect(await early.view()).toMatchObject({ status: 'failed', error: { code: 'iss_mismatch' } });
    await late.returns();
    expect(await late.view()).toMatchObject({ status: 'failed', error: { code: 'action_changed' } });
    expect(other.tokenRequests).toEqual([]);
    await other.stop();
  });

  it('security rule C7: ignores iss if the schema has no issuer', async () => {
    world.provider.simulate('iss of another server');
    const alice = await world.user();
    expect(await (await alice.signsIn()).view()).toMatchObject({ status: 'connected' });
  });
});

describe('an issuer mismatch', () => {
  it.each<[string, Record<string, string>]>([
    ['an error', { code: '', error: '<b>canary-error</b>' }],
    ['access_denied', { code: '', error: 'access_denied' }],
    ['a code', {}],
  ])('security rule C8: shows no text from the response: %s', async (_, more) => {
    const error_description = '<script>canary-description()</script>';
    const error_uri = 'https://evil.example.com/canary-uri';
    const { alice, signIn } = await signInAt({
      redirectWith: { iss: 'https://evil.example.com', error_description, error_uri, ...more },
    });
    await alice.browser.followRedirect();
    expect(alice.browser.page.body).toContain(`${world.api.domain} could not be connected`);
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'iss_mismatch' } });
    const places = {
      page: alice.browser.page.body,
      signIn: JSON.stringify(await signIn.view()),
      trace: JSON.stringify(await signIn.trace()),
      audit: JSON.stringify((await alice.gpt.tenant.admin.get('/v1/audit-events')).body),
      log: world.app.logLines.join('\n'),
      database: await world.app.database.dump(),
    };
    const leaks = Object.entries(places).filter(([, text]) => text.includes('canary'));
    expect(leaks.map(([place]) => place)).toEqual([]);
  });
});
