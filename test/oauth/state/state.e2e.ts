import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../../examples/notes-provider/browser.js';
import { EndUser } from '../../support/end-user.js';
import { synchronizeReads } from '../../support/synchronize-reads.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { NOTES_PATHS, Upstream } from '../../support/upstream.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('redirect URIs', () => {
  it('security rule C1: are different for every action', async () => {
    const other = await Upstream.start();
    const { gpt, action } = await world.notesGpt();
    const beside = await gpt.action(other.document(NOTES_PATHS), world.provider.schema());
    const elsewhere = (await world.notesGpt()).action;
    await other.stop();
    const urls = [action, beside, elsewhere].map(({ auth }) => auth.callback_url);
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) expect(url).toMatch(new RegExp(`^${world.app.url}/aip/g-\\w{26}/oauth/callback$`));
  });

  it('security rule C1: stay the same when the action is edited', async () => {
    const { gpt, action } = await world.notesGpt();
    const path = `${gpt.path}/actions/${action.id}/auth`;
    const { body } = await gpt.tenant.admin.put(path, world.provider.schema({ scope: 'notes:read' }));
    expect(body.callback_url).toBe(action.auth.callback_url);
  });

  it('security rule C1: are shown for an action without user sign-in', async () => {
    const gpt = await world.tenant.gpt();
    const { id, auth, callback_url } = await gpt.action(world.api.document(NOTES_PATHS));
    expect(auth).toEqual({ type: 'none' });
    const { body } = await gpt.tenant.admin.put(`${gpt.path}/actions/${id}/auth`, world.provider.schema());
    expect(body.callback_url).toBe(callback_url);
  });

  it('security rule C1: are sent in the authorization request', async () => {
    const { gpt, action } = await world.notesGpt();
    const signIn = await new EndUser(gpt, 'alice').startsSigningIn();
    expect(signIn.authorizationRequest.get('redirect_uri')).toBe(action.auth.callback_url);
  });
});

describe('a callback of another action', () => {
  it("security rule C2: rejects the state of one action at another's callback, and does not use the code", async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const elsewhere = (await world.notesGpt()).action;
    const wrong = new URL(elsewhere.auth.callback_url);
    wrong.search = new URL(signIn.callbackUrl).search;
    const page = await alice.browser.get(wrong.href, { follow: false });
    expect(page.status).toBe(404);
    expect(world.provider.tokenRequests).toHaveLength(0);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
    expect((await signIn.returns()).status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('security rule C2: responds with 404 to an unknown callback', async () => {
    const alice = await world.user();
    const { callbackUrl } = await alice.signsInAtProvider();
    const page = await alice.browser.get(callbackUrl.replace(/g-\w+/, 'g-unknown'), { follow: false });
    expect(page.status).toBe(404);
    expect(world.provider.tokenRequests).toHaveLength(0);
  });
});

describe('a callback in another browser', () => {
  it('security rule C3: rejects a callback from another browser, and does not use the code', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const page = await signIn.returns({}, new Browser());
    expect(page.status).toBe(400);
    expect(page.body).toContain('Please use one browser');
    expect(world.provider.tokenRequests).toHaveLength(0);
    expect((await signIn.returns()).status).toBe(303);
  });

  it("security rule C3: rejects a victim's browser that has opened another link of the same server", async () => {
    const [mallory, victim] = [await world.user('mallory'), await world.user('victim')];
    const signIn = await mallory.startsSigningIn();
    await victim.startsSigningIn();
    await signIn.signsInAtTheProvider(victim.browser);
    expect((await signIn.returns({}, victim.browser)).status).toBe(400);
    expect(world.provider.tokenRequests).toHaveLength(0);
    expect(await mallory.connections()).toEqual([]);
  });

  it('security rule C3: rejects an error callback from another browser', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const page = await signIn.returns({ code: undefined, error: 'access_denied' }, new Browser());
    expect(page.status).toBe(400);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
  });
});

describe('the state parameter', () => {
  it('security rule C10: has 256 random bits and is different for every flow', async () => {
    const alice = await world.user();
    const states = [];
    for (let flow = 0; flow < 20; flow++) states.push((await alice.startsSigningIn()).state);
    expect(new Set(states).size).toBe(20);
    for (const state of states) expect(Buffer.from(state, 'base64url')).toHaveLength(32);
  });

  it('security rule C10: is stored as a digest', async () => {
    const alice = await world.user();
    const signIn = await alice.startsSigningIn();
    const dump = await world.app.database.dump();
    expect(dump).toContain(signIn.offer.id);
    expect(dump).not.toContain(signIn.state);
    expect(dump).not.toContain(signIn.offer.url.split('/').at(-1));
  });

  it.each([undefined, ''])('security rule C10: rejects a callback without state (%j)', async (state) => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const page = await signIn.returns({ state });
    expect(page.status).toBe(400);
    expect(page.body).toContain('This sign-in cannot be trusted');
    expect(world.provider.tokenRequests).toHaveLength(0);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
  });

  it('security rule C10: rejects a forged state', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    for (const state of ['forged', 'A'.repeat(43), `${signIn.state}x`, signIn.state.toUpperCase()]) {
      expect((await signIn.returns({ state })).status).toBe(404);
    }
    expect(world.provider.tokenRequests).toHaveLength(0);
  });

  it('security rule C10: rejects a repeated state parameter', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const page = await alice.browser.get(`${signIn.callbackUrl}&state=other`, { follow: false });
    expect(page.status).toBe(400);
    expect(world.provider.tokenRequests).toHaveLength(0);
  });

  it("security rule C10: rejects the state of another user's sign-in", async () => {
    const { gpt } = await world.notesGpt();
    const [alice, bob] = [new EndUser(gpt, 'alice'), new EndUser(gpt, 'bob')];
    const [hers, his] = [await alice.signsInAtProvider(), await bob.startsSigningIn()];
    expect((await hers.returns({ state: his.state })).status).toBe(400);
    expect(world.provider.tokenRequests).toHaveLength(0);
  });

  it('security rule C10: is used once: a second visit of the callback shows the result', async () => {
    const alice = await world.user();
    const signIn = await alice.signsIn();
    for (const changes of [{}, { code: 'another-code' }, { code: undefined, error: 'access_denied' }]) {
      const page = await signIn.returns(changes);
      expect([page.status, alice.browser.redirect]).toEqual([303, `${world.app.url}/signin/done/${signIn.offer.id}`]);
    }
    expect((await alice.browser.followRedirect()).body).toContain('You are signed in');
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect((await alice.connection()).status).toBe('active');
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('security rule C10: rejects a used state in another browser', async () => {
    const alice = await world.user();
    const signIn = await alice.signsIn();
    expect((await signIn.returns({}, new Browser())).status).toBe(400);
  });

  it('security rule C10: is consumed by an error callback', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    expect((await signIn.returns({ code: undefined, error: 'access_denied' })).status).toBe(303);
    await signIn.returns();
    expect((await alice.browser.followRedirect()).body).toContain('You did not sign in');
    expect(world.provider.tokenRequests).toHaveLength(0);
    expect(await signIn.view()).toMatchObject({ status: 'denied' });
  });

  it('security rule C10: expires after ten minutes', async () => {
    const alice = await world.user();
    const [late, inTime] = [await alice.signsInAtProvider(), await new EndUser(alice.gpt, 'bob').signsInAtProvider()];
    world.app.clock.advance({ minutes: 9 });
    expect((await inTime.returns({}, inTime.user.browser)).status).toBe(303);
    world.app.clock.advance({ minutes: 1, seconds: 1 });
    expect((await late.returns()).status).toBe(410);
    expect(world.provider.tokenRequests).toHaveLength(1);
  });

  it('security rule C10: accepts a flow that started just before the link expired', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    world.app.clock.advance({ minutes: 14 });
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    await signIn.signsInAtTheProvider();
    world.app.clock.advance({ minutes: 5 });
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
    expect((await signIn.returns()).status).toBe(303);
  });
});

describe('single use of the state', () => {
  it('security rule C11: exchanges the code once when two callbacks arrive together', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const restore = synchronizeReads(world.app, 'byState', 2);
    const pages = await Promise.all([signIn.returns(), signIn.returns()]);
    restore();
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect(pages.map(({ status }) => status)).toEqual([303, 303]);
    const results = pages.map(({ headers }) => headers.get('location'));
    expect(new Set(results)).toEqual(new Set([`${world.app.url}/signin/done/${signIn.offer.id}`]));
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('security rule C11: exchanges the code once when many callbacks arrive at two replicas', async () => {
    const replica = await world.app.replica();
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    // Replicas share a host and its cookies; on loopback they have different ports, so the cookie is sent explicitly.
    const headers = { cookie: alice.browser.cookies.headerFor(world.app.url) ?? '' };
    const there = signIn.callbackUrl.replace(world.app.url, replica.url);
    const pages = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        new Browser().get(index % 2 ? there : signIn.callbackUrl, { follow: false, headers }),
      ),
    );
    await replica.stop();
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([303]));
  });
});
