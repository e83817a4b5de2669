import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { EndUser, type SignInAttempt } from '../support/end-user.js';
import { logo } from '../support/logo.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { NOTES_PATHS } from '../support/upstream.js';
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
  const help = { help_text: 'Create a key under Settings, API keys.', help_url: 'https://keys.example.com/new' };
  const schema = { type: 'api_key', auth_type: 'bearer', per_user: true, ...help };
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

it.each(['en', 'de'] as const)(
  'The sign-in page with described scopes, a privacy policy and a way back is accessible in %s',
  async (language) => {
    await comes({ javaScript: true, locale: LOCALES[language] });
    const own = await world.app.tenant('Acme Assistants');
    await own.admin.patch(`/v1/tenants/${own.id}`, { return_url_origins: ['https://chat.acme.example'] });
    const gpt = await own.gpt();
    const flow = { authorizationUrl: `${world.provider.url}/authorize`, tokenUrl: `${world.provider.url}/token` };
    const scopes = {
      'notes:read': 'Read all of your notes, also those that others share with you',
      'notes:write': 'Change and delete notes',
    };
    const oauth = { type: 'oauth2', flows: { authorizationCode: { ...flow, scopes } } };
    const openapi = world.api.document(NOTES_PATHS, { components: { securitySchemes: { oauth } } });
    const privacy_policy_url = 'https://example.com/privacy';
    expect((await gpt.addAction({ openapi, auth: world.provider.schema(), privacy_policy_url })).status).toBe(201);
    const attempt = await new EndUser(gpt, 'user-17').getsSignInLink({ return_url: 'https://chat.acme.example/back' });
    await visitor.page.goto(attempt.offer.url);
    await visitor.page.getByText('Change and delete notes').waitFor();
    expect(await visitor.accessibilityFindings(`pages-full-${language}`)).toEqual([]);
    world.provider.simulate('access denied');
    await attempt.opensTheLink();
    await attempt.pressesTheButton();
    await attempt.signsInAtTheProvider();
    await attempt.returns();
    await visitor.page.goto(attempt.offer.url);
    await visitor.page.getByRole('link', { name: /^(Back to the assistant|Zurück zum Assistenten)$/ }).waitFor();
    expect(await visitor.accessibilityFindings(`pages-way-back-${language}`)).toEqual([]);
  },
);

it('The callback accepts a form of another site, with which browsers send no cookie', async () => {
  const provider = createServer((request, response) => void postsResponse(request.url ?? '', response));
  await new Promise<void>((resolve) => provider.listen(0, 'localhost', resolve));
  const origin = `http://localhost:${(provider.address() as AddressInfo).port}`;
  visitor = await browser.visitor(world.app, { hosts: [origin] });
  visitor.expectedErrors.push(/favicon/);
  const { page, context } = visitor;
  const schema = { authorization_url: `${origin}/authorize`, authorization_params: { response_mode: 'form_post' } };
  const attempt = await offered('user-18', schema);
  const methods: string[] = [];
  context.on('request', (request) => {
    if (request.url().includes('/aip/')) methods.push(request.method());
  });
  await page.goto(attempt.offer.url);
  await page.getByRole('button').click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await heading(/^You are signed in to /);
  expect(methods).toEqual(['POST', 'GET']);
  expect(await attempt.view()).toMatchObject({ status: 'connected' });
  await new Promise((resolve) => provider.close(resolve));
});

/** Answers an authorization request with a form that posts the response of the provider. */
async function postsResponse(url: string, response: ServerResponse): Promise<void> {
  const granted = await fetch(world.provider.url + url, { redirect: 'manual' });
  const { origin, pathname, searchParams } = new URL(granted.headers.get('location') ?? '');
  const fields = [...searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
  const form = `<form method="post" action="${origin}${pathname}">${fields}<button>Go on</button></form>`;
  const headers = { 'content-type': 'text/html', connection: 'close' };
  response.writeHead(200, headers).end(`<!doctype html><title>Provider</title>${form}`);
}

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
