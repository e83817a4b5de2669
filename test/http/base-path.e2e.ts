import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import { OWN_SEGMENTS } from '../../src/config/index.js';
import { RouteList } from '../../src/http/index.js';
import { Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { PrefixProxy } from '../support/prefix-proxy.js';

/** Takes whole URLs. */
const anyone = new Client('');

describe.each(['strips', 'keeps'] as const)('behind a proxy that %s the path of PUBLIC_URL', (mode) => {
  let proxy: PrefixProxy;
  let world: OAuthWorld;

  beforeAll(async () => {
    proxy = await PrefixProxy.start(mode, '/tools/countersign');
    world = await OAuthWorld.start({ port: proxy.targetPort, environment: { PUBLIC_URL: `${proxy.url}/` } });
  });

  afterAll(async () => {
    await world.stop();
    await proxy.stop();
  });

  beforeEach(() => world.reset());

  afterEach(() => expect(proxy.strays).toEqual([]));

  /** Opens every link of a page that stays at this server, and returns their statuses. */
  async function statusesOf(url: string, links: string[]): Promise<number[]> {
    const targets = links.map((link) => new URL(link, url).href);
    return Promise.all(targets.map(async (target) => (await anyone.get(target)).status));
  }

  it('a user signs in, and every step stays below the path', async () => {
    const alice = await world.user();
    const attempt = await alice.getsSignInLink();
    expect(attempt.offer.url).toMatch(new RegExp(`^${proxy.url}/signin/[\\w-]{43}$`));
    const page = await attempt.opensTheLink();
    expect(page.forms[0]?.action).toBe(new URL(attempt.offer.url).pathname);
    const { browser } = alice;
    const german = await browser.get('?lang=de');
    expect(german.body).toContain('<html lang="de">');
    await attempt.pressesTheButton();
    expect(attempt.authorizationRequest.get('redirect_uri')).toMatch(new RegExp(`^${proxy.url}/aip/`));
    await attempt.signsInAtTheProvider();
    await attempt.returns();
    expect(browser.redirect).toBe(`${proxy.url}/signin/done/${attempt.offer.id}`);
    const done = await browser.followRedirect();
    expect([done.status, done.body]).toEqual([200, expect.stringContaining('angemeldet')]);
    expect((await alice.connection()).status).toBe('active');
  });

  it('the form of another origin is rejected, and that of the own origin is accepted', async () => {
    const attempt = await (await world.user()).getsSignInLink();
    await attempt.opensTheLink();
    const { browser } = attempt.user;
    const submit = (origin: string) => browser.submit({}, { follow: false, headers: { origin } });
    expect((await submit('https://evil.example')).status).toBe(400);
    await attempt.opensTheLink();
    expect((await submit(new URL(proxy.url).origin)).status).toBe(303);
  });

  it('a user opens the connected accounts, disconnects one and finishes', async () => {
    const alice = await world.connectedUser();
    const { id } = await alice.connection();
    const link = await world.tenant.runtime.post('/v1/connected-accounts-links', { user: alice.name });
    const browser = new Browser();
    await browser.get(link.body.url);
    const list = await browser.submit();
    expect(list.body).toContain(`href="${new URL(link.body.url).pathname}/${id}"`);
    await browser.get(`${link.body.url}/${id}`);
    expect((await browser.submit({}, { button: 'Disconnect' })).body).toContain('is disconnected');
    expect((await browser.submit({}, { button: 'Done' })).body).toContain('All done');
    expect(browser.location).toBe(link.body.url);
  });

  it('a user signs in with an own key', async () => {
    const gpt = await world.tenant.gpt();
    const schema = { type: 'api_key', auth_type: 'bearer', per_user: true };
    await gpt.action(world.api.document({ '/notes': { get: { operationId: 'listNotes', responses: {} } } }), schema);
    const attempt = await new EndUser(gpt, 'alice').getsSignInLink();
    await attempt.opensTheLink();
    const done = await attempt.user.browser.submit({ api_key: 'key-1' });
    expect(done.url).toBe(`${proxy.url}/signin/done/${attempt.offer.id}`);
    expect(done.status).toBe(200);
  });

  it('cookies have a name of this path, and are sent to it', async () => {
    const attempt = await (await world.user()).getsSignInLink();
    await attempt.opensTheLink();
    expect(Object.keys(attempt.user.browser.cookies.of(proxy.url))).toEqual(['countersign-tools-countersign']);
  });

  it('the root leads to the console', async () => {
    for (const url of [proxy.url, `${proxy.url}/`]) {
      const { status, headers } = await anyone.get(url);
      expect([status, headers.get('location')]).toEqual([303, '/tools/countersign/console']);
    }
  });

  it('Swagger UI, the API document and the documentation refer to this path', async () => {
    const docs = await world.app.anonymous.get('/docs');
    const assets = [...String(docs.body).matchAll(/(?:src|href)=["']([^"']+)/g)].map(([, link = '']) => link);
    expect(assets.length).toBeGreaterThan(3);
    expect(new Set(await statusesOf(`${proxy.url}/docs`, assets))).toEqual(new Set([200]));
    expect((await world.app.anonymous.get('/docs-json')).body.servers).toEqual([{ url: '/tools/countersign' }]);
    const { body: text } = await world.app.anonymous.get('/llms.txt');
    const links = [...String(text).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
    const pages = links.filter((link) => !link.endsWith('/console'));
    expect(new Set(await statusesOf(`${proxy.url}/llms.txt`, pages))).toEqual(new Set([200]));
  });

  it('the API and the readiness of the server are found', async () => {
    expect((await world.app.anonymous.get('/readyz')).status).toBe(200);
    expect((await world.tenant.admin.get('/v1/gpts')).status).toBe(200);
    expect((await world.app.anonymous.get('/v1/nothing')).body).toMatchObject({ code: 'not_found' });
  });
});

describe('PUBLIC_URL', () => {
  it('cannot begin with the path of a route', async () => {
    const world = await OAuthWorld.start();
    try {
      const segments = world.app.get(RouteList).routes.map(({ path }) => path.split('/')[1] ?? '');
      const own = new Set(segments.filter((segment) => segment !== '' && segment !== '*'));
      expect([...own].filter((segment) => !OWN_SEGMENTS.includes(segment))).toEqual([]);
    } finally {
      await world.stop();
    }
  });
});
