import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '../../../examples/notes-provider/browser.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { synchronizeReads } from '../../support/synchronize-reads.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const doneUrl = ({ offer }: SignInAttempt) => `${world.app.url}/signin/done/${offer.id}`;

/** Opens the link and presses the button, as in a tab of its own. Returns the authorization URL. */
async function pressesInTab(signIn: SignInAttempt): Promise<string> {
  await signIn.opensTheLink();
  await signIn.pressesTheButton();
  return signIn.authorizationUrl;
}

/** Signs in at the provider in one tab, and returns from it. */
async function finishesTab(signIn: SignInAttempt, authorizationUrl: string): Promise<Page> {
  const { browser } = signIn.user;
  await browser.get(authorizationUrl, { follow: false });
  return browser.get(browser.redirect ?? '', { follow: false });
}

describe('two tabs of one link', () => {
  it.each([
    ['in the order in which they were opened', [0, 1]],
    ['in the other order', [1, 0]],
  ])('both come to the result when they return %s', async (_, order) => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const tabs = [await pressesInTab(signIn), await pressesInTab(signIn)];
    for (const index of order) {
      const page = await finishesTab(signIn, tabs[index] as string);
      expect([page.status, alice.browser.redirect]).toEqual([303, doneUrl(signIn)]);
    }
    expect((await alice.browser.followRedirect()).body).toContain('You are signed in');
    expect(world.provider.tokenRequests).toHaveLength(1);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('both come to the result when their buttons are pressed at the same moment', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    await signIn.opensTheLink();
    const [form] = alice.browser.page.forms;
    const restore = synchronizeReads(world.app, 'byTicket', 2);
    const pages = await Promise.all([0, 1].map(() => alice.browser.submit({}, { form, follow: false })));
    restore();
    const tabs = pages.map(({ headers }) => headers.get('location') ?? '');
    expect(new Set(tabs).size).toBe(1);
    for (const tab of tabs) expect((await finishesTab(signIn, tab)).status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('lead to the result when the second button is pressed after the end', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    await signIn.opensTheLink();
    const [form] = alice.browser.page.forms;
    await finishesTab(signIn, await pressesInTab(signIn));
    const page = await alice.browser.submit({}, { form, follow: false });
    expect([page.status, alice.browser.redirect]).toEqual([303, doneUrl(signIn)]);
  });

  it('have the time of the one that was started last', async () => {
    const signIn = await (await world.user()).getsSignInLink();
    const first = await pressesInTab(signIn);
    world.app.clock.advance({ minutes: 9 });
    expect(await pressesInTab(signIn)).toBe(first);
    world.app.clock.advance({ minutes: 9 });
    expect((await finishesTab(signIn, first)).status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });
});

describe('Back and pressing the button again', () => {
  it('works before the user has returned from the provider', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    await finishesTab(signIn, await pressesInTab(signIn));
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('starts anew when the state has expired', async () => {
    const alice = await world.user();
    const signIn = await alice.startsSigningIn();
    const first = signIn.state;
    world.app.clock.advance({ minutes: 10, seconds: 1 });
    await pressesInTab(signIn);
    expect(signIn.state).not.toBe(first);
  });

  it('uses the current settings when they were corrected meanwhile', async () => {
    const { gpt, action } = await world.notesGpt({ scope: 'notes:wrong' });
    const signIn = await new EndUser(gpt, 'alice').startsSigningIn();
    const first = signIn.state;
    await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, world.provider.schema({ scope: 'notes:read' }));
    await pressesInTab(signIn);
    expect(signIn.state).not.toBe(first);
    expect(signIn.authorizationRequest.get('scope')).toBe('notes:read');
    await finishesTab(signIn, signIn.authorizationUrl);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });
});

describe('a second visit of the callback', () => {
  it('returns to the tenant with the same result', async () => {
    const tenant = await world.app.tenant();
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { return_url_origins: ['https://chat.acme.example'] });
    const alice = new EndUser((await world.notesGpt({}, tenant)).gpt, 'alice');
    const signIn = await alice.signsInAtProvider({ return_url: 'https://chat.acme.example/back?c=1' });
    await signIn.returns();
    const first = alice.browser.redirect;
    await signIn.returns();
    expect(alice.browser.redirect).toBe(first);
    expect(first).toBe(`https://chat.acme.example/back?c=1&sign_in=${signIn.offer.id}&status=connected`);
  });

  it('shows the failure of the first one', async () => {
    world.provider.simulate('server_error at the callback');
    const alice = await world.user();
    const signIn = await alice.signsIn();
    await signIn.returns();
    expect((await alice.browser.followRedirect()).body).toContain('could not be connected');
  });

  it('works after the state has expired', async () => {
    const alice = await world.user();
    const signIn = await alice.signsIn();
    world.app.clock.advance({ hours: 1 });
    expect((await signIn.returns()).status).toBe(303);
    expect((await alice.browser.followRedirect()).body).toContain('You are signed in');
  });
});

describe('a request that no user asked for', () => {
  it.each([
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
    { 'x-purpose': 'preview' },
    { 'x-moz': 'prefetch' },
  ] as Record<string, string>[])('spends neither the link nor the state: %j', async (headers) => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    await alice.browser.get(signIn.offer.url, { headers });
    const opened = (await signIn.trace()).steps.map(({ name }: { name: string }) => name);
    expect(opened).toEqual(['offered']);
    await pressesInTab(signIn);
    await signIn.signsInAtTheProvider();
    const ahead = await alice.browser.get(signIn.callbackUrl, { headers, follow: false });
    expect([ahead.status, ahead.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(world.provider.tokenRequests).toEqual([]);
    expect((await signIn.returns()).status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('spends neither the link nor the state: HEAD', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const cookie = alice.browser.cookies.headerFor(world.app.url) ?? '';
    const head = (url: string) => fetch(url, { method: 'HEAD', redirect: 'manual', headers: { cookie } });
    expect((await head(signIn.offer.url)).status).toBe(200);
    expect((await head(signIn.callbackUrl)).status).toBe(200);
    expect((await head(signIn.callbackUrl)).status).toBe(200);
    expect(world.provider.tokenRequests).toEqual([]);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
    expect((await signIn.returns()).status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });
});

describe('a callback path with a trailing slash', () => {
  it('is accepted', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const page = await alice.browser.get(signIn.callbackUrl.replace('/callback?', '/callback/?'), { follow: false });
    expect([page.status, alice.browser.redirect]).toEqual([303, doneUrl(signIn)]);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });
});

describe('a posted authorization response', () => {
  /** Posts the response without cookies, as a browser does with the form of another site. Returns the target of the redirect. */
  async function posts(signIn: SignInAttempt, more: Record<string, string> = {}): Promise<string> {
    const { origin, pathname, searchParams } = new URL(signIn.callbackUrl);
    const provider = new Browser();
    const headers = { origin: 'https://auth.example.com', 'sec-fetch-site': 'cross-site' };
    const fields = { ...Object.fromEntries(searchParams), ...more };
    const page = await provider.post(origin + pathname, fields, { headers, follow: false });
    expect(page.status).toBe(303);
    return provider.redirect ?? '';
  }

  it('is read from a redirect, which has the cookie', async () => {
    const alice = await world.user('alice', { authorization_params: { response_mode: 'form_post' } });
    const signIn = await alice.signsInAtProvider();
    expect(signIn.authorizationRequest.get('response_mode')).toBe('form_post');
    await alice.browser.get(await posts(signIn), { follow: false });
    expect(alice.browser.redirect).toBe(doneUrl(signIn));
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
  });

  it('security rule C27: comes into the URL without tokens', async () => {
    const signIn = await (await world.user()).signsInAtProvider();
    const url = await posts(signIn, { id_token: 'a.b.c', access_token: 'secret', user: '{"email":"a@example.com"}' });
    expect([...new URL(url).searchParams.keys()].toSorted()).toEqual(['code', 'state']);
  });

  it('is rejected without a redirect if its state is missing, forged or of another action', async () => {
    const signIn = await (await world.user()).signsInAtProvider();
    const { action } = await world.notesGpt();
    const post = async (url: string, fields: Record<string, string>) =>
      (await new Browser().post(url, fields, { follow: false })).status;
    const url = signIn.callbackUrl.replace(/\?.*/, '');
    expect(await post(url, { code: signIn.code })).toBe(400);
    expect(await post(url, { code: signIn.code, state: 'forged' })).toBe(404);
    expect(await post(action.auth.callback_url, { code: signIn.code, state: signIn.state })).toBe(404);
  });

  it('changes nothing by itself', async () => {
    const signIn = await (await world.user()).signsInAtProvider();
    await posts(signIn);
    expect(world.provider.tokenRequests).toEqual([]);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
  });

  it('with an error denies the sign-in', async () => {
    world.provider.simulate('access denied');
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    await alice.browser.get(await posts(signIn));
    expect(await signIn.view()).toMatchObject({ status: 'denied' });
  });

  it.each(['fragment', 'web_message', 'query.jwt', 'form_post.jwt'])(
    'is required as a query or a form: response_mode %s cannot be saved',
    async (response_mode) => {
      const gpt = await world.tenant.gpt();
      const add = (auth: object) => gpt.addAction({ openapi: world.api.document(NOTES_PATHS), auth });
      const params = world.provider.schema({ authorization_params: { response_mode } });
      expect(problemOf(await add(params))).toBe('400 invalid_request /auth/authorization_params');
      const { authorization_url } = world.provider.schema() as { authorization_url: string };
      const query = { authorization_url: `${authorization_url}?response_mode=${response_mode}` };
      expect(problemOf(await add(world.provider.schema(query)))).toBe('400 invalid_request /auth/authorization_url');
    },
  );
});
