// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import type { ApiResponse } from '../support/client.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS } from '../support/upstream.js';
import type { TestGpt } from '../support/tenant.js';

let world: OAuthWorld;
/** Its calls have a deadline of one second. */
let hasty: TestApp;
let gpt: TestGpt;

beforeAll(async () => {
  world = await OAuthWorld.start();
  hasty = await world.app.replica({ CALL_TIMEOUT_SECONDS: '1' });
});

afterAll(async () => {
  await hasty.stop();
  await world.stop();
});

beforeEach(async () => {
  world.reset();
  gpt = await world.tenant.gpt();
});

const KEY = 'canary-key-7fD/+=9';
const PASSWORD = 'canary:pass wörd';
const base64 = (text: string) => Buffer.from(text).toString('base64');

const PATHS = {
  ...NOTES_PATHS,
  '/search': {
    post: {
      operationId: 'search',
      'x-openai-isConsequential': false,
      parameters: [
        { name: 'q', in: 'query', schema: { type: 'string' } },
        { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
        { name: 'session', in: 'cookie', schema: { type: 'string' } },
      ],
      requestBody: { content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } },
      responses: { 200: { description: 'x' } },
    },
  },
};

function callWithRequest(operationId: string, body: object = {}, of = gpt): Promise<ApiResponse> {
  const call = { operation_id: operationId, show_request: true, user: 'alice', ...body };
  return of.tenant.admin.post(`${of.path}/call`, call);
}

/** Returns every spelling that the secret can be restored from. */
function spellings(secret: string): string[] {
  const encoded = [encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1)];
  return [secret, base64(secret), base64(secret).replace(/=+$/, ''), ...encoded];
}

function expectNoSecrets(answer: ApiResponse, ...secrets: string[]): void {
  const text = JSON.stringify([answer.body, [...answer.headers]]);
  for (const secret of secrets.flatMap(spellings)) expect(text).not.toContain(secret);
}

describe('the request in an outcome (show_request)', () => {
  it('equals the request that was sent', async () => {
    await gpt.action(world.api.document(PATHS), { type: 'none', static_headers: { 'Notion-Version': '2022-06-28' } });
    const args = { q: 'a b', 'X-Trace': 't-1', session: 'of-the-user', body: { title: 'Milk' } };
    const { body } = await callWithRequest('search', { arguments: args, conversation_id: 'c-4' });
    const { method, url, headers, body: sent, milliseconds } = body.request;
    const { last } = world.api;
    expect([method, sent]).toEqual([last.method, last.body]);
    expect(new URL(url).searchParams).toEqual(last.query);
    expect(headers).toMatchObject({ 'notion-version': '2022-06-28', 'x-trace': 't-1', cookie: 'session=[HIDDEN]' });
    const { cookie: _, ...others } = headers;
    expect(last.headers).toMatchObject(others);
    expect(milliseconds).toBeGreaterThanOrEqual(0);
  });

  it('is missing without show_request, and if nothing was sent', async () => {
    await gpt.action(world.api.document(PATHS));
    expect((await gpt.call('listNotes')).body).not.toHaveProperty('request');
    const { body } = await callWithRequest('createNote', { arguments: { body: { title: 'x' } } });
    expect(body).toMatchObject({ outcome: 'confirmation_required' });
    expect(body).not.toHaveProperty('request');
  });

  it('is forbidden for a runtime key', async () => {
    await gpt.action(world.api.document(PATHS));
    expect(problemOf(await gpt.call('listNotes', { show_request: true }))).toMatch(/^403 forbidden/);
    expect(world.api.requests).toHaveLength(0);
    expect((await gpt.call('listNotes', { show_request: false })).status).toBe(200);
  });

  it.each<
    [string, { auth_type: string; api_key?: string; password?: string; [name: string]: string | undefined }, object]
  >([
    ['a bearer token', { auth_type: 'bearer', api_key: KEY }, { authorization: 'Bearer [HIDDEN]' }],
    ['Basic', { auth_type: 'basic', api_key: `me:${KEY}` }, { authorization: 'Basic [HIDDEN]' }],
    [
      'Basic of two parts',
      { auth_type: 'basic', username: 'me', password: PASSWORD },
      { authorization: 'Basic [HIDDEN]' },
    ],
    ['a header', { auth_type: 'custom', custom_header_name: 'X-Notes', api_key: KEY }, { 'x-notes': '[HIDDEN]' }],
    [
      'the Authorization header itself',
      { auth_type: 'custom', custom_header_name: 'Authorization', api_key: KEY },
      { authorization: '[HIDDEN]' },
    ],
    [
      'a header, very short',
      { auth_type: 'custom', custom_header_name: 'X-Notes', api_key: 'k7' },
      { 'x-notes': '[HIDDEN]' },
    ],
  ])('hides an API key that is sent as %s', async (_, fields, headers) => {
    await gpt.action(world.api.document(PATHS), { type: 'api_key', ...fields });
    const secret = fields.password ?? fields.api_key ?? '';
    // The key is in an argument too.
    const answer = await callWithRequest('search', {
      arguments: { body: { secret }, ...(secret.length > 5 && { q: secret }) },
    });
    expect(answer.body.request.headers).toMatchObject(headers);
    expectNoSecrets(answer, ...(secret.length > 5 ? [secret, `me:${secret}`] : []));
  });

  it.each([KEY, 'k7'])('hides an API key in the query: %s', async (api_key) => {
    const place = { auth_type: 'bearer', location: 'query', parameter_name: 'appid' };
    await gpt.action(world.api.document(PATHS), { type: 'api_key', ...place, api_key });
    const answer = await callWithRequest('search', { arguments: { q: 'milk', body: { note: api_key } } });
    expect(world.api.last.query.get('appid')).toBe(api_key);
    expect(answer.body.request.url).toBe(`${world.api.url}/search?q=milk&appid=[HIDDEN]`);
    expectNoSecrets(answer, KEY);
  });

  it('hides cookies and static headers with the name of a secret', async () => {
    const fixed = { 'X-Api-Key': 'canary-static', 'X-Version': '3' };
    await gpt.action(world.api.document(PATHS), { type: 'none', static_headers: fixed });
    const answer = await callWithRequest('search', { arguments: { body: {}, session: 'canary-cookie' } });
    expect(world.api.last.headers).toMatchObject({ 'x-api-key': 'canary-static', cookie: 'session=canary-cookie' });
    expect(answer.body.request.headers).toMatchObject({ 'x-api-key': '[HIDDEN]', 'x-version': '3' });
    expectNoSecrets(answer, 'canary-static', 'canary-cookie');
  });

  it("hides a user's token, and is the retried request after a refresh", async () => {
    const alice = await world.connectedUser('alice', { static_headers: { 'X-Version': '3' } });
    const tokens = [...world.provider.accessTokens];
    const first = await callWithRequest('listNotes', {}, alice.gpt);
    expect(first.body.request.headers).toMatchObject({ authorization: 'Bearer [HIDDEN]', 'x-version': '3' });
    world.provider.accessTokens.clear();
    const second = await callWithRequest('listNotes', {}, alice.gpt);
    expect(second.body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
    expect(world.api.requests).toHaveLength(3);
    for (const answer of [first, second]) expectNoSecrets(answer, ...tokens, ...world.provider.accessTokens);
    expect(tokens.length).toBeGreaterThan(0);
  });
});

describe('the request in the problem of a failed call', () => {
  const invalidResponse = () => ({ headers: { 'content-encoding': 'br' }, body: 'rubbish' });
  const failures: [string, () => Promise<{ url: string; problem: string }>][] = [
    [
      'a closed port',
      async () => ({ url: `http://127.0.0.1:${await freePort()}`, problem: '502 upstream_unreachable' }),
    ],
    ['a private address', () => Promise.resolve({ url: 'http://10.1.2.3', problem: '403 egress_denied' })],
    [
      'an invalid response',
      () => {
        world.api.respondWith(invalidResponse);
        return Promise.resolve({ url: world.api.url, problem: '502 upstream_invalid' });
      },
    ],
    [
      'a missed deadline',
      () => {
        world.api.respondWith(() => 'silence');
        return Promise.resolve({ url: world.api.url, problem: '504 upstream_timeout' });
      },
    ],
  ];

  const at = (url: string) => ({ ...world.api.document(PATHS), servers: [{ url }] });

  it.each(failures)('is redacted: %s', async (_, arrange) => {
    const { url, problem } = await arrange();
    const auths: [object, string, object][] = [
      [{ auth_type: 'bearer' }, '', { authorization: 'Bearer [HIDDEN]' }],
      [{ auth_type: 'basic', username: 'me', password: KEY }, '', { authorization: 'Basic [HIDDEN]' }],
      [{ auth_type: 'custom', custom_header_name: 'X-Notes' }, '', { 'x-notes': '[HIDDEN]' }],
      [{ auth_type: 'bearer', location: 'query', parameter_name: 'appid' }, '&appid=[HIDDEN]', {}],
    ];
    for (const [auth, query, headers] of auths) {
      const own = (await world.tenant.gpt()).at(hasty);
      const static_headers = { 'X-Api-Token': 'canary-static', 'X-Version': '3' };
      await own.action(at(url), {
        type: 'api_key',
        ...('password' in auth ? {} : { api_key: KEY }),
        ...auth,
        static_headers,
      });
      const args = { q: `of ${KEY}`, session: 'canary-cookie', body: { title: 'Milk', note: KEY } };
      const answer = await callWithRequest('search', { arguments: args }, own);
      expect(problemOf(answer)).toBe(problem);
      const { request } = answer.body;
      expect(request).toEqual({
        method: 'POST',
        url: `${url}/search?q=of%20[HIDDEN]${query}`,
        headers: expect.objectContaining({
          'x-api-token': '[HIDDEN]',
          'x-version': '3',
          cookie: 'session=[HIDDEN]',
          ...headers,
        }),
        body: '{"title":"Milk","note":"[HIDDEN]"}',
        milliseconds: expect.any(Number),
      });
      expectNoSecrets(answer, KEY, `me:${KEY}`, 'canary-static', 'canary-cookie');
    }
    const log = [...world.app.logLines, ...hasty.logLines].join('\n');
    for (const secret of [KEY, 'canary-static', 'canary-cookie', 'Milk']) expect(log).not.toContain(secret);
  });

  it('equals the request that was sent', async () => {
    world.api.respondWith(invalidResponse);
    await gpt.action(world.api.document(PATHS));
    const { body } = await callWithRequest('search', {
      arguments: { q: 'a b', 'X-Trace': 't-1', body: { title: 'Milk' } },
    });
    const { last } = world.api;
    expect([body.request.method, body.request.body]).toEqual([last.method, last.body]);
    expect(new URL(body.request.url).searchParams).toEqual(last.query);
    expect(last.headers).toMatchObject(body.request.headers);
  });

  it('is the rejected request if the token cannot be refreshed', async () => {
    const alice = await world.connectedUser();
    const tokens = [...world.provider.accessTokens];
    world.provider.accessTokens.clear();
    world.provider.behavior = { tokenResponse: { status: 503, body: '' } };
    const answer = await callWithRequest('listNotes', {}, alice.gpt);
    expect(problemOf(answer)).toBe('503 credential_unavailable');
    expect(answer.body.request).toMatchObject({
      url: `${world.api.url}/notes`,
      headers: { authorization: 'Bearer [HIDDEN]' },
    });
    expectNoSecrets(answer, ...tokens);
    expect(tokens.length).toBeGreaterThan(0);
  });

  it('is missing without show_request, and if none was built', async () => {
    world.api.respondWith(invalidResponse);
    await gpt.action(world.api.document(PATHS));
    const without = await gpt.call('listNotes');
    expect(problemOf(without)).toBe('502 upstream_invalid');
    expect(without.body).not.toHaveProperty('request');
    const notBuilt = await callWithRequest('getNote');
    expect(problemOf(notBuilt)).toBe('400 invalid_arguments /arguments/id');
    expect(notBuilt.body).not.toHaveProperty('request');
  });

  it('is forbidden for a runtime key', async () => {
    world.api.respondWith(invalidResponse);
    await gpt.action(world.api.document(PATHS));
    const answer = await gpt.call('listNotes', { show_request: true });
    expect(problemOf(answer)).toMatch(/^403 forbidden/);
    expect(answer.body).not.toHaveProperty('request');
  });
});
