import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import type { ApiResponse } from '../support/client.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS));
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

describe('the root path', () => {
  it.each(['text/html,application/xhtml+xml,*/*;q=0.8', '*/*'])(
    'redirects to the console with the Accept header %s',
    async (accept) => {
      const response = await fetch(`${app.url}/`, { redirect: 'manual', headers: { accept } });
      expect([response.status, response.headers.get('location')]).toEqual([303, '/console']);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  );
});

describe('an unknown route', () => {
  it.each(['/v1', '/v1/nothing', '/v2/gpts', '/v1/gpts/x/y/z', '/.env', '/v1//gpts', '/V1/gpts', '/favicon.ico'])(
    'responds with a problem: GET %s',
    async (path) => {
      const [here, known] = await Promise.all([app.anonymous.get(path), tenant.admin.get(path)]);
      expect([problemOf(here), problemOf(known)]).toEqual(['404 not_found', '404 not_found']);
    },
  );

  it.each([
    ['PUT', '/v1/gpts'],
    ['DELETE', '/v1/tenants'],
    ['PATCH', '/healthz'],
    ['POST', '/metrics'],
  ])('responds with a problem if only the method is unknown: %s %s', async (method, path) => {
    expect(['404 not_found', '405 method_not_allowed']).toContain(problemOf(await tenant.admin.send(method, path)));
  });

  it.each(['/v1/gpts/%', '/v1/gpts/%zz', '/signin/%c3%28', '/%'])(
    'responds with a problem if the path is not encoded correctly: %s',
    async (path) => {
      expect(problemOf(await tenant.admin.get(path))).toBe('400 invalid_request');
    },
  );

  it.each([
    ['a path of 300 characters', `/v1/gpts/${'x'.repeat(300)}`],
    ['a path traversal', '/v1/gpts/..%2f..%2ftenants'],
    ['a NUL', '/v1/gpts/%00'],
    ['a quote', "/v1/gpts/g-x'%20OR%201=1"],
  ])('responds with a problem: %s', async (_, path) => {
    expect(problemOf(await tenant.admin.get(path))).toMatch(
      /^(404 not_found|400 invalid_request|413 request_too_large)$/,
    );
  });
});

describe('a problem', () => {
  it('has the header Cache-Control: no-store', async () => {
    const { headers } = await app.anonymous.get('/v1/gpts');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('reveals no internal details', async () => {
    const answers = await Promise.all([
      tenant.admin.post('/v1/gpts', '{"name": '),
      tenant.admin.get('/v1/gpts?cursor=x'),
      tenant.admin.get('/v1/gpts/%'),
      app.anonymous.get('/v1/gpts'),
    ]);
    const text = JSON.stringify(answers.map(({ body }) => body));
    for (const word of ['node_modules', 'src/', '.js', 'fastify', 'Nest', 'SELECT', 'Error:'])
      expect(text).not.toContain(word);
  });
});

describe('every response', () => {
  it('has a unique request id', async () => {
    const answers = await Promise.all([
      app.anonymous.get('/healthz'),
      app.anonymous.get('/nothing'),
      tenant.admin.get('/v1/gpts'),
    ]);
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9._-]{8,64}$/);
  });

  it('keeps the request id of the caller', async () => {
    const answer = await app.anonymous.send('GET', '/v1/gpts', undefined, { 'x-request-id': 'Trace_1.2-3' });
    expect(answer.headers.get('x-request-id')).toBe('Trace_1.2-3');
    expect(answer.body.request_id).toBe('Trace_1.2-3');
    expect(app.logLines.some((line) => JSON.parse(line).request_id === 'Trace_1.2-3')).toBe(true);
  });

  it.each(['two words', 'x'.repeat(65), '<script>', '"quoted"', '{{7*7}}', 'ä'])(
    'replaces the invalid request id %s',
    async (id) => {
      const answer = await app.anonymous.send('GET', '/healthz', undefined, { 'x-request-id': id });
      expect(answer.headers.get('x-request-id')).toMatch(/^[a-z0-9]{26}$/);
    },
  );

  it('has the header X-Content-Type-Options: nosniff', async () => {
    for (const path of ['/healthz', '/v1/gpts', '/docs-json']) {
      expect((await app.anonymous.get(path)).headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('a request body', () => {
  it.each<[string, string, Record<string, string>, string]>([
    ['with another content type', '{"name":"x"}', { 'content-type': 'text/plain' }, '415 unsupported_media_type'],
    ['that is a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }, '415 unsupported_media_type'],
    ['with invalid JSON', '{"name":', {}, '400 invalid_request'],
    ['that is required but empty', '', {}, '400 invalid_request '],
    ['with a __proto__ key', '{"name":"x","__proto__":{"role":"admin"}}', {}, '400 invalid_request'],
    [
      'of more than a megabyte',
      JSON.stringify({ name: 'x', description: 'x'.repeat(1_100_000) }),
      {},
      '413 request_too_large',
    ],
    ['nested too deeply', `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, {}, '400 invalid_request '],
  ])('%s is rejected', async (_, body, headers, problem) => {
    expect(problemOf(await tenant.admin.send('POST', '/v1/gpts', body, headers))).toBe(problem);
  });

  it('is ignored if it is empty and not required, even with a JSON content type', async () => {
    const { body } = await tenant.admin.post('/v1/gpts', { name: 'x' });
    expect((await tenant.admin.send('DELETE', `/v1/gpts/${body.id}`, '')).status).toBe(204);
  });

  it('is read with a charset parameter', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await tenant.admin.send('POST', '/v1/gpts', '{"name":"Müller"}', headers)).body.name).toBe('Müller');
  });
});

describe('metrics', () => {
  it('count requests by route and calls by outcome, without ids, domains or users', async () => {
    await gpt.call('listNotes', { user: 'alice-in-metrics' });
    await gpt.call('createNote', { arguments: { body: { title: 'x' } } });
    await gpt.call('getNote');
    await app.anonymous.get('/v1/nothing-of-that-name');
    const answer = await app.anonymous.get('/metrics');
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const text: string = answer.body;
    expect(text).toMatch(/countersign_calls_total\{outcome="completed",schema="none"\} [1-9]/);
    expect(text).toMatch(/countersign_calls_total\{outcome="confirmation_required",schema="none"\} [1-9]/);
    expect(text).toMatch(/countersign_calls_total\{outcome="invalid_arguments",schema="none"\} [1-9]/);
    expect(text).toMatch(
      /countersign_http_request_duration_seconds_count\{method="POST",route="\/v1\/gpts\/:gpt_id\/call",status="200"\} [1-9]/,
    );
    for (const word of [gpt.id, tenant.id, api.domain, 'alice-in-metrics', 'nothing-of-that-name']) {
      expect(text).not.toContain(word);
    }
  });
});

describe('the log', () => {
  it('has a line with the route of every request, and no ticket, state, code or query of a sign-in', async () => {
    const provider = await AuthorizationServer.start();
    try {
      const own = await tenant.gpt();
      await own.action(api.document(NOTES_PATHS), provider.schema());
      const { sign_in } = (await own.call('listNotes', { user: 'alice' })).body;
      const browser = new Browser();
      await browser.get(sign_in.url);
      await browser.submit();
      await tenant.admin.get('/v1/connections?user=alice-in-the-query');
      const callback = (await tenant.admin.get(`${own.path}/actions`)).body.data[0].auth.callback_url;
      await app.anonymous.get(`${new URL(callback).pathname}?state=forged-state&code=forged-code`);
      expect((await own.call('listNotes', { user: 'alice' })).body.outcome).toBe('completed');

      const log = app.logLines.join('');
      const ticket = new URL(sign_in.url).pathname.split('/').at(-1) ?? '';
      const [authorization] = provider.authorizationRequests;
      const secrets = [ticket, authorization?.get('state') ?? '', ...provider.secrets];
      const words = [...secrets, 'forged-state', 'forged-code', 'alice-in-the-query', tenant.admin.key ?? ''];
      expect(words.filter((word) => word.length < 8 || log.includes(word))).toEqual([]);
      for (const route of ['/signin/:ticket', '/aip/:callback_id/oauth/callback', '/v1/gpts/:gpt_id/call']) {
        expect(log).toContain(`"route":"${route}"`);
      }
    } finally {
      await provider.stop();
    }
  });

  it('consists of JSON lines only', () => {
    for (const line of app.logLines)
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), msg: expect.any(String) });
  });
});

describe('a shutdown', () => {
  it('waits for requests in flight, but not for unused connections', async () => {
    const leaving = await TestApp.start();
    const own = await (await leaving.tenant()).gpt();
    await own.action(api.document(NOTES_PATHS));
    let answer = () => undefined as void;
    const asked = new Promise<void>((resolve) => {
      api.respondWith(async () => {
        resolve();
        await new Promise<void>((go) => (answer = go));
        return { body: 'late' };
      });
    });
    const unused = connect(Number(new URL(leaving.url).port), '127.0.0.1');
    await new Promise((resolve) => unused.once('connect', resolve));
    unused.resume();
    const call: Promise<ApiResponse> = own.call('listNotes');
    await asked;
    const stopped = leaving.stop();
    await new Promise((resolve) => unused.once('close', resolve));
    answer();
    expect((await call).body.response.body).toBe('late');
    await stopped;
    await expect(fetch(leaving.url)).rejects.toThrow('fetch failed');
  });
});
