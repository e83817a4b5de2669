import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../../examples/notes-provider/browser.js';
import { freePort } from '../../support/free-port.js';
import { Client, type ApiResponse } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { Canaries } from '../../support/canaries.js';
import { NOTES_PATHS } from '../../support/upstream.js';
import { goodRequests, type GoodRequest } from './good-requests.js';
import { misplacedIn, watchPasted } from './misplaced.js';
import { LeakWorld, ticketOf, type Belongings } from './world.js';

const TIMEOUT_MS = 240_000;

interface Operation {
  parameters?: { in: string; name: string }[];
}

/** Public routes: probes and browsers. */
const OPEN = ['GET /healthz', 'GET /readyz', 'GET /metrics'];
const PAGES = [
  'GET /signin/{ticket}',
  'POST /signin/{ticket}',
  'GET /signin/done/{sign_in_id}',
  'GET /aip/{callback_id}/oauth/callback',
  'POST /aip/{callback_id}/oauth/callback',
];

/** The connected-accounts page, which a link leads to. */
const ACCOUNTS = [
  'GET /connected/{ticket}',
  'POST /connected/{ticket}',
  'GET /connected/{ticket}/{connection_id}',
  'POST /connected/{ticket}/{connection_id}',
  'POST /connected/{ticket}/done',
];

/** The page of a consequential call, which a link leads to. */
const CONFIRMATION = ['GET /mcp/confirm/{ticket}', 'POST /mcp/confirm/{ticket}'];

/** Metadata that names a GPT or the redirect URI of an action. */
const METADATA = ['GET /.well-known/oauth-protected-resource/mcp/{gpt_id}', 'GET /aip/{callback_id}/oauth/client.json'];

/** The built-in authorization servers: test/mcp-authorization looks for their secrets. */
const MCP = [
  'GET /.well-known/oauth-authorization-server/mcp/{gpt_id}',
  'GET /.well-known/openid-configuration/mcp/{gpt_id}',
  'GET /mcp/{gpt_id}/.well-known/oauth-authorization-server',
  'GET /mcp/{gpt_id}/.well-known/openid-configuration',
  'GET /mcp/{gpt_id}/authorize',
  'GET /mcp/{gpt_id}/consent/{authorization_id}',
  'POST /mcp/{gpt_id}/consent/{authorization_id}',
  'POST /mcp/{gpt_id}/register',
  'POST /mcp/{gpt_id}/revoke',
  'POST /mcp/{gpt_id}/token',
];

const OPEN_PAGES = [...PAGES, ...ACCOUNTS, ...CONFIRMATION, ...METADATA, ...MCP];

let world: LeakWorld;
let good: Record<string, GoodRequest[]>;
let operations: Record<string, Operation>;

beforeAll(async () => {
  world = await LeakWorld.start();
  good = goodRequests(world);
  const { paths } = (await world.anonymous.get('/docs-json')).body as {
    paths: Record<string, Record<string, Operation>>;
  };
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  operations = Object.fromEntries(all);
}, 150_000);

afterAll(() => world.stop());

function fill(route: string, ids: Record<string, string>): [method: string, path: string] {
  const [method = '', path = ''] = route.split(' ');
  return [method, path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')];
}

/** Sends a request with the ids of a tenant. */
function send(client: Client, route: string, { query, body, text }: GoodRequest, ids: Record<string, string>) {
  const [method, path] = fill(route, ids);
  const content = (text?.body ?? (body && JSON.stringify(body)))?.replaceAll(
    /<(\w+)>/g,
    (_, name: string) => ids[name] ?? '',
  );
  return client.send(method, query ? `${path}?${query}` : path, content, text && { 'content-type': text.type });
}

const clientOf = ({ tenant }: Belongings, role: GoodRequest['as'] = 'admin') =>
  role === 'operator' ? world.operator : tenant[role];

it('requests are defined for every route of the API document', () => {
  expect(Object.keys(operations).toSorted()).toEqual([...Object.keys(good), ...OPEN, ...OPEN_PAGES].toSorted());
});

it(
  'successful requests reveal no secret',
  async () => {
    for (const [route, requests] of Object.entries(good)) {
      const all = await world.tenantWithEverything();
      for (const request of requests) {
        const answer = await send(clientOf(all, request.as), route, request, all.ids);
        expect([route, request.body, answer.status]).toEqual([route, request.body, request.answers]);
        world.see(route, answer);
        if (route === 'POST /v1/sign-ins') world.canaries.watch('ticket', answer.body.url.split('/').at(-1));
        if (route === 'POST /v1/mcp-tokens') world.canaries.watchKey('user token', answer.body.token);
        const key = answer.body?.key ?? answer.body?.admin_key?.key;
        if (key) world.canaries.watchKey(`key made by ${route}`, key);
      }
    }
    for (const route of [...OPEN, 'GET /docs', 'GET /docs-json', 'GET /docs-yaml']) {
      const [method, path] = fill(route, {});
      const answer = await world.anonymous.send(method, path);
      expect([route, answer.status]).toEqual([route, 200]);
      world.see(route, answer);
    }
    expect(world.leaks.splice(0)).toEqual([]);
  },
  TIMEOUT_MS,
);

it('API keys that an API echoes, rejects or fails on do not appear in responses', async () => {
  const { tenant } = await world.tenantWithEverything();
  const auths = good['POST /v1/gpts/{gpt_id}/actions']?.map(({ body }) => body?.['auth'] as { type: string }) ?? [];
  for (const auth of auths.filter(({ type }) => type === 'api_key')) {
    const gpt = await tenant.gpt();
    await gpt.action(world.api.document(NOTES_PATHS), auth);
    for (const status of [200, 302, 401, 429, 500]) {
      world.api.respondWith(({ headers, path, query }) => ({ status, body: { echo: [headers, path, [...query]] } }));
      world.see('a call', await gpt.call('listNotes'));
      world.see('a call that has wrong arguments', await gpt.call('getNote', { arguments: { id: [status] } }));
    }
    expect(world.api.requests.length).toBeGreaterThan(4);
    // Failures during and after the request show the request too.
    world.api.respondWith(() => ({ headers: { 'content-encoding': 'br' }, body: 'rubbish' }));
    // Static headers are stored and shown in plain text elsewhere.
    const misused = new Canaries();
    const static_headers = { 'X-Secret': misused.make('static header') };
    const closed = `http://127.0.0.1:${await freePort()}`;
    for (const url of [world.api.url, closed, 'http://10.1.2.3']) {
      const failing = await tenant.gpt();
      await failing.action({ ...world.api.document(NOTES_PATHS), servers: [{ url }] }, { ...auth, static_headers });
      const which = { operation_id: 'listNotes', show_request: true };
      const answer = await tenant.admin.post(`${failing.path}/call`, which);
      expect([answer.status >= 400, answer.body.request?.url.startsWith(`${url}/notes`)]).toEqual([true, true]);
      world.see('a call that fails, with its request', answer, misused);
    }
  }
  expect(world.leaks.splice(0)).toEqual([]);
});

it('the pages of a sign-in reveal no secret except to the provider', async () => {
  const { gpt, tenant } = await world.tenantWithEverything();
  const alice = new EndUser(gpt, 'carol');
  const attempt = await alice.getsSignInLink();
  world.canaries.watch('ticket', ticketOf(attempt));
  world.see('GET /signin/{ticket}', await attempt.opensTheLink());
  const redirect = await attempt.pressesTheButton();
  expect(redirect.status).toBe(303);
  await attempt.signsInAtTheProvider();
  world.watch(attempt);
  const wrong = new URL(attempt.callbackUrl);
  wrong.searchParams.set('state', 'forged-state-of-nobody');
  world.see('GET /aip/{callback_id}/oauth/callback', await alice.browser.get(wrong.href));
  world.see('POST /aip/{callback_id}/oauth/callback', await new EndUser(gpt, 'x').browser.post(wrong.href, {}));
  world.see('GET /aip/{callback_id}/oauth/callback', await new EndUser(gpt, 'x').browser.get(attempt.callbackUrl));
  world.see('GET /aip/{callback_id}/oauth/callback', await attempt.returns());
  world.see('GET /signin/done/{sign_in_id}', await alice.browser.followRedirect());
  world.see('GET /aip/{callback_id}/oauth/callback', await attempt.returns());
  world.see('GET /signin/{ticket}', await attempt.opensTheLink());
  const { runtime, admin } = tenant;
  const server = new Client(world.server.url);
  world.see('POST /signin/{ticket}', await server.post(`/signin/${ticketOf(attempt)}`));
  world.see('sign-in', await runtime.get(`/v1/sign-ins/${attempt.offer.id}`));
  world.see('trace', await admin.get(`/v1/sign-ins/${attempt.offer.id}/trace`));
  world.watchTheProvider();
  expect(PAGES.filter((page) => !world.answered[page])).toEqual([]);
  expect(world.leaks.splice(0)).toEqual([]);
});

it('the connected-accounts page reveals no secret except its own ticket to its own browser', async () => {
  const { tenant, ids } = await world.tenantWithEverything();
  const { url } = (await tenant.runtime.post('/v1/connected-accounts-links', { user: 'alice' })).body;
  const ticket = String(url).split('/').at(-1) ?? '';
  world.canaries.watch('ticket', ticket);
  const browser = new Browser();
  const account = `${url}/${ids['connection_id']}`;
  world.see('GET /connected/{ticket}', await browser.get(url));
  world.see('POST /connected/{ticket}', await browser.submit());
  world.see('GET /connected/{ticket}', await browser.get(url));
  world.see('GET /connected/{ticket}', await new Browser().get(url));
  world.see('GET /connected/{ticket}/{connection_id}', await new Browser().get(account));
  world.see('GET /connected/{ticket}/{connection_id}', await browser.get(account));
  world.see('POST /connected/{ticket}/{connection_id}', await browser.submit({}, { button: 'Disconnect' }));
  const server = new Client(world.server.url);
  for (const path of ['', '/done']) {
    world.see(`POST /connected/{ticket}${path}`, await server.post(`/connected/${ticket}${path}`));
  }
  expect(ACCOUNTS.filter((page) => !world.answered[page])).toEqual([]);
  expect(world.leaks.splice(0)).toEqual([]);
});

it('the confirmation page reveals no secret except its own ticket', async () => {
  const { tenant, gpt, ids } = await world.tenantWithEverything();
  const params = { name: 'createNote', arguments: { body: { title: 'x' } } };
  const headers = { 'countersign-user': 'alice' };
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
  const asked = await tenant.runtime.send('POST', `/mcp/${gpt.id}`, call, headers);
  const { text } = asked.body.result.content[0];
  const url = /http\S+$/.exec(text)?.[0] ?? '';
  world.canaries.watch('ticket', url.split('/').at(-1) ?? '');
  const browser = new Browser();
  world.see('GET /mcp/confirm/{ticket}', await browser.get(url));
  world.see('POST /mcp/confirm/{ticket}', await browser.submit());
  world.see('GET /mcp/confirm/{ticket}', await browser.get(url));
  world.see('POST /mcp/{gpt_id}', await tenant.runtime.send('POST', `/mcp/${gpt.id}`, call, headers));
  for (const route of METADATA) world.see(route, await world.anonymous.get(fill(route, ids)[1]));
  expect([...CONFIRMATION, ...METADATA].filter((page) => !world.answered[page])).toEqual([]);
  expect(world.leaks.splice(0)).toEqual([]);
});

it('a sign-in with verification reveals no secret except to the tenant', async () => {
  const { gpt, tenant } = await world.tenantWithEverything();
  await tenant.admin.patch(`/v1/tenants/${tenant.id}`, {
    user_verification: 'redirect',
    user_verification_url: 'https://chat.example.com/who',
  });
  const attempt = await new EndUser(gpt, 'dora').signsInAtProvider();
  const location = (await attempt.returns()).headers.get('location') ?? '';
  const browser_token = new URL(location).searchParams.get('browser_token') ?? '';
  world.watch(attempt);
  world.canaries.watch('browser token', browser_token);
  const path = `/v1/sign-ins/${attempt.offer.id}/verify`;
  for (const [token, status] of [
    [`${browser_token.slice(0, -1)}_`, 403],
    [browser_token, 200],
    [browser_token, 409],
  ] as const) {
    const answer = await tenant.runtime.post(path, { user: 'dora', browser_token: token });
    expect([token === browser_token, answer.status]).toEqual([token === browser_token, status]);
    world.see('POST /v1/sign-ins/{sign_in_id}/verify', answer);
  }
  world.watchTheProvider();
  expect(world.leaks.splice(0)).toEqual([]);
});

describe('a secret that is pasted in a wrong place', () => {
  it(
    'does not appear in any response or page',
    async () => {
      const all = await world.tenantWithEverything();
      // Deletions use another tenant's resources.
      const others = await world.tenantWithEverything();
      for (const [route, operation] of Object.entries(operations)) {
        const request = good[route]?.[0] ?? { answers: 200 };
        const client = OPEN_PAGES.includes(route) || OPEN.includes(route) ? world.anonymous : clientOf(all, request.as);
        const ids = route.startsWith('DELETE') ? others.ids : all.ids;
        for (const { where, secret, method, path, body, headers } of misplacedIn(route, operation, ids, request)) {
          const answer = await client.send(method, path, body, headers);
          // Data can only be in a body that was accepted.
          const isAccepted = answer.status < 400 && where.startsWith('in the body');
          watchPasted(secret, `key ${where} of ${route}`, isAccepted, world);
          if (!isAccepted) world.see(route, answer, pasted(secret, where));
          const key = answer.body?.key ?? answer.body?.admin_key?.key;
          if (key) world.canaries.watchKey(`key made by ${route}`, key);
        }
      }
      expect(world.leaks.splice(0)).toEqual([]);
      const statuses = Object.keys(operations).flatMap((route) => world.answered[route] ?? []);
      expect(Math.max(...statuses)).toBeLessThan(500);
      expect(world.refused.count).toBeGreaterThan(1000);
    },
    TIMEOUT_MS,
  );

  it("is not revealed without a key, with a wrong key or with another tenant's key", async () => {
    const all = await world.tenantWithEverything();
    const stranger = await world.tenantWithEverything();
    const clients = [world.anonymous, stranger.tenant.admin, all.tenant.runtime];
    for (const route of Object.keys(good)) {
      const request = good[route]?.[0] ?? { answers: 200 };
      for (const client of clients) world.see(route, await send(client, route, request, all.ids));
    }
    expect(world.leaks.splice(0)).toEqual([]);
  });
});

describe('secrets of all requests are absent', () => {
  it('from the metrics and the audit log', async () => {
    const places: [string, () => Promise<ApiResponse>][] = [
      ['metrics', () => world.anonymous.get('/metrics')],
      ['audit', () => world.operator.get('/v1/audit-events?limit=200')],
    ];
    for (const { id } of (await world.operator.get('/v1/tenants?limit=200')).body.data) {
      places.push(['audit of a tenant', () => world.operator.get(`/v1/audit-events/export?tenant_id=${id}`)]);
    }
    const finders = [world.canaries, world.refused];
    for (const [place, ask] of places) {
      const { status, body } = await ask();
      const text = JSON.stringify(body);
      expect([place, status, finders.flatMap((finder) => finder.findIn(text))]).toEqual([place, 200, []]);
    }
  });

  it('from the database', async () => {
    const rows = await world.rows.dump();
    expect(rows.length).toBeGreaterThan(100_000);
    expect([...world.canaries.findIn(rows), ...world.refused.findIn(rows)]).toEqual([]);
  });

  it('from the output of the process, until it exits', async () => {
    expect(await world.server.kill('SIGTERM')).toBe(0);
    const said = world.said();
    expect(said.split('\n').length).toBeGreaterThan(1500);
    expect(world.server.errors()).toBe('');
    expect([...world.canaries.findIn(said), ...world.refused.findIn(said), ...world.asData.findIn(said)]).toEqual([]);
    expect(world.canaries.count).toBeGreaterThan(500);
  });
});

function pasted(secret: string, where: string): Canaries {
  const canaries = new Canaries();
  canaries.watchKey(`the key ${where}`, secret);
  return canaries;
}
