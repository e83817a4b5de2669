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

async function comesBackFrom(...ways: BehaviorName[]) {
  const alice = await world.user();
  world.provider.simulate(...ways);
  const signIn = await alice.signsInAtProvider();
  const page = await signIn.returns();
  expect(world.provider.tokenRequests).toEqual([]);
  expect(await alice.connections()).toEqual([]);
  return { alice, signIn, page };
}

describe('state', () => {
  it('provider quirk 15: dropped, is refused, and the diagnosis says that the provider did not return it', async () => {
    const { signIn, page } = await comesBackFrom('state dropped');
    expect(page.status).toBe(400);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
    expect((await signIn.trace()).diagnosis).toMatch(/the provider did not return state/i);
  });

  it('provider quirk 15: changed, is refused and diagnosed', async () => {
    const { signIn, page } = await comesBackFrom('state changed');
    expect(page.status).toBe(404);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
    const { diagnosis, diagnosis_code } = await signIn.trace();
    expect(diagnosis_code).toBe('state_unknown');
    expect(diagnosis).toMatch(/state .*(changed|unchanged)/);
  });

  it('provider quirk 15: is what a good sign-in needs once more: the link still works when the provider is repaired', async () => {
    const { alice, signIn } = await comesBackFrom('state dropped');
    world.provider.simulate();
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    await signIn.signsInAtTheProvider();
    expect((await signIn.returns()).status).toBe(303);
    expect((await alice.calls()).body.outcome).toBe('completed');
  });
});

describe('an error at the callback', () => {
  it('provider quirk 22: access_denied with state is denied, not failed', async () => {
    const { alice, signIn, page } = await comesBackFrom('access denied');
    expect(page.status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'denied', error: { code: 'access_denied' } });
    expect((await signIn.trace()).diagnosis_code).toBe('user_denied');
    await alice.browser.followRedirect();
    expect(alice.browser.page.body).toContain('You did not sign in');
  });

  it('provider quirk 22: access_denied without state ends nothing, and is told to the builder', async () => {
    const { signIn, page } = await comesBackFrom('access denied, without state');
    expect(page.status).toBe(400);
    expect(await signIn.view()).toMatchObject({ status: 'pending', error: null });
    const { steps, diagnosis_code } = await signIn.trace();
    expect(diagnosis_code).toBe('state_missing');
    expect(steps.at(-1)).toMatchObject({ name: 'callback', sent: { line: expect.stringContaining('access_denied') } });
  });

  it('provider quirk 22: another error fails', async () => {
    const { signIn } = await comesBackFrom('server_error at the callback');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    expect((await signIn.trace()).diagnosis_code).toBe('provider_failing');
  });

  it('provider quirk 22: neither code nor error fails', async () => {
    const { signIn } = await comesBackFrom('neither code nor error');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'no_code' } });
    expect((await signIn.trace()).diagnosis_code).toBe('code_missing');
  });
});
