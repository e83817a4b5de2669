import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import {
  AuthorizationWorld,
  type Attempt,
  type AuthorizedGpt,
} from '../support/mcp-authorization/authorization-world.js';

let world: AuthorizationWorld;
let gpt: AuthorizedGpt;
/** The authorization that the attacker has started in their own browser. */
let attack: Attempt;
let victim: Browser;

beforeAll(async () => {
  world = await AuthorizationWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  gpt = await world.gpt();
  attack = gpt.attempt(await gpt.client());
  await attack.startsAuthorizing();
  victim = new Browser();
});

describe('an attacker who sends the link to the login page to a victim', () => {
  it('gets no token: the key of the consent page is in the victim’s browser, the cookie in the attacker’s', async () => {
    // The victim is logged in at the tenant, whose page verifies them and redirects their browser.
    await attack.isVerified('victim');
    const shown = await victim.get(attack.consentUrl);
    expect([shown.status, shown.forms]).toEqual([403, []]);
    expect(shown.body).toContain('This request was started in another browser');
    // The attacker knows everything but the key.
    const { pathname } = new URL(attack.consentUrl);
    for (const query of [
      '',
      '?key=',
      `?key=${'x'.repeat(43)}`,
      `?key=${new URL(attack.loginUrl).searchParams.get('browser_token')}`,
    ]) {
      const page = await attack.browser.get(`${gpt.app.url}${pathname}${query}`);
      expect([page.status, page.forms]).toEqual([403, []]);
      const key = query.slice('?key='.length);
      const answer = await attack.browser.post(
        `${gpt.app.url}${pathname}`,
        { key, decision: 'allow' },
        { follow: false },
      );
      expect([answer.status, attack.browser.redirect]).toEqual([403, undefined]);
    }
    expect((await gpt.events()).toSorted()).toEqual(['refused', 'verified']);
  });

  it('gets no token even with the key, once the victim’s browser has opened the page', async () => {
    await attack.isVerified('victim');
    await victim.get(attack.consentUrl);
    const page = await attack.browser.get(attack.consentUrl);
    expect([page.status, page.forms]).toEqual([409, []]);
    const { pathname, searchParams } = new URL(attack.consentUrl);
    const form = { key: searchParams.get('key') ?? '', decision: 'allow' };
    const answer = await attack.browser.post(`${gpt.app.url}${pathname}`, form, { follow: false });
    expect([answer.status, attack.browser.redirect]).toEqual([409, undefined]);
  });

  it('cannot have the victim’s browser answer, which may have a cookie of its own', async () => {
    const own = gpt.attempt(attack.clientId, victim);
    await own.startsAuthorizing();
    await attack.isVerified('victim');
    const { pathname, searchParams } = new URL(attack.consentUrl);
    const form = { key: searchParams.get('key') ?? '', decision: 'allow' };
    const answer = await victim.post(`${gpt.app.url}${pathname}`, form, { follow: false });
    expect([answer.status, victim.redirect]).toEqual([403, undefined]);
    // The victim's own authorization is untouched.
    await own.isVerified('victim');
    expect((await own.opensConsent()).status).toBe(200);
  });
});

describe('the consent page', () => {
  it('is opened by the browser that has both the cookie and the key', async () => {
    await attack.isVerified('alice');
    expect(await attack.opensConsent()).toMatchObject({ status: 200 });
    await attack.allows();
    expect(attack.response).toMatchObject({ code: expect.stringMatching(/^.{43}$/), state: attack.state });
  });

  it('is shown again to a user who has allowed the same client before, whatever it is called', async () => {
    for (const name of ['ChatGPT', 'Claude', 'Example app']) {
      const clientId = await gpt.client({ client_name: name });
      const first = await gpt.attempt(clientId).authorizes('alice');
      expect((await first.redeems()).status).toBe(200);
      const second = gpt.attempt(clientId, first.browser);
      await second.startsAuthorizing();
      await second.isVerified('alice');
      const { status, forms } = await second.opensConsent();
      expect([status, forms.length]).toEqual([200, 1]);
    }
  });

  it('does not accept the cookie of another authorization in the same browser with a wrong key', async () => {
    const second = gpt.attempt(attack.clientId, attack.browser);
    await second.startsAuthorizing();
    await second.isVerified('alice');
    await attack.isVerified('alice');
    const key = new URL(second.consentUrl).searchParams.get('key');
    const { pathname } = new URL(attack.consentUrl);
    expect((await attack.browser.get(`${gpt.app.url}${pathname}?key=${key}`)).status).toBe(403);
    expect((await attack.opensConsent()).status).toBe(200);
  });

  it('is not prepared for a browser that loads ahead of a click, and a link preview does not end the authorization', async () => {
    await attack.isVerified('alice');
    const preview = await fetch(attack.consentUrl, { headers: { 'sec-purpose': 'prefetch' } });
    expect(preview.status).toBe(503);
    expect((await fetch(attack.consentUrl, { method: 'HEAD' })).status).toBe(200);
    expect((await attack.opensConsent()).status).toBe(200);
  });

  it.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
  ])('rejects a form of another site: %j', async (headers) => {
    await attack.isVerified('alice');
    await attack.opensConsent();
    const answer = await attack.browser.submit({}, { button: 'Allow', follow: false, headers });
    expect([answer.status, attack.browser.redirect]).toEqual([403, undefined]);
    await attack.opensConsent();
    await attack.allows();
    expect(attack.response['code']).toBeDefined();
  });

  it('is answered once; a second press before the code is redeemed replaces the code', async () => {
    await attack.isVerified('alice');
    await attack.opensConsent();
    const { forms } = attack.browser.page;
    const press = () => attack.browser.submit({}, { form: forms[0], button: 'Allow', follow: false });
    await press();
    const first = new URL(attack.browser.redirect ?? '').searchParams.get('code') ?? '';
    await press();
    attack.responseUrl = attack.browser.redirect ?? '';
    expect(attack.response['code']).not.toBe(first);
    expect((await attack.redeems({ code: first })).body).toMatchObject({ error: 'invalid_grant' });
    expect((await attack.redeems()).status).toBe(200);
    expect((await press()).status).toBe(403);
    expect((await attack.opensConsent()).status).toBe(403);
  });

  it('expires ten minutes after the verification', async () => {
    await attack.isVerified('alice');
    await attack.opensConsent();
    world.app.clock.advance({ minutes: 11 });
    await attack.browser.submit({}, { button: 'Allow', follow: false });
    expect(attack.browser.page.status).toBe(410);
    expect((await attack.opensConsent()).body).toContain('This request has expired');
  });

  it('sends the user back with access_denied, and nothing can be allowed afterwards', async () => {
    await attack.isVerified('alice');
    await attack.opensConsent();
    const { forms } = attack.browser.page;
    await attack.denies();
    expect(attack.response).toEqual({ error: 'access_denied', state: attack.state, iss: gpt.url });
    await attack.browser.submit({}, { form: forms[0], button: 'Allow', follow: false });
    expect(attack.browser.page.status).toBe(409);
    expect((await gpt.events()).toSorted()).toEqual(['denied', 'verified']);
  });

  it('cannot be answered after the mode of the GPT was changed', async () => {
    await attack.isVerified('alice');
    await attack.opensConsent();
    await gpt.change({ authorizationVersion: 1 });
    await attack.browser.submit({}, { button: 'Allow', follow: false });
    expect([attack.browser.page.status, attack.browser.redirect]).toEqual([409, undefined]);
  });
});
