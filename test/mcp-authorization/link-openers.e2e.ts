import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from '../../examples/notes-provider/browser.js';
import { WaitTimes } from '../../src/mcp/tools/wait-times.js';
import type { ApiResponse } from '../support/client.js';
import { AuthorizedGpt } from '../support/mcp-authorization/authorization-world.js';
import { SigningIssuer } from '../support/mcp-authorization/signing-issuer.js';
import { McpWorld, textOf } from '../support/mcp-world.js';
import { OAuthWorld } from '../support/oauth-world.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS } from '../support/upstream.js';

const PUBLIC_URL = 'https://countersign.example.com';
const COOKIE = '__Host-countersign-user';
const BUILTIN = { authorization: 'builtin', login_url: 'https://chat.acme.example/login' };
const REDIRECT = { user_verification: 'redirect', user_verification_url: 'https://chat.acme.example/verify' };
const NOTE = { body: { title: 'Milk' } };
const URL_MODE = { elicitation: { url: {} } };
const LINK = /https:\S+\/(?:signin|mcp\/confirm)\/[\w-]+/;

/** Countersign behind a proxy that ends TLS. */
let world: OAuthWorld;
let tenant: TestTenant;

beforeAll(async () => {
  world = await OAuthWorld.start({ environment: { PUBLIC_URL, TRUSTED_PROXIES: '127.0.0.1' } });
});

afterAll(() => world.stop());

beforeEach(async () => {
  world.reset();
  world.app.get(WaitTimes).linkMs = 50;
  tenant = await world.app.tenant('Acme');
});

/** A GPT whose calls need a sign-in (`listNotes`) or, without a credential, a confirmation (`createNote`). */
class Assistant {
  private constructor(
    readonly gpt: AuthorizedGpt,
    private readonly mcp: McpWorld,
    readonly tool: 'listNotes' | 'createNote',
  ) {}

  static async create(tool: 'listNotes' | 'createNote', settings: object = BUILTIN, of = tenant): Promise<Assistant> {
    const gpt = await of.gpt();
    const auth = tool === 'listNotes' ? world.provider.schema() : undefined;
    await gpt.action(world.api.document(NOTES_PATHS), auth);
    const mcp = await McpWorld.of(world.app, world.api, gpt, settings);
    return new Assistant(new AuthorizedGpt(world.app, gpt), mcp, tool);
  }

  /** A user approves an authorization in a browser. @returns the access token */
  async isConnected(user: string, browser: Browser): Promise<string> {
    return (await this.gpt.tokens(user, {}, browser)).access_token;
  }

  call(bearer: string, more: { capabilities?: object; more?: object; user?: string } = {}): Promise<ApiResponse> {
    const args = this.tool === 'createNote' ? NOTE : {};
    const headers = { 'x-forwarded-host': new URL(PUBLIC_URL).host };
    return this.mcp.call(this.tool, args, { bearer, at: { url: world.app.reachable }, headers, ...more });
  }

  /** The link in the answer to a call. */
  async link(bearer: string, user?: string): Promise<string> {
    const text = textOf(await this.call(bearer, { user }));
    const [link] = LINK.exec(text) ?? [];
    if (link === undefined) throw new Error(`no link: ${text}`);
    return link;
  }

  async userToken(user: string): Promise<string> {
    return (await this.mcp.token(user)).token;
  }

  async signIn(): Promise<ApiResponse['body']> {
    const { body } = await tenant.admin.get(`/v1/sign-ins?gpt_id=${this.gpt.gpt.id}`);
    return body.data[0];
  }

  async trace(): Promise<ApiResponse['body']> {
    return (await tenant.admin.get(`/v1/sign-ins/${(await this.signIn()).id}/trace`)).body;
  }
}

const cookieOf = (browser: Browser) => browser.cookies.of(PUBLIC_URL)[COOKIE] ?? '';

/** Returns a browser with a cookie. */
function browserWith(value: string, name = COOKIE): Browser {
  const browser = world.app.browser();
  browser.cookies.store(PUBLIC_URL, [`${name}=${value}; Path=/; Secure`]);
  return browser;
}

/** Presses the main button of a page that the browser may not have been shown. */
function presses(browser: Browser, link: string): Promise<Page> {
  const headers = { 'sec-fetch-site': 'same-origin' };
  return browser.post(link, { answer: 'agreed' }, { follow: false, headers });
}

/** Opens and presses everything, as a browser that got the link from someone. */
async function expectRefusal(browser: Browser, link: string): Promise<void> {
  const shown = await browser.get(link);
  expect([shown.status, shown.forms]).toEqual([403, []]);
  expect(shown.body).toContain('This link is not for this browser');
  expect(shown.body).not.toMatch(/mallory|victim/);
  const pressed = await presses(browser, link);
  expect([pressed.status, pressed.forms]).toEqual([403, []]);
}

/** The browsers of victims, each with what an attacker called `mallory` may wish to be taken for their own cookie. */
const VICTIMS: [string, (assistant: Assistant, attacker: Browser) => Promise<Browser>][] = [
  ['no cookie', async () => world.app.browser()],
  [
    'the cookie of its own user',
    async (assistant) => {
      const browser = world.app.browser();
      await assistant.isConnected('victim', browser);
      return browser;
    },
  ],
  [
    'a cookie of the same user of another tenant',
    async () => {
      const browser = world.app.browser();
      await (await Assistant.create('createNote', BUILTIN, await world.app.tenant())).isConnected('mallory', browser);
      return browser;
    },
  ],
  ['a cookie of random letters', async (_, attacker) => browserWith('x'.repeat(cookieOf(attacker).length))],
  [
    'a cookie of names in plain text',
    async () => browserWith(Buffer.from(`${tenant.id} mallory`).toString('base64url')),
  ],
  [
    'an altered cookie of the attacker',
    async (_, attacker) =>
      browserWith(cookieOf(attacker).replace(/(?<=^.{60})./, (letter) => (letter === 'A' ? 'B' : 'A'))),
  ],
  [
    'a value that was sealed for the same tenant and another purpose',
    async (assistant) => browserWith(await assistant.gpt.client()),
  ],
  [
    'the attacker’s cookie under a name that other hosts can set',
    async (_, attacker) => browserWith(cookieOf(attacker), 'countersign-user'),
  ],
];

describe('the consent page', () => {
  it('sets a __Host- cookie that tells neither tenant nor user, once the user has approved', async () => {
    const { gpt } = await Assistant.create('listNotes');
    const browser = world.app.browser();
    const attempt = gpt.attempt(await gpt.client(), browser);
    await attempt.startsAuthorizing();
    await attempt.isVerified('mallory');
    await attempt.opensConsent();
    expect(cookieOf(browser)).toBe('');
    await attempt.allows();
    const [set = ''] = browser.page.headers.getSetCookie();
    expect(set).toMatch(
      /^__Host-countersign-user=[\w-]{100,300}; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const bytes = Buffer.from(cookieOf(browser), 'base64url').toString('latin1');
    for (const known of ['mallory', tenant.id, tenant.id.slice(2)])
      expect([bytes.includes(known), set.includes(known)]).toEqual([false, false]);
  });

  it('sets no cookie if the user denies', async () => {
    const { gpt } = await Assistant.create('listNotes');
    const attempt = gpt.attempt(await gpt.client());
    await attempt.startsAuthorizing();
    await attempt.isVerified('mallory');
    await attempt.opensConsent();
    await attempt.denies();
    expect(attempt.response['error']).toBe('access_denied');
    expect(cookieOf(attempt.browser)).toBe('');
  });

  it('makes a browser known for five tenants, and for the latest user of each', async () => {
    const browser = world.app.browser();
    const links: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const assistant = await Assistant.create('createNote', BUILTIN, await world.app.tenant());
      links.push(await assistant.link(await assistant.isConnected(`user-${count}`, browser)));
      expect(cookieOf(browser).split('.')).toHaveLength(Math.min(count + 1, 5));
    }
    const statuses = [];
    for (const link of links) statuses.push((await browser.get(link)).status);
    expect(statuses).toEqual([403, 200, 200, 200, 200, 200]);

    const assistant = await Assistant.create('createNote');
    const first = await assistant.link(await assistant.isConnected('first', browser));
    const second = await assistant.link(await assistant.isConnected('second', browser));
    expect([(await browser.get(first)).status, (await browser.get(second)).status]).toEqual([403, 200]);
    expect(cookieOf(browser).split('.')).toHaveLength(5);
  });
});

describe('the link to a sign-in that an MCP client shows', () => {
  it.each(VICTIMS)('connects nothing in a browser with %s', async (_, victimOf) => {
    const assistant = await Assistant.create('listNotes');
    const attacker = world.app.browser();
    const token = await assistant.isConnected('mallory', attacker);
    const link = await assistant.link(token);
    const victim = await victimOf(assistant, attacker);
    // The victim has opened another sign-in before, so that their browser has the cookie that binds it.
    await victim.get((await assistant.gpt.gpt.call('listNotes', { user: 'victim' })).body.sign_in.url);
    await expectRefusal(victim, link);
    expect(world.provider.requests).toHaveLength(0);
    // It works where it should, and still does.
    await attacker.get(link);
    await attacker.submit();
    expect(attacker.page.body).toContain('You are signed in');
    expect(textOf(await assistant.call(token))).toBe('{"ok":true}');
    await expectRefusal(victim, link);
  });

  it('notes refusals in the trace, but no link previews', async () => {
    const assistant = await Assistant.create('listNotes');
    const token = await assistant.isConnected('mallory', world.app.browser());
    const link = await assistant.link(token);
    const stranger = world.app.browser();
    const preview = await stranger.get(link, { headers: { 'sec-purpose': 'prefetch' } });
    expect(preview.status).toBe(403);
    expect((await assistant.trace()).steps.map(({ name }: { name: string }) => name)).toEqual(['offered']);
    await stranger.get(link);
    const other = world.app.browser();
    await assistant.isConnected('victim', other);
    await presses(other, link);
    const { steps, diagnosis_code, status } = await assistant.trace();
    expect([status, diagnosis_code]).toEqual(['pending', 'opener_not_verified']);
    expect(steps.slice(1)).toEqual([
      expect.objectContaining({ name: 'verification', decision: expect.stringContaining('has no cookie') }),
      expect.objectContaining({ name: 'verification', decision: expect.stringContaining('names another user') }),
    ]);
    expect(JSON.stringify(steps)).not.toMatch(/mallory|victim/);
  });

  it('is refused in the language of the browser, with the tenant’s brand', async () => {
    const assistant = await Assistant.create('listNotes');
    const link = await assistant.link(await assistant.isConnected('mallory', world.app.browser()));
    const { status, body } = await world.app.browser().get(`${link}?lang=de`);
    expect([status, body]).toEqual([403, expect.stringContaining('Dieser Link ist nicht für diesen Browser')]);
    expect(body).toContain('Acme');
  });

  it('works in a browser after its user has connected an assistant of the same tenant there', async () => {
    const assistant = await Assistant.create('listNotes');
    const link = await assistant.link(await assistant.isConnected('alice', world.app.browser()));
    const browser = world.app.browser();
    await expectRefusal(browser, link);
    await (await Assistant.create('createNote')).isConnected('alice', browser);
    await browser.get(link);
    await browser.submit();
    expect(browser.page.body).toContain('You are signed in');
  });

  it('stays the same link when the client asks again, and stays refused', async () => {
    const assistant = await Assistant.create('listNotes');
    const token = await assistant.isConnected('mallory', world.app.browser());
    const first = (await assistant.call(token, { capabilities: URL_MODE })).body.result;
    const more = { requestState: first.requestState, inputResponses: { countersign: { action: 'accept' } } };
    const again = (await assistant.call(token, { capabilities: URL_MODE, more })).body.result;
    const { url } = again.inputRequests.countersign.params;
    expect(url).toBe(first.inputRequests.countersign.params.url);
    await expectRefusal(world.app.browser(), url);
  });

  it('takes no key that is pasted in another browser', async () => {
    const assistant = await Assistant.create('createNote');
    const auth = { type: 'api_key', auth_type: 'bearer', per_user: true };
    const [action] = (await tenant.admin.get(`${assistant.gpt.gpt.path}/actions`)).body.data;
    const path = `${assistant.gpt.gpt.path}/actions/${action.id}/auth`;
    expect((await tenant.admin.put(path, auth)).status).toBe(200);
    const browser = world.app.browser();
    const link = await assistant.link(await assistant.isConnected('mallory', browser));
    const victim = world.app.browser();
    await expectRefusal(victim, link);
    const pasted = await victim.post(link, { api_key: 'a-key-of-the-victim' }, { follow: false });
    expect([pasted.status, (await assistant.signIn()).status]).toEqual([403, 'pending']);
    await browser.get(link);
    await browser.submit({ api_key: 'a-key-of-mallory' });
    expect((await assistant.signIn()).status).toBe('connected');
  });

  it('is left to the tenant’s server with user_verification: redirect', async () => {
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, REDIRECT);
    const assistant = await Assistant.create('listNotes');
    const link = await assistant.link(await assistant.isConnected('mallory', world.app.browser()));
    const victim = world.app.browser();
    expect((await victim.get(link)).status).toBe(200);
    await victim.submit({}, { follow: (url) => !url.startsWith('https://chat.acme.example') });
    expect(victim.redirect).toContain('https://chat.acme.example/verify?sign_in=');
    expect(world.provider.tokenRequests).toHaveLength(0);
  });

  it('connects nothing if the tenant stops verifying its users while the victim is at the provider', async () => {
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, REDIRECT);
    const assistant = await Assistant.create('listNotes');
    const attacker = world.app.browser();
    const token = await assistant.isConnected('mallory', attacker);
    const links = [await assistant.link(token), await assistant.link(token)];
    const atProvider = { follow: (url: string) => url.startsWith(world.provider.url) };
    const victim = world.app.browser();
    for (const [index, browser] of [victim, attacker].entries()) {
      await browser.get(links[index] ?? '');
      await browser.submit({}, atProvider);
    }
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { user_verification: 'page' });
    await victim.followRedirect();
    expect(victim.page.body).toContain('could not be connected');
    expect(world.provider.tokenRequests).toHaveLength(0);
    await attacker.followRedirect();
    expect(attacker.page.body).toContain('You are signed in');
  });
});

describe('the link to a confirmation that an MCP client shows', () => {
  it.each(VICTIMS)('confirms nothing in a browser with %s', async (_, victimOf) => {
    const assistant = await Assistant.create('createNote');
    const attacker = world.app.browser();
    const token = await assistant.isConnected('mallory', attacker);
    const link = await assistant.link(token);
    const victim = await victimOf(assistant, attacker);
    await expectRefusal(victim, link);
    // The page is still open for the same call, in the browser that it is for.
    expect(await assistant.link(token)).toBe(link);
    expect(world.api.requests).toHaveLength(0);
    expect((await attacker.get(link)).body).toContain('mallory');
    await attacker.submit({}, { button: 'Allow' });
    expect(attacker.page.body).toContain('The call is allowed');
    world.api.respondWith(() => ({ body: { ok: true } }));
    expect(textOf(await assistant.call(token))).toBe('{"ok":true}');
  });

  it('opens in a browser that is not known with user_verification: redirect, but not in another user’s', async () => {
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, REDIRECT);
    const assistant = await Assistant.create('createNote');
    const link = await assistant.link(await assistant.isConnected('mallory', world.app.browser()));
    const victim = world.app.browser();
    await (await Assistant.create('listNotes')).isConnected('victim', victim);
    await expectRefusal(victim, link);
    expect((await world.app.browser().get(link)).status).toBe(200);
  });

  it('is refused in the language of the browser, with the tenant’s brand', async () => {
    const assistant = await Assistant.create('createNote');
    const link = await assistant.link(await assistant.isConnected('mallory', world.app.browser()));
    const { status, body } = await world.app.browser().get(`${link}?lang=de`);
    expect([status, body]).toEqual([403, expect.stringContaining('Dieser Link ist nicht für diesen Browser')]);
    expect(body).toContain('Acme');
  });
});

describe('links that a tenant’s server or a user token shows', () => {
  const runtimeKey = async () => tenant.runtime.key ?? '';

  it.each<[string, (assistant: Assistant) => Promise<string>]>([
    ['runtime key', runtimeKey],
    ['user token', (assistant) => assistant.userToken('alice')],
  ])('work in any browser for a %s', async (_, bearerOf) => {
    const signIns = await Assistant.create('listNotes');
    const browser = world.app.browser();
    await browser.get(await signIns.link(await bearerOf(signIns), 'alice'));
    await browser.submit();
    expect(browser.page.body).toContain('You are signed in');
    const confirmations = await Assistant.create('createNote');
    const bearer = await bearerOf(confirmations);
    await browser.get(await confirmations.link(bearer, 'alice'));
    await browser.submit({}, { button: 'Allow' });
    world.api.respondWith(() => ({ body: { ok: true } }));
    expect(textOf(await confirmations.call(bearer, { user: 'alice' }))).toBe('{"ok":true}');
  });

  it('work in any browser if the REST API created them', async () => {
    const { gpt } = (await Assistant.create('listNotes')).gpt;
    const [action] = (await tenant.admin.get(`${gpt.path}/actions`)).body.data;
    const body = { gpt_id: gpt.id, action_id: action.id, user: 'alice' };
    const created = (await tenant.runtime.post('/v1/sign-ins', body)).body;
    const called = (await gpt.call('listNotes', { user: 'alice' })).body.sign_in;
    for (const { url } of [created, called]) expect((await world.app.browser().get(url)).status).toBe(200);
  });

  it('are not those of a client with an access token, whichever asks for the same call first', async () => {
    const assistant = await Assistant.create('createNote');
    const bearer = await assistant.isConnected('alice', world.app.browser());
    const key = await runtimeKey();
    const links = [
      await assistant.link(key, 'alice'),
      await assistant.link(bearer),
      await assistant.link(key, 'alice'),
    ];
    expect(links[1]).not.toBe(links[0]);
    expect(links[2]).toBe(links[0]);
    const stranger = world.app.browser();
    expect((await stranger.get(links[1] ?? '')).status).toBe(403);
    expect((await stranger.get(links[0] ?? '')).status).toBe(200);
    await presses(stranger, links[0] ?? '');
    // What was agreed to on a page that any browser can open is not used for the client.
    expect(await assistant.link(bearer)).toBe(links[1]);
  });
});

describe('links for users of the tenant’s identity provider', () => {
  let issuer: SigningIssuer;

  beforeAll(async () => {
    issuer = await SigningIssuer.start();
  });

  afterAll(() => issuer.stop());

  /** Returns an assistant with a user's JWT. */
  async function connected(tool: 'listNotes' | 'createNote', user = 'alice') {
    const key = await issuer.addKey(`key of ${user}`);
    const assistant = await Assistant.create(tool, { authorization: 'jwt', issuer: 'https://login.acme.example' });
    await assistant.gpt.isSetUp({ authorization: 'jwt', issuer: issuer.url, jwksUri: issuer.jwksUri, loginUrl: null });
    const exp = Math.floor(world.app.clock.now().getTime() / 1000) + 300;
    const claims = { iss: issuer.url, aud: assistant.gpt.url, sub: user, exp };
    return { assistant, token: await issuer.sign(key, { alg: 'ES256', kid: `key of ${user}` }, claims) };
  }

  it.each(['listNotes', 'createNote'] as const)(
    'with user_verification: page work only after a consent at another GPT of the tenant (%s)',
    async (tool) => {
      const { assistant, token } = await connected(tool);
      const link = await assistant.link(token);
      const browser = world.app.browser();
      await expectRefusal(browser, link);
      await (await Assistant.create('listNotes')).isConnected('alice', browser);
      expect((await browser.get(link)).status).toBe(200);
    },
  );

  it('with user_verification: redirect lead to the tenant’s server for a sign-in', async () => {
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, REDIRECT);
    const { assistant, token } = await connected('listNotes');
    expect((await world.app.browser().get(await assistant.link(token))).status).toBe(200);
  });

  it('with user_verification: redirect show a confirmation in a browser that is not known, but not in another user’s', async () => {
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, REDIRECT);
    const { assistant, token } = await connected('createNote');
    const link = await assistant.link(token);
    const victim = world.app.browser();
    await (await Assistant.create('listNotes')).isConnected('victim', victim);
    await expectRefusal(victim, link);
    const browser = world.app.browser();
    expect((await browser.get(link)).status).toBe(200);
    await browser.submit({}, { button: 'Allow' });
    world.api.respondWith(() => ({ body: { ok: true } }));
    expect(textOf(await assistant.call(token))).toBe('{"ok":true}');
  });
});
