// Runs once: the database takes no part in what this suite tests.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/index.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop()]);
});

const API_POLICY = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";

describe('the security headers of every response', () => {
  it.each<[string, string, number]>([
    ['a list', '/v1/gpts', 200],
    ['a problem', '/v1/gpts/g-none', 404],
    ['no such route', '/nothing', 404],
    ['a path that is not encoded properly', '/v1/gpts/%zz', 400],
    ['a probe', '/healthz', 200],
    ['metrics', '/metrics', 200],
    ['the API document', '/docs-json', 200],
  ])('are set: %s', async (name, path, status) => {
    const answer = await tenant.admin.get(path);
    expect(answer.status).toBe(status);
    const { headers } = answer;
    expect(headers.get('content-security-policy')).toBe(API_POLICY);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe(name === 'the API document' ? 'no-cache' : 'no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('include Strict-Transport-Security only with an https PUBLIC_URL', async () => {
    const secure = await app.replica({ PUBLIC_URL: 'https://actions.example.com' });
    try {
      const { status, headers } = await new Client(`http://127.0.0.1:${secure.port}`).get('/healthz');
      expect([status, headers.get('strict-transport-security')]).toEqual([200, 'max-age=63072000']);
    } finally {
      await secure.stop();
    }
  });
});

describe('the content security policy', () => {
  it('of the sign-in page allows only its own style and no scripts', async () => {
    const gpt = await tenant.gpt();
    await gpt.action(api.document(NOTES_PATHS), provider.schema());
    const { offer } = await new EndUser(gpt, 'alice').getsSignInLink();
    const { headers, body } = await app.anonymous.get(new URL(offer.url).pathname);
    const style = /<style>([^<]*)<\/style>/.exec(body)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${digest}'`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|script-src/);
    expect(body).not.toMatch(/<script|\son\w+=|style=|javascript:/i);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toMatch(/^countersign=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('of the API documentation allows only scripts of the same origin', async () => {
    const { headers, body } = await app.anonymous.get('/docs');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|default-src (?!'none')/);
    const inline = [...body.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map(([, text]) => (text as string).trim());
    expect(inline.length).toBeGreaterThan(0);
    expect(inline.filter(Boolean)).toEqual([]);
    expect(body).not.toMatch(/<\w+[^>]*\son\w+=/i);
    const styles = [...body.matchAll(/<style[^>]*>([^<]*)<\/style>/g)].map(([, text]) => text as string);
    for (const style of styles) {
      expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    }
    const scripts = [...body.matchAll(/<script[^>]*src="([^"]+)"/g)].map(([, source]) => source as string);
    for (const source of scripts) {
      const script = await app.anonymous.get(new URL(source, `${app.url}/docs`).pathname);
      expect([source, script.status, script.headers.get('content-type')]).toEqual([
        source,
        200,
        expect.stringContaining('javascript'),
      ]);
    }
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://console.acme.example';

  const preflight = (origin: string, path = '/v1/gpts') =>
    app.anonymous.send('OPTIONS', path, undefined, {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    });

  const from = (client: Client, origin: string) => client.send('GET', '/v1/gpts', undefined, { origin });

  const allowed = ({ headers }: { headers: Headers }) => headers.get('access-control-allow-origin');

  it('responds to a preflight request from every origin alike, which reveals no tenant', async () => {
    const owner = await app.tenant();
    await owner.admin.patch(`/v1/tenants/${owner.id}`, { allowed_origins: [ORIGIN] });
    const [known, unknown] = [await preflight(ORIGIN), await preflight('https://anybody.example')];
    const headersOf = ({ headers }: { headers: Headers }) =>
      [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
    expect([known.status, allowed(known)]).toEqual([204, '*']);
    expect([unknown.status, headersOf(unknown)]).toEqual([204, headersOf(known)]);
    expect(known.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(known.headers.get('access-control-allow-methods')).toContain('DELETE');
  });

  it('rejects a request from an origin that is neither ours nor allowed, before it has an effect', async () => {
    const post = (client: Client, origin: string) => client.send('POST', '/v1/gpts', { name: 'x' }, { origin });
    const before = (await tenant.admin.get('/v1/gpts')).body.data.length;
    for (const origin of ['https://anybody.example', 'null', app.url.replace('http:', 'https:').replace(/:\d+$/, '')]) {
      const answer = await post(tenant.admin, origin);
      expect([origin, problemOf(answer), allowed(answer)]).toEqual([origin, '403 forbidden', null]);
    }
    expect(problemOf(await from(app.operator, ORIGIN))).toBe('403 forbidden');
    expect((await tenant.admin.get('/v1/gpts')).body.data).toHaveLength(before);
    expect((await post(tenant.admin, app.url)).status).toBe(201);
  });

  it('allows an origin to read responses to keys of the tenant that lists it, and to no others', async () => {
    const owner = await app.tenant();
    const { body } = await owner.admin.patch(`/v1/tenants/${owner.id}`, { allowed_origins: [ORIGIN] });
    expect(body.allowed_origins).toEqual([ORIGIN]);

    const answered = await from(owner.admin, ORIGIN);
    expect([answered.status, allowed(answered), answered.headers.get('vary')]).toEqual([200, ORIGIN, 'Origin']);
    expect(answered.headers.get('access-control-expose-headers')).toContain('RateLimit');
    const refused = await owner.runtime.send('POST', '/v1/gpts', {}, { origin: ORIGIN });
    expect([problemOf(refused), allowed(refused)]).toEqual(['403 forbidden', ORIGIN]);
    for (const client of [tenant.admin, app.operator, app.anonymous]) {
      expect(allowed(await from(client, ORIGIN))).toBeNull();
    }
    for (const other of [`${ORIGIN}:8443`, ORIGIN.replace('https', 'http'), `${ORIGIN}.evil.example`, 'null', '*']) {
      const rejected = await from(owner.admin, other);
      expect([other, problemOf(rejected), allowed(rejected)]).toEqual([other, '403 forbidden', null]);
    }
    for (const answer of [await preflight(ORIGIN), answered]) {
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }

    await owner.admin.patch(`/v1/tenants/${owner.id}`, { allowed_origins: [] });
    expect(problemOf(await from(owner.admin, ORIGIN))).toBe('403 forbidden');
  });

  it('never covers pages and probes', async () => {
    const owner = await app.tenant();
    await owner.admin.patch(`/v1/tenants/${owner.id}`, { allowed_origins: [ORIGIN] });
    for (const path of ['/healthz', '/metrics', '/docs-json', '/signin/x']) {
      expect([path, allowed(await preflight(ORIGIN, path))]).toEqual([path, null]);
      expect([path, allowed(await owner.admin.send('GET', path, undefined, { origin: ORIGIN }))]).toEqual([path, null]);
    }
  });

  it.each([
    '*',
    'null',
    'https://*.acme.example',
    'http://acme.example',
    `${ORIGIN}/`,
    `${ORIGIN}/path`,
    'acme.example',
    7,
  ])('rejects the allowed origin %s', async (origin) => {
    const answer = await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { allowed_origins: [origin] });
    expect(problemOf(answer)).toBe('400 invalid_request /allowed_origins');
  });
});

describe('the address of a caller', () => {
  const addressIn = async (at: TestApp, headers: Record<string, string>) => {
    const owner = (await at.tenant()).admin;
    const gpt = await owner.send('POST', '/v1/gpts', { name: 'x' }, headers);
    const { data } = (await owner.get(`/v1/audit-events?target_id=${gpt.body.id}`)).body;
    return data[0].actor.address;
  };

  it.each<Record<string, string>>([
    { 'x-forwarded-for': '203.0.113.7' },
    { forwarded: 'for=203.0.113.7' },
    { 'x-real-ip': '203.0.113.7' },
    { 'x-client-ip': '203.0.113.7', 'true-client-ip': '203.0.113.7', 'cf-connecting-ip': '203.0.113.7' },
  ])('is not taken from headers of an untrusted client: %j', async (headers) => {
    expect(await addressIn(app, headers)).toBe('127.0.0.1');
  });

  it('is the nearest address in X-Forwarded-For that is not a trusted proxy', async () => {
    const behind = await app.replica({ TRUSTED_PROXIES: '127.0.0.0/8, 10.1.0.0/16, 2001:db8::/32' });
    try {
      const said = (list: string) => addressIn(behind, { 'x-forwarded-for': list });
      expect(await said('203.0.113.7')).toBe('203.0.113.7');
      expect(await said('198.51.100.9, 203.0.113.7')).toBe('203.0.113.7');
      expect(await said('198.51.100.9, 203.0.113.7, 10.1.2.3, 2001:db8::5')).toBe('203.0.113.7');
      expect(await said('2001:4860:4860::8888')).toBe('2001:4860:4860::8888');
      expect(await said('unknown')).toBe('127.0.0.1');
      expect(await said(`203.0.113.7, ${'x'.repeat(1000)}`)).toBe('127.0.0.1');
    } finally {
      await behind.stop();
    }
  });

  it('does not affect links, which begin with PUBLIC_URL', async () => {
    const behind = await app.replica({ TRUSTED_PROXIES: '127.0.0.1' });
    try {
      const gpt = await (await behind.tenant()).gpt();
      await gpt.action(api.document(NOTES_PATHS), provider.schema());
      const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', host: 'evil.example' };
      const answer = await gpt.tenant.runtime.send(
        'POST',
        `${gpt.path}/call`,
        { operation_id: 'listNotes', user: 'a' },
        headers,
      );
      expect(answer.body.sign_in.url.startsWith(`${behind.url}/signin/`)).toBe(true);
    } finally {
      await behind.stop();
    }
  });

  it.each(['example.com', '10.0.0.0/33', '10.0.0.0/8 127.0.0.1', 'all'])(
    'cannot be configured with the invalid TRUSTED_PROXIES %s',
    (proxies) => {
      expect(() => readSettings({ TRUSTED_PROXIES: proxies })).toThrow(/^TRUSTED_PROXIES: must be IP addresses/);
    },
  );
});
