// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../../examples/notes-provider/browser.js';
import { EndUser } from '../../support/end-user.js';
import { logo } from '../../support/logo.js';
import { OAuthWorld } from '../../support/oauth-world.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start({ environment: { RATE_LIMIT_SIGN_IN: '20' } });
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const GERMAN = { headers: { 'accept-language': 'fr, de-CH;q=0.8, en;q=0.5' } };

describe('the language of a page', () => {
  it('follows the Accept-Language header', async () => {
    const signIn = await (await world.user()).getsSignInLink();
    const page = await new Browser().get(signIn.offer.url, GERMAN);
    expect(page.body).toContain('<html lang="de">');
    expect(page.headers.get('content-language')).toBe('de');
    expect(page.body).toContain(`Bei ${world.api.domain} anmelden`);
    expect((await new Browser().get(signIn.offer.url)).body).toContain('<html lang="en">');
  });

  it('follows the query parameter, also on the pages after it', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    const first = await alice.browser.get(`${signIn.offer.url}?lang=de`);
    expect(first.body).toContain('<html lang="de">');
    await alice.browser.submit();
    expect(alice.browser.page.body).toContain(`Sie sind bei ${world.api.domain} angemeldet`);
    const english = await alice.browser.get('?lang=en', GERMAN);
    expect(english.body).toContain(`You are signed in to ${world.api.domain}`);
  });

  it.each(['fr', '', 'de-AT', '<script>', '__proto__', 'constructor'])(
    'ignores the unknown language lang=%j',
    async (lang) => {
      const signIn = await (await world.user()).getsSignInLink();
      const page = await new Browser().get(`${signIn.offer.url}?lang=${encodeURIComponent(lang)}`);
      expect([page.status, page.body.includes('<html lang="en">')]).toEqual([200, true]);
      expect(page.headers.getSetCookie().join()).not.toContain('language');
    },
  );

  it('also applies to error pages', async () => {
    const unknown = await new Browser().get(`${world.app.url}/signin/unknown`, GERMAN);
    expect([unknown.status, unknown.body.includes('Anmeldung nicht gefunden')]).toEqual([404, true]);
    const callback = `${world.app.url}/aip/g-unknown/oauth/callback`;
    expect((await new Browser().get(callback, GERMAN)).body).toContain('Dieser Anmeldung ist nicht zu trauen');
    const signIn = await (await world.user()).getsSignInLink();
    for (let requests = 0; requests < 20; requests += 1) await new Browser().get(signIn.offer.url);
    const refused = await new Browser().get(signIn.offer.url, GERMAN);
    expect([refused.status, refused.body.includes('Bitte warten Sie einen Moment')]).toEqual([429, true]);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

describe('the page of a failed sign-in', () => {
  it.each([
    ['invalid_client', 'not set up to work together'],
    ['invalid_grant', 'The sign-in failed'],
  ])('explains what to do instead of showing the error code %s', async (error, text) => {
    world.provider.behavior = { tokenResponse: { status: 400, body: JSON.stringify({ error }) } };
    const alice = await world.user();
    const signIn = await alice.signsIn();
    const { body } = await alice.browser.followRedirect();
    expect(body).toContain(text);
    expect(body).not.toContain(error);
    expect(body).toContain(signIn.offer.id);
  });
});

describe('the brand of a page', () => {
  async function branded(brand: object) {
    const tenant = await world.app.tenant('Acme');
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, brand);
    return new EndUser((await world.notesGpt({}, tenant)).gpt, 'alice');
  }

  it("shows the tenant's logo and color on every page of a sign-in", async () => {
    const alice = await branded({ logo: logo(), accent_color: '#ffd400' });
    const signIn = await alice.getsSignInLink();
    const pages = [await signIn.opensTheLink()];
    await alice.browser.submit();
    pages.push(alice.browser.page);
    pages.push(await new Browser().post(signIn.offer.url, {}, { follow: false }));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 410]);
    for (const { body, headers } of pages) {
      expect(body).toContain(`<img src="${logo()}" alt="">`);
      expect(body).toContain('--brand:#ffd400;--on-brand:#000000');
      expect(headers.get('content-security-policy')).toContain('img-src data:');
      expect(body).not.toMatch(/style="/);
    }
  });

  it('is absent on the page of an unknown link, and has no image without a logo', async () => {
    const page = await new Browser().get(`${world.app.url}/signin/unknown`);
    expect(page.body).not.toMatch(/<header|<img/);
    const alice = await branded({ accent_color: '#00205b' });
    const { body } = await (await alice.getsSignInLink()).opensTheLink();
    expect(body).toContain('--on-brand:#ffffff');
    expect(body).not.toContain('<img');
  });
});
