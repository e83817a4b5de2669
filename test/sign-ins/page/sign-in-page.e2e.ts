import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '../../../examples/notes-provider/browser.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('a call of a user who has not signed in', () => {
  it('returns a sign-in link for the domain and does not call the API', async () => {
    const alice = await world.user();
    const { status, body } = await alice.calls();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      outcome: 'sign_in_required',
      sign_in: {
        url: expect.stringMatching(`^${world.app.url}/signin/[\\w-]{43}$`),
        domain: world.api.domain,
        label: `Sign in to ${world.api.domain}`,
        reason: 'not_connected',
      },
    });
    expect(world.api.requests).toHaveLength(0);
  });

  it("is sent with the user's token after the user has signed in", async () => {
    const alice = await world.user();
    const signIn = await alice.signsIn();
    const { body } = await alice.calls();
    expect(body).toMatchObject({ outcome: 'completed', response: { status: 200, body: { ok: true } } });
    const token = world.provider.accessTokenFor(signIn.code);
    expect(world.api.last.headers['authorization']).toBe(`Bearer ${token}`);
  });

  it('fails with user_required if it names no user', async () => {
    const { gpt } = await world.notesGpt();
    expect(problemOf(await gpt.call('listNotes'))).toBe('400 user_required /user');
  });
});

describe('the sign-in page', () => {
  it('shows the GPT, the tenant, the domain, the user and the scopes, and has one button', async () => {
    const alice = await world.user('user-17');
    const page = await (await alice.getsSignInLink()).opensTheLink();
    expect(page.status).toBe(200);
    const all = ['Note keeper', 'Acme', world.api.domain, 'user-17', 'notes:read', 'notes:write'];
    for (const text of all) expect(page.body).toContain(text);
    expect(page.forms).toHaveLength(1);
    expect(page.forms[0]).toMatchObject({ method: 'POST', buttons: [{ label: `Sign in to ${world.api.domain}` }] });
  });

  it('works without JavaScript and loads nothing from other origins', async () => {
    const alice = await world.user();
    const page = await (await alice.getsSignInLink()).opensTheLink();
    expect(page.body).not.toMatch(/<script|\son\w+=|javascript:|<link|<img|\ssrc=/i);
    await alice.browser.submit();
    expect(alice.browser.page.body).toContain(`You are signed in to ${world.api.domain}`);
  });

  it('escapes the names of GPT, tenant and user, and the scopes', async () => {
    const tenant = await world.app.tenant('<script>tenant()</script>');
    const gpt = await tenant.gpt('"><img src=x onerror=gpt()>');
    const schema = world.provider.schema({ scope: '<svg/onload=scope()>' });
    await gpt.action(world.api.document({ '/notes': { get: { operationId: 'listNotes', responses: {} } } }), schema);
    const mallory = new EndUser(gpt, `'"><script>user()</script>`);
    const page = await (await mallory.getsSignInLink()).opensTheLink();
    expect(page.body).not.toMatch(/<script|<img|<svg/i);
    for (const text of ['tenant()', 'gpt()', 'scope()', 'user()']) expect(page.body).toContain(text);
    expect(page.forms).toHaveLength(1);
  });

  it('responds with 404 to an unknown sign-in', async () => {
    const page = await new Browser().get(`${world.app.url}/signin/${'x'.repeat(43)}`);
    expect(page.status).toBe(404);
    expect(page.body).toContain('Sign-in not found');
    expect((await new Browser().get(`${world.app.url}/signin/done/si-unknown`)).status).toBe(404);
    expect((await new Browser().post(`${world.app.url}/signin/${'x'.repeat(43)}`, {})).status).toBe(404);
  });

  it('reports an expired link and does not start a sign-in', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    await signIn.opensTheLink();
    world.app.clock.advance({ minutes: 16 });
    expect((await signIn.pressesTheButton()).status).toBe(410);
    expect((await signIn.opensTheLink()).body).toContain('This link has expired');
    expect(await signIn.view()).toMatchObject({ status: 'expired', error: null, connection_id: null });
  });

  it('shows the result of a sign-in that has ended', async () => {
    const alice = await world.user();
    const signIn = await alice.signsIn();
    expect((await signIn.opensTheLink()).body).toContain(`You are signed in to ${world.api.domain}`);
    expect(alice.browser.page.forms).toHaveLength(0);
    expect((await new Browser().post(signIn.offer.url, {})).status).toBe(410);
  });
});

describe('the browser binding of a sign-in link', () => {
  it('security rule C4: rejects the form of a browser that has not opened the page', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const page = await new Browser().post(signIn.offer.url, {}, { follow: false });
    expect(page.status).toBe(400);
    expect(page.body).toContain('Please use one browser');
  });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://other.example' },
    { origin: 'http://127.0.0.1' },
  ])('security rule C4: rejects a form that another site submits (%j)', async (headers) => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    await signIn.opensTheLink();
    const page = await alice.browser.submit({}, { follow: false, headers });
    expect(page.status).toBe(400);
    expect(await signIn.view()).toMatchObject({ status: 'pending' });
  });

  it.each([() => world.app.url, () => 'null'])(
    'accepts the form of its own page from a browser without Sec-Fetch-Site',
    async (origin) => {
      const alice = await world.user();
      const signIn = await alice.getsSignInLink();
      await signIn.opensTheLink();
      const page = await alice.browser.submit({}, { follow: false, headers: { origin: origin() } });
      expect(page.status).toBe(303);
    },
  );

  it('security rule C4: rejects a cookie that the server did not create', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const headers = { cookie: 'countersign=chosen-by-another' };
    const page = await new Browser().post(signIn.offer.url, {}, { follow: false, headers });
    expect(page.status).toBe(400);
  });

  it('security rule C4: binds the sign-in to the browser that pressed the button last', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    const earlier = { url: signIn.callbackUrl, browser: alice.browser };
    const second = new Browser();
    await signIn.opensTheLink(second);
    await signIn.pressesTheButton(second);
    await signIn.signsInAtTheProvider(second);
    expect((await earlier.browser.get(earlier.url, { follow: false })).status).toBe(404);
    expect(world.provider.tokenRequests).toHaveLength(0);
    expect((await signIn.returns({}, second)).status).toBe(303);
  });
});

describe('security headers', () => {
  it('security rule C16: the sign-in page forbids referrers, caching, scripts and frames', async () => {
    const alice = await world.user();
    expect(securityHeadersOf(await (await alice.getsSignInLink()).opensTheLink())).toEqual(SAFE);
  });

  it('security rule C16: the responses to the button and the callback, and the result page, have the same headers', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    await signIn.opensTheLink();
    expect(securityHeadersOf(await signIn.pressesTheButton())).toEqual(SAFE);
    await signIn.signsInAtTheProvider();
    expect(securityHeadersOf(await signIn.returns())).toEqual(SAFE);
    expect(securityHeadersOf(await alice.browser.followRedirect())).toEqual(SAFE);
  });

  it('security rule C16: error pages have the same headers', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    expect(securityHeadersOf(await new Browser().get(`${world.app.url}/signin/unknown`))).toEqual(SAFE);
    expect(securityHeadersOf(await signIn.returns({ state: undefined }))).toEqual(SAFE);
    expect(securityHeadersOf(await signIn.returns({ state: 'forged' }))).toEqual(SAFE);
    expect(securityHeadersOf(await signIn.returns({}, new Browser()))).toEqual(SAFE);
  });

  it('security rule C16: the cookie is limited to this host and hidden from scripts', async () => {
    const alice = await world.user();
    const page = await (await alice.getsSignInLink()).opensTheLink();
    const cookie = page.headers.getSetCookie().join('\n');
    expect(cookie).toMatch(/^countersign=[\w-]{43};/);
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('Domain=');
  });
});

describe('the return URL', () => {
  const origin = 'https://chat.example.com';

  async function userOfTenantWithReturnUrl(): Promise<EndUser> {
    const tenant = await world.app.tenant();
    const { status } = await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { return_url_origins: [origin] });
    expect(status).toBe(200);
    return new EndUser((await world.notesGpt({}, tenant)).gpt, 'alice');
  }

  it('security rule C15: redirects to an allowed return URL with the id and the status of the sign-in', async () => {
    const alice = await userOfTenantWithReturnUrl();
    const signIn = await alice.signsInAtProvider({ return_url: `${origin}/chat?room=1&status=old#top` });
    const page = await signIn.returns();
    expect(page.status).toBe(303);
    const location = new URL(page.headers.get('location') ?? '');
    expect(location.origin + location.pathname + location.hash).toBe(`${origin}/chat#top`);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      room: '1',
      sign_in: signIn.offer.id,
      status: 'connected',
    });
  });

  it('security rule C15: passes the status denied to the return URL', async () => {
    const alice = await userOfTenantWithReturnUrl();
    world.provider.behavior = { redirectWith: { code: '', error: 'access_denied' } };
    const signIn = await alice.signsInAtProvider({ return_url: `${origin}/` });
    const page = await signIn.returns();
    expect(page.headers.get('location')).toBe(`${origin}/?sign_in=${signIn.offer.id}&status=denied`);
  });

  it.each([
    '//evil.example',
    '\\\\evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://evil.example/',
    'https://chat.example.com.evil.example/',
    'https://chat.example.com@evil.example/',
    'https://user:password@chat.example.com/',
    'https://chat.example.com:8443/',
    'http://chat.example.com/',
    'https:\\\\chat.example.com\\@evil.example',
    'https:evil.example',
    'https://evil.example\\@chat.example.com/',
    ' https://chat.example.com/',
    'https://chat.example.com/\nx',
    '',
  ])('security rule C15: rejects the return URL %j', async (url) => {
    const alice = await userOfTenantWithReturnUrl();
    expect(problemOf(await alice.calls({ return_url: url }))).toBe('400 invalid_request /return_url');
  });

  it('security rule C15: rejects every return URL if the tenant allows no origins', async () => {
    const alice = await world.user();
    expect(problemOf(await alice.calls({ return_url: `${origin}/` }))).toBe('400 invalid_request /return_url');
  });
});

const SAFE = {
  referrer: 'no-referrer',
  cache: 'no-store',
  frames: 'DENY',
  missing: [],
  scripts: null,
};

/** Returns the parts of a page's headers that concern referrers, caches, frames and scripts. */
function securityHeadersOf({ headers }: Page) {
  const policy = headers.get('content-security-policy') ?? '';
  const wanted = ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"];
  return {
    referrer: headers.get('referrer-policy'),
    cache: headers.get('cache-control'),
    frames: headers.get('x-frame-options'),
    missing: wanted.filter((directive) => !policy.split('; ').includes(directive)),
    scripts: /script-src|unsafe-inline|unsafe-eval/.exec(policy),
  };
}
