// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BehaviorName } from '../../support/behaviors.js';
import { OAuthWorld } from '../../support/oauth-world.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

async function signInWithCallback(...ways: BehaviorName[]) {
  const alice = await world.user();
  world.provider.simulate(...ways);
  const signIn = await alice.signsInAtProvider();
  const page = await signIn.returns();
  expect(world.provider.tokenRequests).toEqual([]);
  expect(await alice.connections()).toEqual([]);
  return { alice, signIn, page };
}

describe('the state at the callback', () => {
  it('provider quirk 15: is rejected if it was dropped, and the diagnosis names the cause', async () => {
    const { signIn, page } = await signInWithCallback('state dropped');
    expect(page.status).toBe(400);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
    expect((await signIn.trace()).diagnosis).toMatch(/the provider did not return state/i);
  });

  it('provider quirk 15: is rejected and diagnosed if it was changed', async () => {
    const { signIn, page } = await signInWithCallback('state changed');
    expect(page.status).toBe(404);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
    const { diagnosis, diagnosis_code } = await signIn.trace();
    expect(diagnosis_code).toBe('state_unknown');
    expect(diagnosis).toMatch(/state .*(changed|unchanged)/);
  });

  it('provider quirk 15: does not use up the link if it was dropped: the sign-in can be repeated', async () => {
    const { alice, signIn } = await signInWithCallback('state dropped');
    world.provider.simulate();
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    await signIn.signsInAtTheProvider();
    expect((await signIn.returns()).status).toBe(303);
    expect((await alice.calls()).body.outcome).toBe('completed');
  });
});

describe('an error at the callback', () => {
  it('provider quirk 22: denies the sign-in if it is access_denied with state', async () => {
    const { alice, signIn, page } = await signInWithCallback('access denied');
    expect(page.status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'denied', error: { code: 'access_denied' } });
    expect((await signIn.trace()).diagnosis_code).toBe('user_denied');
    await alice.browser.followRedirect();
    expect(alice.browser.page.body).toContain('You did not sign in');
  });

  it.each<[BehaviorName, string]>([
    ['denied, as LinkedIn calls it', 'user_cancelled_login'],
    ['denied, as Facebook calls it', 'access_denied'],
    ['denied, as Microsoft calls it', 'invalid_request'],
    ['denied, as LemonLDAP::NG calls it', 'consent_required'],
    ['denied, in words of its own', 'Authorization-Declined'],
    ['denied, without an error', 'denied'],
    ['denied, with only a reason', 'user_cancelled'],
  ])('provider quirk 22: denies the sign-in if it is %s', async (behavior, code) => {
    const { alice, signIn } = await signInWithCallback(behavior);
    expect(await signIn.view()).toMatchObject({ status: 'denied', error: { code } });
    expect((await signIn.trace()).diagnosis_code).toBe('user_denied');
    const { body } = await alice.browser.followRedirect();
    expect(body).toContain('You did not sign in');
  });

  it('provider quirk 22: fails the sign-in if consent is required and the request had prompt=none', async () => {
    const alice = await world.user('alice', { authorization_params: { prompt: 'none' } });
    world.provider.simulate('denied, as LemonLDAP::NG calls it');
    const signIn = await alice.signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'consent_required' } });
    expect((await signIn.trace()).diagnosis_code).toBe('approval_needed');
  });

  it('provider quirk 22: is shown in the trace but does not end the sign-in if it is access_denied without state', async () => {
    const { signIn, page } = await signInWithCallback('access denied, without state');
    expect(page.status).toBe(400);
    expect(await signIn.view()).toMatchObject({ status: 'pending', error: null });
    const { steps, diagnosis_code } = await signIn.trace();
    expect(diagnosis_code).toBe('state_missing');
    expect(steps.at(-1)).toMatchObject({ name: 'callback', sent: { line: expect.stringContaining('access_denied') } });
  });

  it('provider quirk 22: fails the sign-in if it is any other error', async () => {
    const { signIn } = await signInWithCallback('server_error at the callback');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    expect((await signIn.trace()).diagnosis_code).toBe('provider_failing');
  });

  it('provider quirk 22: is assumed if there is neither code nor error', async () => {
    const { signIn } = await signInWithCallback('neither code nor error');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'no_code' } });
    expect((await signIn.trace()).diagnosis_code).toBe('code_missing');
  });
});
