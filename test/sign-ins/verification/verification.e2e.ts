import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../../examples/notes-provider/browser.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { synchronizeReads } from '../../support/synchronize-reads.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';

const USER_VERIFICATION_URL = 'https://chat.example.com/who-is-it?from=countersign';

let world: OAuthWorld;
let tenant: TestTenant;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  world.reset();
  tenant = await world.app.tenant();
  await updateTenant({ user_verification: 'redirect', user_verification_url: USER_VERIFICATION_URL });
});

async function updateTenant(changes: object): Promise<void> {
  const { status } = await tenant.admin.patch(`/v1/tenants/${tenant.id}`, changes);
  expect(status).toBe(200);
}

async function user(name = 'alice'): Promise<EndUser> {
  return new EndUser((await world.notesGpt({}, tenant)).gpt, name);
}

/** Runs a sign-in until the browser is redirected to the tenant's page. */
async function atTheTenantsPage(alice: EndUser, body: object = {}) {
  const signIn = await alice.signsInAtProvider(body);
  const page = await signIn.returns();
  return { signIn, page, browserToken: tokenFor(page.headers.get('location')) };
}

function tokenFor(location: string | null): string {
  return new URL(location ?? '').searchParams.get('browser_token') ?? '';
}

const verify = ({ offer }: SignInAttempt, body: object, client = tenant.runtime) =>
  client.post(`/v1/sign-ins/${offer.id}/verify`, body);

describe('a browser after the callback', () => {
  it("security rule C45: is redirected to the tenant's page, and the code is not exchanged", async () => {
    const { signIn, page } = await atTheTenantsPage(await user());
    expect(page.status).toBe(303);
    const location = new URL(page.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe('https://chat.example.com/who-is-it');
    expect(Object.fromEntries(location.searchParams)).toEqual({
      from: 'countersign',
      sign_in: signIn.offer.id,
      browser_token: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await signIn.view()).toMatchObject({ status: 'awaiting_verification', error: null, connection_id: null });
    expect(world.provider.tokenRequests).toEqual([]);
    expect((await signIn.user.calls()).body.outcome).toBe('sign_in_required');
  });

  it('security rule C45: is connected after the tenant has verified the user, and the response has the redirect URL', async () => {
    await updateTenant({ return_url_origins: ['https://chat.example.com'] });
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice, { return_url: 'https://chat.example.com/room' });
    const { status, body } = await verify(signIn, { user: 'alice', browser_token: browserToken });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: signIn.offer.id,
      status: 'connected',
      error: null,
      connection_id: (await alice.connection()).id,
      redirect_url: `https://chat.example.com/room?sign_in=${signIn.offer.id}&status=connected`,
    });
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  it('security rule C45: is redirected to the result page if there is no return URL', async () => {
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    const { body } = await verify(signIn, { user: 'alice', browser_token: browserToken }, tenant.admin);
    const page = await alice.browser.get(body.redirect_url);
    expect(page.body).toContain(`You are signed in to ${world.api.domain}`);
  });

  it('security rule C45: is not redirected to the tenant if the user denied access', async () => {
    world.provider.simulate('access denied');
    const signIn = await (await user()).signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'denied' });
    expect(problemOf(await verify(signIn, { user: 'alice', browser_token: 'x' }))).toBe('409 conflict');
  });

  it('security rule C45: is redirected to the failure page if the provider refuses the code', async () => {
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    world.provider.simulate('ok: false');
    const { status, body } = await verify(signIn, { user: 'alice', browser_token: browserToken });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'failed', error: { code: 'invalid_code' } },
    });
    expect((await alice.browser.get(body.redirect_url)).body).toContain('could not be connected');
  });

  it('security rule C45: is connected without verification if user_verification is page', async () => {
    await updateTenant({ user_verification: 'page' });
    const signIn = await (await user()).signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });
});

describe("an attacker's link in a victim's browser", () => {
  it('security rule C45: connects nothing and makes no token request when the tenant reports the victim as the user', async () => {
    const mallory = await user('mallory');
    const victim = new Browser();
    const signIn = await mallory.getsSignInLink();
    await signIn.opensTheLink(victim);
    await signIn.pressesTheButton(victim);
    await signIn.signsInAtTheProvider(victim);
    const page = await signIn.returns({}, victim);
    const browser_token = tokenFor(page.headers.get('location'));
    const answer = await verify(signIn, { user: 'victim', browser_token });
    expect(problemOf(answer)).toBe('403 user_mismatch /user');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'user_mismatch' } });
    // Also fails with the right user afterwards, because the code was deleted.
    expect(problemOf(await verify(signIn, { user: 'mallory', browser_token }))).toBe('409 conflict');
    expect(world.provider.tokenRequests).toEqual([]);
    expect(await mallory.connections()).toEqual([]);
    expect(world.api.requests).toEqual([]);
    expect((await signIn.trace()).diagnosis_code).toBe('user_mismatch');
  });

  it('security rule C45: cannot be completed by the attacker without the browser token', async () => {
    const mallory = await user('mallory');
    const { signIn, browserToken } = await atTheTenantsPage(mallory);
    for (const guess of ['x', `${browserToken}x`, browserToken.toUpperCase(), signIn.offer.id, signIn.state]) {
      const answer = await verify(signIn, { user: 'mallory', browser_token: guess });
      expect(problemOf(answer)).toBe('403 verification_refused /browser_token');
    }
    expect(world.provider.tokenRequests).toEqual([]);
    expect(await signIn.view()).toMatchObject({ status: 'awaiting_verification' });
    expect((await verify(signIn, { user: 'mallory', browser_token: browserToken })).status).toBe(200);
  });

  it("security rule C45: cannot be completed with the browser token of the attacker's own sign-in", async () => {
    const { gpt } = await world.notesGpt({}, tenant);
    const [mallory, victim] = [new EndUser(gpt, 'mallory'), new EndUser(gpt, 'victim')];
    const [his, theirs] = [await atTheTenantsPage(mallory), await atTheTenantsPage(victim)];
    const answer = await verify(theirs.signIn, { user: 'victim', browser_token: his.browserToken });
    expect(problemOf(answer)).toBe('403 verification_refused /browser_token');
    expect(world.provider.tokenRequests).toEqual([]);
  });
});

describe('the verify request', () => {
  it('security rule C45: exchanges the code once when two requests arrive together', async () => {
    const { signIn, browserToken } = await atTheTenantsPage(await user());
    const body = { user: 'alice', browser_token: browserToken };
    const restore = synchronizeReads(world.app, 'byId', 2);
    const answers = await Promise.all([verify(signIn, body), verify(signIn, body)]);
    restore();
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect(problemOf(await verify(signIn, body))).toBe('409 conflict');
  });

  it("security rule C45: returns 404 for another tenant's sign-in, as for an unknown one", async () => {
    const { signIn, browserToken } = await atTheTenantsPage(await user());
    const stranger = await world.app.tenant('Stranger');
    const body = { user: 'alice', browser_token: browserToken };
    for (const client of [stranger.runtime, stranger.admin]) {
      expect(problemOf(await verify(signIn, body, client))).toBe('404 not_found');
      expect(problemOf(await client.post('/v1/sign-ins/si-unknown/verify', body))).toBe('404 not_found');
    }
    expect(problemOf(await verify(signIn, body, world.app.anonymous))).toMatch(/^401 /);
    expect(world.provider.tokenRequests).toEqual([]);
    expect((await verify(signIn, body)).status).toBe(200);
  });

  it('security rule C45: returns a conflict before the callback', async () => {
    const alice = await user();
    const signIn = await alice.getsSignInLink();
    const body = { user: 'alice', browser_token: 'x' };
    expect(problemOf(await verify(signIn, body))).toBe('409 conflict');
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    expect(problemOf(await verify(signIn, body))).toBe('409 conflict');
  });

  it('security rule C45: returns a conflict after the sign-in has expired', async () => {
    const { signIn, browserToken } = await atTheTenantsPage(await user());
    world.app.clock.advance({ minutes: 16 });
    expect(await signIn.view()).toMatchObject({ status: 'expired' });
    expect(problemOf(await verify(signIn, { user: 'alice', browser_token: browserToken }))).toBe('409 conflict');
    expect(world.provider.tokenRequests).toEqual([]);
  });

  it.each([
    [{ browser_token: 'x' }, '/user'],
    [{ user: 'alice' }, '/browser_token'],
    [{ user: '', browser_token: 'x' }, '/user'],
    [{ user: 1, browser_token: {} }, '/browser_token /user'],
    [{ user: 'alice', browser_token: 'x', code: 'x' }, '/code'],
  ])('security rule C45: rejects the body %j', async (body, pointers) => {
    const { signIn } = await atTheTenantsPage(await user());
    expect(problemOf(await verify(signIn, body))).toBe(`400 invalid_request ${pointers}`);
  });
});

describe('a sign-in that awaits verification', () => {
  it('security rule C45: a repeated callback shows that the verification is awaited', async () => {
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    expect((await signIn.returns()).status).toBe(303);
    expect(alice.browser.redirect).toBe(`${world.app.url}/signin/done/${signIn.offer.id}`);
    expect((await signIn.opensTheLink()).body).toContain('One more step');
    expect((await verify(signIn, { user: 'alice', browser_token: browserToken })).status).toBe(200);
  });

  it('security rule C45: stores the code sealed and the browser token as a digest', async () => {
    const { signIn, browserToken } = await atTheTenantsPage(await user());
    const dump = await world.app.database.dump();
    expect(dump).toContain(signIn.offer.id);
    for (const secret of [signIn.code, browserToken]) expect(dump).not.toContain(secret);
  });

  it('security rule C45: can be completed on another replica', async () => {
    const replica = await world.app.replica();
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    const answer = await verify(signIn, { user: 'alice', browser_token: browserToken }, tenant.at(replica).runtime);
    expect(answer.body).toMatchObject({ status: 'connected' });
    await replica.stop();
  });

  it('security rules C9, C45: fails if the action was edited meanwhile', async () => {
    const { gpt, action } = await world.notesGpt({}, tenant);
    const { signIn, browserToken } = await atTheTenantsPage(new EndUser(gpt, 'alice'));
    const auth = world.provider.schema({ authorization_url: `${world.provider.url}/authorize?v=2` });
    expect((await tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, auth)).status).toBe(200);
    const { body } = await verify(signIn, { user: 'alice', browser_token: browserToken });
    expect(body).toMatchObject({ status: 'failed', error: { code: 'action_changed' } });
    expect(await new EndUser(gpt, 'alice').connections()).toEqual([]);
  });

  it('security rules C9, C45: fails without a token request if the action has another schema by then', async () => {
    const { gpt, action } = await world.notesGpt({}, tenant);
    const { signIn, browserToken } = await atTheTenantsPage(new EndUser(gpt, 'alice'));
    expect((await tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, { type: 'none' })).status).toBe(200);
    const { body } = await verify(signIn, { user: 'alice', browser_token: browserToken });
    expect(body).toMatchObject({ status: 'failed', error: { code: 'action_changed' } });
    expect(world.provider.tokenRequests).toHaveLength(0);
  });
});
