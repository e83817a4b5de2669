// Runs once: the database takes no part in what this suite tests.
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { EndUser } from '../support/end-user.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { HOSTILE_URLS } from './hostile-urls.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;
/** The targets of all connections of this process, except those in `known`. */
let reached: string[];
const known = new Set<string>();

beforeAll(async () => {
  [api, provider] = await Promise.all([Upstream.start(), AuthorizationServer.start()]);
  const [upstream, authorization] = [new URL(api.url), new URL(provider.url)];
  app = await TestApp.start({
    environment: {
      EGRESS_ALLOW: `${upstream.host},${authorization.host}`,
      RATE_LIMIT_KEY: '0',
      MAX_GPTS_PER_TENANT: '100000',
    },
  });
  tenant = await app.tenant();
  for (const { host } of [upstream, authorization, new URL(app.url)]) known.add(host.replace('localhost', '127.0.0.1'));
  const redis = process.env['TEST_REDIS_URL'];
  const database = process.env['TEST_MARIADB_URL'];
  for (const url of [redis, database]) if (url) known.add(new URL(url).host);
});

afterAll(() => Promise.all([app.stop(), api.stop(), provider.stop()]));

beforeEach(() => {
  reached = [];
  const connect = Socket.prototype.connect as (...args: unknown[]) => Socket;
  jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [first] = (Array.isArray(args[0]) ? args[0] : args) as [{ host?: string; port?: number; path?: string }];
    const place = first.path ?? `${first.host ?? '127.0.0.1'}:${first.port}`;
    if (!known.has(place)) reached.push(place);
    return connect.apply(this, args);
  } as never);
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Passes a hostile URL to the product. Returns the response that rejects it, at once or when it is used. */
type Entrance = (url: string) => Promise<ApiResponse>;

const document = (server: object) => ({ ...api.document(NOTES_PATHS), servers: [server] });

async function oauth(change: object): Promise<ApiResponse> {
  const gpt = await tenant.gpt();
  return gpt.addAction({ openapi: api.document(NOTES_PATHS), auth: { ...provider.schema(), ...change } });
}

/** Adds an action and, if the document is accepted, calls it. */
async function addAndCall(openapi: object): Promise<ApiResponse> {
  const gpt = await tenant.gpt();
  const added = await gpt.addAction({ openapi });
  return added.status === 201 ? gpt.call('listNotes') : added;
}

const ENTRANCES: [name: string, entrance: Entrance][] = [
  ['a document by its URL', async (url) => (await tenant.gpt()).addAction({ openapi_url: url })],
  ['the discovery of a provider', (issuer) => tenant.admin.post('/v1/oauth/discover', { issuer })],
  ['the server of a document', (url) => addAndCall(document({ url }))],
  [
    'a variable of the server',
    (url) => addAndCall(document({ url: '{everything}', variables: { everything: { default: url } } })),
  ],
  [
    'a variable of the host',
    (url) =>
      addAndCall(document({ url: 'https://{host}', variables: { host: { default: url.replace(/^https:\/\//, '') } } })),
  ],
  ['a token URL', (token_url) => oauth({ token_url })],
  ['a revocation URL', (revocation_url) => oauth({ revocation_url })],
  ['a refresh URL', (refresh_url) => oauth({ refresh_url })],
];

describe.each(ENTRANCES)('%s', (_, entrance) => {
  it(`rejects ${HOSTILE_URLS.length} hostile URLs with a reason and connects to none of them`, async () => {
    const wrong: string[] = [];
    for (const { url, why } of HOSTILE_URLS) {
      const { status, body } = await entrance(url);
      const isRefused = status >= 400 && status < 500 && typeof body.code === 'string';
      // A name that only a DNS lookup can judge, without a resolver.
      const isUnreachable = status === 502 && body.code === 'upstream_unreachable';
      if (!isRefused && !isUnreachable) wrong.push(`${url} (${why}): ${status} ${body.code ?? ''}`);
    }
    expect(wrong).toEqual([]);
    expect(reached).toEqual([]);
  });
});

describe('a URL that browsers are sent to', () => {
  it.each(['authorization_url', 'user_verification_url', 'return_url_origins', 'allowed_origins'])(
    'must be https: %s',
    async (field) => {
      const schemes = HOSTILE_URLS.filter(({ url }) => !/^\s*h\s?ttps?:/i.test(url)).map(({ url }) => url);
      expect(schemes.length).toBeGreaterThan(8);
      for (const url of [...schemes, 'http://example.com/']) {
        const answer =
          field === 'authorization_url'
            ? await oauth({ authorization_url: url })
            : await tenant.admin.patch(`/v1/tenants/${tenant.id}`, {
                [field]: field.endsWith('origins') ? [url] : url,
              });
        expect([field, url, answer.status]).toEqual([field, url, expect.any(Number)]);
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
      }
    },
  );
});

describe('a redirect to a hostile URL', () => {
  const LOCATIONS = HOSTILE_URLS.filter(({ url }) => /^(https?|ftp|file|gopher):/.test(url) && !/\s|\0/.test(url));

  it('is not followed when a document is imported', async () => {
    for (const { url } of LOCATIONS) {
      api.respondWith(() => ({ status: 302, headers: { location: encodeURI(url) }, body: '' }));
      const { status } = await (await tenant.gpt()).addAction({ openapi_url: `${api.url}/openapi.json` });
      expect([url, status >= 400 && status < 503]).toEqual([url, true]);
    }
    expect(reached).toEqual([]);
  });

  it('is returned as the response of a call with a credential', async () => {
    const gpt = await tenant.gpt();
    await gpt.action(api.document(NOTES_PATHS), { type: 'api_key', auth_type: 'bearer', api_key: 'sent-once' });
    for (const { url } of LOCATIONS) {
      api.respondWith(() => ({ status: 307, headers: { location: encodeURI(url) }, body: '' }));
      const { body } = await gpt.call('listNotes');
      expect([url, body.outcome, body.response?.status]).toEqual([url, 'completed', 307]);
    }
    expect(reached).toEqual([]);
  });

  it('is not followed at a token endpoint', async () => {
    const gpt = await tenant.gpt();
    await gpt.action(api.document(NOTES_PATHS), provider.schema());
    for (const { url } of LOCATIONS.slice(0, 20)) {
      provider.behavior = { tokenResponse: { status: 307, headers: { location: encodeURI(url) }, body: '' } };
      const attempt = await new EndUser(gpt, 'alice').signsIn();
      expect((await attempt.view()).status).toBe('failed');
    }
    provider.behavior = {};
    expect(reached).toEqual([]);
  });
});
