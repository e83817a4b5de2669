import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { EndUser, type SignInAttempt } from '../support/end-user.js';
import { logo } from '../support/logo.js';
import { OAuthWorld } from '../support/oauth-world.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';

let world: OAuthWorld;
let browser: ConsoleBrowser;
let visitor: Visitor;
let tenant: TestTenant;

beforeAll(async () => {
  [world, browser] = await Promise.all([OAuthWorld.start(), ConsoleBrowser.start()]);
  tenant = await world.app.tenant('Acme Assistants');
  const brand = { logo: logo('e4572e', 40, 40), accent_color: '#e4572e' };
  const { status } = await tenant.admin.patch(`/v1/tenants/${tenant.id}`, brand);
  expect(status).toBe(200);
});

afterAll(() => Promise.all([world.stop(), browser.stop()]));

beforeEach(() => world.reset());

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

/** Axe looks with a script; what users do is tried without any. */
async function comes({ javaScript = false, locale = 'en' } = {}): Promise<void> {
  visitor = await browser.visitor(world.app, { javaScript, hosts: [new URL(world.provider.url).origin] });
  await visitor.context.setExtraHTTPHeaders({ 'accept-language': locale });
  // The browser's console tells of each refusal, and asks for an icon that no page has.
  visitor.expectedErrors.push(/status of 4\d\d/, /favicon/);
}

async function offered(user = 'user-17', schema: object = {}): Promise<SignInAttempt> {
  const { gpt } = await world.notesGpt(schema, tenant);
  return new EndUser(gpt, user).getsSignInLink();
}

const LOCALES = { en: 'en-GB,en;q=0.9', de: 'de-DE,de;q=0.9,en;q=0.5' } as const;

const SAID = {
  en: {
    button: /^Sign in to /,
    connected: /^You are signed in to /,
    denied: 'You did not sign in',
    failed: /could not be connected$/,
    expired: 'This link has expired',
    unknown: 'Sign-in not found',
    elsewhere: 'Please use one browser',
    other: 'Deutsch',
  },
  de: {
    button: /^Bei .* anmelden$/,
    connected: /^Sie sind bei .* angemeldet$/,
    denied: 'Sie haben sich nicht angemeldet',
    failed: /konnte nicht verbunden werden$/,
    expired: 'Dieser Link ist abgelaufen',
    unknown: 'Anmeldung nicht gefunden',
    elsewhere: 'Bitte bleiben Sie in einem Browser',
    other: 'English',
  },
};

const heading = (name: string | RegExp) => visitor.page.getByRole('heading', { level: 1, name }).waitFor();

describe.each(['en', 'de'] as const)('The sign-in pages in %s', (language) => {
  const said = SAID[language];
  const locale = LOCALES[language];

  it('work without JavaScript from the link to the end', async () => {
    await comes({ locale });
    const { offer } = await offered();
    await visitor.page.goto(offer.url);
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe(language);
    await visitor.page.getByRole('button', { name: said.button }).click();
    await heading(said.connected);
    expect(visitor.page.url()).toBe(`${world.app.url}/signin/done/${offer.id}`);
  });

  it('are accessible for every outcome of a sign-in', async () => {
    await comes({ javaScript: true, locale });
    const { page } = visitor;
    const findings = (name: string) => visitor.accessibilityFindings(`pages-${name}-${language}`);
    const link = await offered();
    await page.goto(link.offer.url);
    expect(await findings('sign-in')).toEqual([]);
    await page.getByRole('button', { name: said.button }).click();
    await heading(said.connected);
    expect(await findings('connected')).toEqual([]);

    world.provider.behavior = { redirectWith: { code: '', error: 'access_denied' } };
    await page.goto((await offered()).offer.url);
    await page.getByRole('button', { name: said.button }).click();
    await heading(said.denied);
    expect(await findings('denied')).toEqual([]);

    world.provider.behavior = { tokenResponse: { status: 401, body: '{"error":"invalid_client"}' } };
    await page.goto((await offered()).offer.url);
    await page.getByRole('button', { name: said.button }).click();
    await heading(said.failed);
    expect(await findings('failed')).toEqual([]);
    world.reset();

    await page.goto(`${world.app.url}/signin/unknown`);
    await heading(said.unknown);
    expect(await findings('unknown')).toEqual([]);

    const used = await offered();
    await used.opensTheLink();
    await used.pressesTheButton();
    await used.signsInAtTheProvider();
    await page.goto(used.callbackUrl);
    await heading(said.elsewhere);
    expect(await findings('other-browser')).toEqual([]);

    const late = await offered();
    world.app.clock.advance({ minutes: 16 });
    await page.goto(late.offer.url);
    await heading(said.expired);
    expect(await findings('expired')).toEqual([]);
  });
});

it('The sign-in page shows the error of a per-user key at its field', async () => {
  await comes({ javaScript: true });
  const gpt = await tenant.gpt();
  const schema = { type: 'api_key', auth_type: 'bearer', per_user: true };
  await gpt.action(world.api.document({ '/notes': { get: { operationId: 'listNotes', responses: {} } } }), schema);
  const { offer } = await new EndUser(gpt, 'user-17').getsSignInLink();
  await visitor.page.goto(offer.url);
  expect(await visitor.accessibilityFindings('pages-own-key')).toEqual([]);
  const field = visitor.page.getByLabel('Your API key');
  await field.fill('käse 🧀');
  await field.press('Enter');
  await visitor.page.getByRole('alert').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(await visitor.accessibilityFindings('pages-own-key-error')).toEqual([]);
});

it('The sign-in page shows that the sign-in awaits the verification of the tenant', async () => {
  await comes({ javaScript: true });
  const own = await world.app.tenant('Acme');
  const settings = { user_verification: 'redirect', user_verification_url: 'https://chat.acme.example/verify' };
  await own.admin.patch(`/v1/tenants/${own.id}`, settings);
  const attempt = await new EndUser((await world.notesGpt({}, own)).gpt, 'user-17').signsInAtProvider();
  await attempt.returns();
  await visitor.page.goto(`${world.app.url}/signin/done/${attempt.offer.id}`);
  await heading('One more step');
  expect(await visitor.accessibilityFindings('pages-verification')).toEqual([]);
});

it('The sign-in page asks a rate-limited user to wait, in the chosen language', async () => {
  const limited = await world.app.replica({ RATE_LIMIT_SIGN_IN: '2' });
  try {
    visitor = await browser.visitor(limited);
    visitor.expectedErrors.push(/429/, /favicon/);
    const { pathname } = new URL((await offered()).offer.url);
    await visitor.page.goto(pathname);
    await visitor.page.getByRole('link', { name: 'Deutsch' }).click();
    await visitor.page.getByRole('button', { name: SAID.de.button }).waitFor();
    await visitor.page.goto(pathname);
    await heading('Bitte warten Sie einen Moment');
    expect(await visitor.accessibilityFindings('pages-too-fast-de')).toEqual([]);
  } finally {
    await limited.stop();
  }
});

it('The sign-in page works by keyboard, with a visible focus', async () => {
  await comes();
  await visitor.page.goto((await offered()).offer.url);
  await visitor.page.keyboard.press('Tab');
  const button = visitor.page.getByRole('button', { name: SAID.en.button });
  expect(await button.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  expect(await visitor.page.evaluate('getComputedStyle(document.activeElement).outlineWidth')).toBe('3px');
  await visitor.page.keyboard.press('Enter');
  await heading(SAID.en.connected);
});

it('The sign-in page does not overflow at a width of 320 pixels, or with text of twice the size', async () => {
  await comes({ javaScript: true, locale: 'de' });
  const { page } = visitor;
  await page.goto((await offered(`user-${'x'.repeat(80)}@example.com`)).offer.url);
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = () =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 640, height: 800 });
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  expect(await overflow()).toBeLessThanOrEqual(0);
  const cut = await page.evaluate<string[]>(
    '[...document.querySelectorAll("body *")].filter((each) => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0).map(({ tagName }) => tagName)',
  );
  expect(cut).toEqual([]);
});

describe('The connected-accounts page', () => {
  async function link(name: string): Promise<{ url: string; user: EndUser }> {
    const document = world.api.document({ '/notes': { get: { operationId: 'listNotes', responses: {} } } });
    const gpts = [
      await tenant.gpt('Note keeper'),
      await tenant.gpt('Mail helper with a rather long name that goes on'),
    ];
    for (const gpt of gpts) {
      await gpt.action(document, world.provider.schema());
      await new EndUser(gpt, name).signsIn();
    }
    const user = new EndUser(gpts[1] as TestGpt, name);
    const answer = await tenant.runtime.post('/v1/connected-accounts-links', { user: name });
    return { url: answer.body.url, user };
  }

  it('lists and disconnects accounts by keyboard without JavaScript', async () => {
    await comes();
    const { url, user } = await link('user-41');
    const { page } = visitor;
    await page.goto(url);
    await press('button', 'Show the accounts');
    await heading('Your connected accounts');
    await press('link', /^Disconnect: .* from Mail helper/);
    await heading(/^Disconnect .*\?$/);
    await press('button', 'Disconnect');
    await page.getByRole('status').getByText('is disconnected').waitFor();
    expect((await user.connection()).status).toBe('revoked');
    await press('button', 'Done');
    await heading('All done');
    await page.goBack();
    await page.reload();
    await heading('All done');
  });

  /** Moves to a control with Tab, and presses Enter. */
  async function press(role: 'button' | 'link', name: string | RegExp): Promise<void> {
    const target = visitor.page.getByRole(role, { name }).first();
    await target.waitFor();
    for (let steps = 0; steps < 20; steps += 1) {
      await visitor.page.keyboard.press('Tab');
      if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) {
        return visitor.page.keyboard.press('Enter');
      }
    }
    throw new Error(`Tab does not reach ${String(name)}`);
  }

  it.each(['en', 'de'] as const)('is accessible in %s', async (language) => {
    await comes({ javaScript: true, locale: LOCALES[language] });
    const { page } = visitor;
    const findings = (name: string) => visitor.accessibilityFindings(`accounts-${name}-${language}`);
    const name = `user-${language}`;
    const { url } = await link(name);
    const [, older] = (await tenant.admin.get(`/v1/connections?user=${name}&status=active`)).body.data;
    await world.changeRow(older, { status: 'reconnect_required', tokens: null });
    await page.goto(url);
    expect(await findings('open')).toEqual([]);
    await page.getByRole('button').click();
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    expect(await findings('list')).toEqual([]);
    await page
      .getByRole('link', { name: /Mail helper/ })
      .last()
      .click();
    expect(await findings('ask')).toEqual([]);
    await page.getByRole('button').click();
    await page.getByRole('status').waitFor();
    expect(await findings('ended')).toEqual([]);
    for (const { id, status } of (await tenant.admin.get(`/v1/connections?user=${name}`)).body.data) {
      if (status !== 'revoked') await tenant.admin.delete(`/v1/connections/${id}`);
    }
    await page.goto(url);
    expect(await findings('none')).toEqual([]);
    await page.getByRole('button').click();
    await page.getByRole('heading', { level: 1, name: /All done|Alles erledigt/ }).waitFor();
    expect(await findings('done')).toEqual([]);
  });
});
