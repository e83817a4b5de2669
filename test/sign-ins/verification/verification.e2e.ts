import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../../examples/notes-provider/browser.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { letReadersMeet } from '../../support/let-readers-meet.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';

const ASK_AT = 'https://chat.example.com/who-is-it?from=countersign';

let world: OAuthWorld;
let tenant: TestTenant;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  world.reset();
  tenant = await world.app.tenant();
  await setting({ user_verification: 'redirect', user_verification_url: ASK_AT });
});

async function setting(changes: object): Promise<void> {
  const { status } = await tenant.admin.patch(`/v1/tenants/${tenant.id}`, changes);
  expect(status).toBe(200);
}

async function user(name = 'alice'): Promise<EndUser> {
  return new EndUser((await world.notesGpt({}, tenant)).gpt, name);
}

/** A sign-in whose browser has been sent to the tenant's page. */
async function atTheTenantsPage(alice: EndUser, body: object = {}) {
  const signIn = await alice.comesBack(body);
  const page = await signIn.returns();
  return { signIn, page, browserToken: tokenFor(page.headers.get('location')) };
}

function tokenFor(location: string | null): string {
  return new URL(location ?? '').searchParams.get('browser_token') ?? '';
}

const verify = ({ offer }: SignInAttempt, body: object, client = tenant.runtime) =>
  client.post(`/v1/sign-ins/${offer.id}/verify`, body);

describe('C45 the browser after the provider', () => {
  it("C45 is sent to the tenant's page, and no code is exchanged", async () => {
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

  it('C45 is connected once the tenant has said that it is its user, and told where to go', async () => {
    await setting({ return_url_origins: ['https://chat.example.com'] });
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

  it('C45 sees a page of ours where there is no return URL', async () => {
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    const { body } = await verify(signIn, { user: 'alice', browser_token: browserToken }, tenant.admin);
    const page = await alice.browser.get(body.redirect_url);
    expect(page.body).toContain(`You are signed in to ${world.api.domain}`);
  });

  it('C45 goes on without the tenant where the provider said no: there is nothing to verify', async () => {
    world.provider.behaves('access denied');
    const signIn = await (await user()).signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'denied' });
    expect(problemOf(await verify(signIn, { user: 'alice', browser_token: 'x' }))).toBe('409 conflict');
  });

  it('C45 is told of a code that the provider refuses by the redirect of the answer', async () => {
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    world.provider.behaves('ok: false');
    const { status, body } = await verify(signIn, { user: 'alice', browser_token: browserToken });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'failed', error: { code: 'invalid_code' } },
    });
    expect((await alice.browser.get(body.redirect_url)).body).toContain('could not be connected');
  });

  it('C45 goes no detour where the setting is page', async () => {
    await setting({ user_verification: 'page' });
    const signIn = await (await user()).signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });
});

describe("C45 an attacker's link in a victim's browser", () => {
  it("C45 connects nothing: the tenant's page sees the victim, and no token request is ever made", async () => {
    const mallory = await user('mallory');
    const victim = new Browser();
    const signIn = await mallory.isOfferedSignIn();
    await signIn.opensTheLink(victim);
    await signIn.pressesTheButton(victim);
    await signIn.signsInAtTheProvider(victim);
    const page = await signIn.returns({}, victim);
    const browser_token = tokenFor(page.headers.get('location'));
    const answer = await verify(signIn, { user: 'victim', browser_token });
    expect(problemOf(answer)).toBe('403 user_mismatch /user');
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'user_mismatch' } });
    // Not even with the right answer, afterwards: the code has been thrown away.
    expect(problemOf(await verify(signIn, { user: 'mallory', browser_token }))).toBe('409 conflict');
    expect(world.provider.tokenRequests).toEqual([]);
    expect(await mallory.connections()).toEqual([]);
    expect(world.api.requests).toEqual([]);
    expect((await signIn.trace()).diagnosis_code).toBe('user_mismatch');
  });

  it('C45 cannot be finished by the attacker, who has no browser token', async () => {
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

  it("C45 is not finished with the browser token of the attacker's own sign-in", async () => {
    const { gpt } = await world.notesGpt({}, tenant);
    const [mallory, victim] = [new EndUser(gpt, 'mallory'), new EndUser(gpt, 'victim')];
    const [his, theirs] = [await atTheTenantsPage(mallory), await atTheTenantsPage(victim)];
    const answer = await verify(theirs.signIn, { user: 'victim', browser_token: his.browserToken });
    expect(problemOf(answer)).toBe('403 verification_refused /browser_token');
    expect(world.provider.tokenRequests).toEqual([]);
  });
});

describe('C45 the call', () => {
  it('C45 exchanges the code once when two arrive together', async () => {
    const { signIn, browserToken } = await atTheTenantsPage(await user());
    const body = { user: 'alice', browser_token: browserToken };
    const restore = letReadersMeet(world.app, 'byId', 2);
    const answers = await Promise.all([verify(signIn, body), verify(signIn, body)]);
    restore();
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect(problemOf(await verify(signIn, body))).toBe('409 conflict');
  });

  it('C45 does not find the sign-in of another tenant, just as one that does not exist', async () => {
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

  it('C45 is a conflict before there is anything to verify', async () => {
    const alice = await user();
    const signIn = await alice.isOfferedSignIn();
    const body = { user: 'alice', browser_token: 'x' };
    expect(problemOf(await verify(signIn, body))).toBe('409 conflict');
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    expect(problemOf(await verify(signIn, body))).toBe('409 conflict');
  });

  it('C45 comes too late when the time of the sign-in is over', async () => {
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
  ])('C45 is refused with %j', async (body, pointers) => {
    const { signIn } = await atTheTenantsPage(await user());
    expect(problemOf(await verify(signIn, body))).toBe(`400 invalid_request ${pointers}`);
  });
});

describe('C45 while the tenant is asked', () => {
  it('C45 the state is used up: the callback cannot be repeated', async () => {
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    expect((await signIn.returns()).status).toBe(400);
    expect((await signIn.opensTheLink()).body).toContain('One more step');
    expect((await verify(signIn, { user: 'alice', browser_token: browserToken })).status).toBe(200);
  });

  it('C45 the code and the browser token are kept sealed or as a digest', async () => {
    const { signIn, browserToken } = await atTheTenantsPage(await user());
    const dump = await world.app.database.dump();
    expect(dump).toContain(signIn.offer.id);
    for (const secret of [signIn.code, browserToken]) expect(dump).not.toContain(secret);
  });

  it('C45 goes on at another replica', async () => {
    const replica = await world.app.beside();
    const alice = await user();
    const { signIn, browserToken } = await atTheTenantsPage(alice);
    const answer = await verify(signIn, { user: 'alice', browser_token: browserToken }, tenant.at(replica).runtime);
    expect(answer.body).toMatchObject({ status: 'connected' });
    await replica.stop();
  });

  it('C9 C45 an action that is edited meanwhile gets nothing of it', async () => {
    const { gpt, action } = await world.notesGpt({}, tenant);
    const { signIn, browserToken } = await atTheTenantsPage(new EndUser(gpt, 'alice'));
    const auth = world.provider.schema({ authorization_url: `${world.provider.url}/authorize?v=2` });
    expect((await tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, auth)).status).toBe(200);
    const { body } = await verify(signIn, { user: 'alice', browser_token: browserToken });
    expect(body).toMatchObject({ status: 'failed', error: { code: 'action_changed' } });
    expect(await new EndUser(gpt, 'alice').connections()).toEqual([]);
  });

  it('C9 C45 an action that is given another schema meanwhile gets nothing of it', async () => {
    const { gpt, action } = await world.notesGpt({}, tenant);
    const { signIn, browserToken } = await atTheTenantsPage(new EndUser(gpt, 'alice'));
    expect((await tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, { type: 'none' })).status).toBe(200);
    const { body } = await verify(signIn, { user: 'alice', browser_token: browserToken });
    expect(body).toMatchObject({ status: 'failed', error: { code: 'action_changed' } });
    expect(world.provider.tokenRequests).toHaveLength(0);
  });
});
