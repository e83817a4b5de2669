import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { altered } from '../support/altered.js';
import { parseSetCookie } from 'cookie';
import { TestApp } from '../support/app.js';
import { Client, type ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';

const PATH = '/v1/console-session';

let app: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await TestApp.start();
  tenant = await app.tenant();
});

afterAll(() => app.stop());

/** Returns a client with the session's cookie and the console's header, as a browser on a page of the console sends them. */
function browserWith(
  answer: ApiResponse,
  headers: Record<string, string> = { 'x-countersign-console': '1' },
  at = app,
) {
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return (method: string, path: string, body?: unknown) =>
    new Client(at.url).send(method, path, body, { cookie, ...headers });
}

const signIn = (key = '', at = app) => new Client(at.url).post(PATH, { key });

describe('a console session', () => {
  it('is created with an admin key and has its permissions', async () => {
    const answer = await signIn(tenant.admin.key);
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        role: 'admin',
        key_id: expect.stringMatching(/^key-/),
        tenant_id: tenant.id,
        tenant_name: 'Acme',
        expires_at: expect.stringMatching(/^20.*Z$/),
      },
    ]);
    const browser = browserWith(answer);
    expect((await browser('GET', PATH)).body).toEqual(answer.body);
    const created = await browser('POST', '/v1/gpts', { name: 'Made in the console' });
    expect(created.status).toBe(201);
    const events = await tenant.admin.get(`/v1/audit-events?target_id=${created.body.id}`);
    expect(events.body.data[0].actor).toMatchObject({ kind: 'key', key_id: answer.body.key_id });
  });

  it('is created for the operator, who belongs to no tenant', async () => {
    const answer = await signIn(app.operator.key);
    expect(answer.body).toMatchObject({ role: 'operator', tenant_id: null, tenant_name: null });
    expect((await browserWith(answer)('GET', '/v1/tenants')).status).toBe(200);
  });

  it('is stored in a cookie that scripts cannot read and other sites cannot send', async () => {
    const cookie = parseSetCookie((await signIn(tenant.admin.key)).headers.get('set-cookie') ?? '');
    expect(cookie).toMatchObject({ name: 'countersign-console', httpOnly: true, sameSite: 'strict', path: '/' });
    const behindHttps = await app.replica({ PUBLIC_URL: 'https://actions.example.com' });
    try {
      const answer = await new Client(`http://127.0.0.1:${behindHttps.port}`).post(PATH, { key: tenant.admin.key });
      const text = answer.headers.get('set-cookie') ?? '';
      expect(text).toMatch(/^__Host-countersign-console=[\w-]{43};/);
      expect(text).toContain('Secure');
      expect(text).not.toContain('Domain');
    } finally {
      await behindHttps.stop();
    }
  });

  it("is rejected without the console's header, which no form can send", async () => {
    const answer = await signIn(tenant.admin.key);
    expect(problemOf(await browserWith(answer, {})('GET', PATH))).toBe('401 unauthenticated');
    const foreign = browserWith(answer, { origin: 'https://evil.example', 'x-countersign-console': '1' });
    const rejected = await foreign('GET', PATH);
    expect([problemOf(rejected), rejected.headers.get('access-control-allow-origin')]).toEqual(['403 forbidden', null]);
    const preflight = await new Client(app.url).send('OPTIONS', PATH, undefined, {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-countersign-console',
    });
    expect(preflight.headers.get('access-control-allow-headers')).not.toMatch(/countersign-console/i);
  });

  it.each([
    ['nonsense', () => 'nonsense', '401 unauthenticated'],
    ['a key with a typo', () => altered(tenant.admin.key ?? ''), '401 unauthenticated'],
    ['a runtime key', () => tenant.runtime.key ?? '', '403 forbidden'],
    ['nothing', () => '', '400 invalid_request /key'],
  ])('is not created with %s', async (_, key, problem) => {
    const answer = await signIn(key());
    expect(problemOf(answer)).toBe(problem);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('ends on every replica when the browser signs out', async () => {
    const replica = await app.replica();
    try {
      const answer = await signIn(tenant.admin.key);
      const [here, there] = [browserWith(answer), browserWith(answer, undefined, replica)];
      expect((await there('GET', PATH)).status).toBe(200);
      const out = await here('DELETE', PATH);
      expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
      for (const browser of [here, there]) expect((await browser('GET', PATH)).status).toBe(401);
    } finally {
      await replica.stop();
    }
  });

  it('ends when its key is revoked', async () => {
    const { body: key } = await tenant.admin.post('/v1/keys', { role: 'admin', name: 'console' });
    const browser = browserWith(await signIn(key.key));
    expect((await browser('GET', PATH)).status).toBe(200);
    await tenant.admin.delete(`/v1/keys/${key.id}`);
    expect((await browser('GET', PATH)).status).toBe(401);
  });

  it('ends when its tenant is deleted', async () => {
    const other = await app.tenant();
    const browser = browserWith(await signIn(other.admin.key));
    await app.operator.delete(`/v1/tenants/${other.id}`);
    expect((await browser('GET', PATH)).status).toBe(401);
  });

  it('ends after twelve hours', async () => {
    const { body: key } = await tenant.admin.post('/v1/keys', { role: 'admin', name: 'console' });
    const browser = browserWith(await signIn(key.key));
    app.clock.advance({ hours: 11.9 });
    expect((await browser('GET', PATH)).status).toBe(200);
    app.clock.advance({ hours: 0.2 });
    await eventually(
      async () => (await browser('GET', PATH)).status,
      (status) => status === 401,
    );
  });

  it('is recorded in the audit log when it begins and ends, and its secret is not stored', async () => {
    const answer = await signIn(tenant.admin.key);
    await browserWith(answer)('DELETE', PATH);
    const { data } = (await tenant.admin.get('/v1/audit-events?type=console_session.*&order=desc&limit=2')).body;
    expect(data.map(({ type }: { type: string }) => type)).toEqual([
      'console_session.ended',
      'console_session.started',
    ]);
    const second = await signIn(tenant.admin.key);
    const secret = second.headers.get('set-cookie')?.split(/[=;]/)[1] ?? 'none';
    expect(secret).toHaveLength(43);
    expect((await app.database.dump()) + app.logLines.join('')).not.toContain(secret);
  });
});

describe('the files of the console', () => {
  it("are not replaced by the console's page: a missing file is not found", async () => {
    const answer = await app.anonymous.get('/console/assets/nothing.js');
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });
});
