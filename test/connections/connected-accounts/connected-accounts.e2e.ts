import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '../../../examples/notes-provider/browser.js';
import { Database } from '../../../src/database/index.js';
import { ConnectedAccountsLink } from '../../../src/connections/index.js';
import { ConnectedAccountsLinks } from '../../../src/connections/connected-accounts/links.js';
import { Client, type ApiResponse } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Creates a tenant with a GPT of that name and a user who has signed in to it. */
async function connected(gptName = 'Note keeper', tenant?: TestTenant): Promise<EndUser> {
  const own = tenant ?? (await world.app.tenant());
  const gpt = await own.gpt(gptName);
  await gpt.action(
    world.api.document({ '/notes': { get: { operationId: 'listNotes', responses: {} } } }),
    world.provider.schema(),
  );
  const alice = new EndUser(gpt, 'alice');
  await alice.signsIn();
  return alice;
}

async function linkFor(user: EndUser, client: Client = user.gpt.tenant.runtime, body: object = {}): Promise<string> {
  const answer = await client.post('/v1/connected-accounts-links', { user: user.name, ...body });
  expect(answer.status).toBe(201);
  return answer.body.url;
}

/** Returns a browser that has opened a link and pressed the button. */
async function opened(url: string, browser = new Browser()): Promise<Browser> {
  await browser.get(url);
  await browser.submit();
  return browser;
}

async function disconnects(browser: Browser, url: string, connectionId: string): Promise<Page> {
  await browser.get(`${url}/${connectionId}`);
  return browser.submit({}, { button: 'Disconnect' });
}

describe('a connected-accounts link', () => {
  it('is created with an API key and expires after an hour', async () => {
    const alice = await connected();
    const { status, body } = await alice.gpt.tenant.runtime.post('/v1/connected-accounts-links', { user: 'alice' });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(['url', 'expires_at']);
    expect(body.url).toMatch(new RegExp(`^${world.app.url}/connected/[\\w-]{43}$`));
    const left = Date.parse(body.expires_at) - world.app.clock.now().getTime();
    expect([left <= 3_600_000, left > 3_590_000]).toEqual([true, true]);
    const events = (await alice.gpt.tenant.admin.get('/v1/audit-events?type=connected_accounts.link_created')).body
      .data;
    expect(events).toMatchObject([{ target_id: expect.stringMatching(/^cal-/), details: { user: 'alice' } }]);
    expect(JSON.stringify(events)).not.toContain(body.url.split('/').at(-1));
  });

  it.each([
    [{}, '/user'],
    [{ user: '' }, '/user'],
    [{ user: 'x'.repeat(256) }, '/user'],
    // Some databases or encodings treat these as equal to `alice` or `x\ufffd`, which may be other users.
    [{ user: 'alice\0' }, '/user'],
    [{ user: 'alice\0bob' }, '/user'],
    [{ user: 'x\ud800' }, '/user'],
    [{ user: 'alice', return_url: 'https://evil.example/' }, '/return_url'],
    [{ user: 'alice', gpt_id: 'g-1' }, '/gpt_id'],
  ])('is not created from the invalid body %j', async (body, pointer) => {
    const answer = await world.tenant.runtime.post('/v1/connected-accounts-links', body);
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointer}`);
  });

  it('is stored only as a digest', async () => {
    const alice = await connected();
    const url = await linkFor(alice);
    const ticket = url.split('/').at(-1) ?? '';
    const browser = await opened(url);
    await browser.get(`${url}/conn-unknown`);
    await new Browser().get(url);
    const rows = await world.app.get(Database).read((manager) => manager.find(ConnectedAccountsLink));
    const metrics = (await world.app.anonymous.get('/metrics')).body;
    expect(metrics).toContain('/connected/:ticket');
    expect(JSON.stringify(rows) + world.app.logLines.join('') + metrics).not.toContain(ticket);
    expect(world.app.logLines.join('')).toContain('/connected/:ticket');
  });

  it('stops working after an hour, and its row is deleted', async () => {
    const alice = await connected();
    const url = await linkFor(alice);
    const browser = await opened(url);
    const [connection] = await alice.connections();
    world.app.clock.advance({ minutes: 61 });
    expect((await browser.get(url)).status).toBe(410);
    expect((await browser.post(`${url}/${connection?.id}`, {})).status).toBe(410);
    expect((await alice.connection()).status).toBe('active');
    await (world.app.get(ConnectedAccountsLinks) as unknown as { sweep(): Promise<void> }).sweep();
    const left = await world.app.get(Database).read((manager) => manager.find(ConnectedAccountsLink));
    expect(left).toEqual([]);
    expect((await browser.get(url)).status).toBe(404);
  });

  it('stops working when the API key that created it is revoked', async () => {
    const alice = await connected();
    const { body: key } = await alice.gpt.tenant.admin.post('/v1/keys', { role: 'runtime', name: 'short' });
    const url = await linkFor(alice, new Client(world.app.url, key.key));
    const browser = await opened(url);
    expect(browser.page.status).toBe(200);
    await alice.gpt.tenant.admin.delete(`/v1/keys/${key.id}`);
    expect((await browser.get(url)).status).toBe(404);
  });
});

describe('the browser of a connected-accounts link (security rules C3, C4)', () => {
  it('security rule C3: is bound when it presses the button, not when it opens the link', async () => {
    const alice = await connected();
    const url = await linkFor(alice);
    const preview = await new Browser().get(url);
    expect(preview.body).toContain('Show the accounts');
    expect(preview.body).not.toContain(world.api.domain);
    const first = await opened(url);
    expect(first.page.body).toContain(world.api.domain);
    const second = new Browser();
    const pages = [await second.get(url), await second.post(url, {}), await second.get(`${url}/conn-unknown`)];
    for (const { status, body } of pages) {
      expect([status, body.includes('open in another browser')]).toEqual([400, true]);
      expect(body).not.toContain(world.api.domain);
    }
    expect((await first.get(url)).status).toBe(200);
  });

  it('security rule C3: is only one of two that press the button at the same time', async () => {
    const url = await linkFor(await connected());
    const browsers = [new Browser(), new Browser(), new Browser()];
    for (const browser of browsers) await browser.get(url);
    const pressed = await Promise.all(
      browsers.map(async (browser) => (await browser.submit({}, { follow: false })).status),
    );
    expect(pressed.toSorted()).toEqual([303, 400, 400]);
    const seen = await Promise.all(browsers.map(async (browser) => (await browser.get(url)).status));
    expect(seen).toEqual(pressed.map((status) => (status === 303 ? 200 : 400)));
  });

  it('security rule C4: is rejected if the form was submitted from another site', async () => {
    const alice = await connected();
    const url = await linkFor(alice);
    expect((await new Browser().post(url, {})).status).toBe(400);
    const { id } = await alice.connection();
    const browser = await opened(url);
    const sites = ['cross-site', 'same-site', 'none'].map((site) => ({ 'sec-fetch-site': site }));
    for (const headers of [...sites, { origin: 'https://other.example' }]) {
      const answers = [
        await browser.post(`${url}/${id}`, {}, { headers }),
        await browser.post(`${url}/done`, {}, { headers }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    }
    expect((await alice.connection()).status).toBe('active');
    expect((await browser.get(url)).body).toContain(world.api.domain);
  });
});

describe('the connected-accounts page', () => {
  it('lists connections with GPT, domain, date, last use and status', async () => {
    const alice = await connected('Mail helper');
    world.app.clock.advance({ hours: 3 });
    const { body } = (await opened(await linkFor(alice))).page;
    for (const text of [
      'Mail helper',
      world.api.domain,
      'Connected since',
      '3 hours ago',
      'one account to the assistants of Acme',
    ]) {
      expect(body).toContain(text);
    }
  });

  it("lists only the user's own connections, limited to the GPTs of the API key", async () => {
    const tenant = await world.app.tenant();
    const mine = await connected('Mine', tenant);
    await connected('Also mine', tenant);
    await connected('Elsewhere');
    const bob = new EndUser((await world.notesGpt({}, tenant)).gpt, 'bob');
    await bob.signsIn();
    const all = (await opened(await linkFor(mine))).page.body;
    expect([all.includes('>Mine<'), all.includes('>Also mine<'), all.includes('Elsewhere')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(all.match(/<section/g)).toHaveLength(2);
    const { body } = await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'one', gpt_ids: [mine.gpt.id] });
    const url = await linkFor(mine, new Client(world.app.url, body.key));
    const browser = await opened(url);
    expect(browser.page.body.match(/<section/g)).toHaveLength(1);
    const others = (await tenant.admin.get('/v1/connections')).body.data.filter(
      ({ gpt_id }: { gpt_id: string }) => gpt_id !== mine.gpt.id,
    );
    expect(others).toHaveLength(2);
    for (const { id } of others) {
      expect((await browser.get(`${url}/${id}`)).body).toContain('already disconnected');
      await browser.post(`${url}/${id}`, {});
    }
    const statuses = (await tenant.admin.get('/v1/connections')).body.data.map(
      ({ status }: ApiResponse['body']) => status,
    );
    expect(statuses).toEqual(['active', 'active', 'active']);
  });

  it('disconnects after a confirmation, also at the provider, with the user as the actor', async () => {
    const alice = await connected();
    const { id } = await alice.connection();
    const url = await linkFor(alice);
    const browser = await opened(url);
    const question = await browser.get(`${url}/${id}`);
    expect(question.body).toContain(`Disconnect ${world.api.domain}?`);
    expect((await alice.connection()).status).toBe('active');
    const page = await disconnects(browser, url, id);
    expect(page.url).toBe(`${url}?ended=${id}`);
    expect(page.body).toContain(`${world.api.domain} is disconnected`);
    expect(page.body).toContain('No connected accounts');
    expect((await alice.connection()).status).toBe('revoked');
    const { data } = (await alice.gpt.tenant.admin.get('/v1/audit-events?type=connection.revoked')).body;
    expect(data).toMatchObject([{ target_id: id, actor: { user: 'alice' }, details: { reason: 'disconnected' } }]);
    expect((await alice.calls()).body.outcome).toBe('sign_in_required');
    expect((await disconnects(browser, url, id).catch(() => browser.page)).body).toContain('is disconnected');
  });

  it('shows which connections need a new sign-in', async () => {
    const alice = await connected();
    await world.changeRow(await alice.connection(), { status: 'reconnect_required', tokens: null });
    expect((await opened(await linkFor(alice))).page.body).toContain('Sign-in needed');
  });

  it('escapes text that tenants configure', async () => {
    const alice = await connected('"><img src=x onerror=gpt()>');
    const url = await linkFor(alice);
    const browser = await opened(url);
    expect(browser.page.body).not.toMatch(/<img/);
    const { id } = await alice.connection();
    expect((await browser.get(`${url}/${id}`)).body).not.toMatch(/<img/);
    expect((await browser.get(`${url}?ended=${encodeURIComponent('"><img>')}`)).body).not.toMatch(/<img/);
  });

  it('shows no connections once the user has closed the link', async () => {
    const alice = await connected();
    const url = await linkFor(alice);
    const browser = await opened(url);
    const { id } = await alice.connection();
    const page = await browser.submit({}, { button: 'Done' });
    expect([page.status, page.body.includes('All done')]).toEqual([200, true]);
    expect((await browser.get(url)).body).not.toContain(world.api.domain);
    expect((await browser.post(`${url}/${id}`, {})).status).toBe(410);
    expect((await alice.connection()).status).toBe('active');
  });

  it('redirects to an allowed return URL', async () => {
    const alice = await connected();
    const { tenant } = alice.gpt;
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { return_url_origins: ['https://chat.example.com'] });
    const url = await linkFor(alice, tenant.runtime, { return_url: 'https://chat.example.com/settings' });
    const browser = await opened(url);
    const page = await browser.submit({}, { button: 'Done', follow: false });
    expect([page.status, page.headers.get('location')]).toEqual([303, 'https://chat.example.com/settings']);
  });

  it('uses the language of the browser', async () => {
    const url = await linkFor(await connected());
    const browser = new Browser();
    await browser.get(`${url}?lang=de`);
    await browser.submit();
    expect(browser.page.body).toContain('Ihre verbundenen Konten');
    expect(browser.page.body).toContain('Sie haben ein Konto mit den Assistenten von Acme verbunden');
  });

  it('security rule C16: forbids referrers, caching, scripts and framing', async () => {
    const alice = await connected();
    const url = await linkFor(alice);
    const { id } = await alice.connection();
    const browser = new Browser();
    const pages = [await browser.get(url), await browser.submit({}, { follow: false }), await browser.get(url)];
    pages.push(await browser.get(`${url}/${id}`), await browser.get(`${world.app.url}/connected/unknown`));
    for (const { headers, body } of pages) {
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; (?!.*(script-src|unsafe))/);
      expect(body).not.toMatch(/<script|\son\w+=/);
    }
  });
});

it('the connected-accounts page has a rate limit per ticket', async () => {
  const limited = await world.app.replica({ RATE_LIMIT_SIGN_IN: '3' });
  try {
    const alice = await connected();
    const path = new URL(await linkFor(alice)).pathname;
    const statuses = [];
    for (let requests = 0; requests < 4; requests += 1) {
      statuses.push((await new Browser().get(limited.url + path)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  } finally {
    await limited.stop();
  }
});
