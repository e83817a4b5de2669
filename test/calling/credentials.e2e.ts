import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
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
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(async () => {
  gpt = await tenant.gpt();
  api.requests.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
});

const KEY = 'canary-key-7fD/+=9';
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The notes API with parameters whose names collide with credentials. */
const PATHS = {
  ...NOTES_PATHS,
  '/search': {
    get: {
      operationId: 'search',
      parameters: ['key', 'q'].map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
      responses: { 200: { description: 'x' } },
    },
  },
  '/filtered': {
    get: {
      operationId: 'filtered',
      parameters: [{ name: 'filter', in: 'query', schema: { type: 'object' } }],
      responses: { 200: { description: 'x' } },
    },
  },
  '/traced': {
    get: {
      operationId: 'traced',
      parameters: [{ name: 'X-Notes-Key', in: 'header', schema: { type: 'string' } }],
      responses: { 200: { description: 'x' } },
    },
  },
};

describe('an API key', () => {
  it.each<[string, object, string]>([
    ['a bearer token', { auth_type: 'bearer', api_key: KEY }, `Bearer ${KEY}`],
    ['Basic, encoded by Countersign', { auth_type: 'basic', api_key: 'user:pa:ss' }, `Basic ${base64('user:pa:ss')}`],
    ['Basic with an empty password', { auth_type: 'basic', api_key: 'sk_live_1:' }, `Basic ${base64('sk_live_1:')}`],
    ['Basic in UTF-8', { auth_type: 'basic', api_key: 'jürgen:pässwort' }, `Basic ${base64('jürgen:pässwort')}`],
    [
      'Basic, encoded by the client',
      { auth_type: 'basic', api_key: base64('user:pass') },
      `Basic ${base64('user:pass')}`,
    ],
    [
      'Basic from user name and password',
      { auth_type: 'basic', username: 'me', password: 'a:b' },
      `Basic ${base64('me:a:b')}`,
    ],
    ['Basic with no password', { auth_type: 'basic', username: 'me', password: '' }, `Basic ${base64('me:')}`],
  ])('is sent as %s', async (_, fields, authorization) => {
    await gpt.action(api.document(PATHS), { type: 'api_key', ...fields });
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
    expect(api.last.headers['authorization']).toBe(authorization);
  });

  it('is sent in a custom header, and in no other', async () => {
    await gpt.action(api.document(PATHS), custom('X-Notes-Key'));
    await gpt.call('listNotes');
    expect(api.last.headers['x-notes-key']).toBe(KEY);
    expect(api.last.headers['authorization']).toBeUndefined();
  });

  it('is sent as the complete Authorization header if the schema says so', async () => {
    await gpt.action(api.document(PATHS), custom('Authorization'));
    await gpt.call('listNotes');
    expect(api.last.headers['authorization']).toBe(KEY);
  });

  it('is sent in the query, beside the arguments', async () => {
    await gpt.action(api.document(PATHS), inQuery('appid'));
    await gpt.call('listNotes', { arguments: { limit: 3 } });
    expect([...api.last.query]).toEqual([
      ['limit', '3'],
      ['appid', KEY],
    ]);
    expect(api.last.headers['authorization']).toBeUndefined();
  });

  it('is not sent to an operation that the document declares as public', async () => {
    await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    await gpt.call('about');
    expect(JSON.stringify(api.last)).not.toContain(KEY);
  });

  it('is not sent to the target of a redirect', async () => {
    const thief = await Upstream.start();
    try {
      await gpt.action(api.document(PATHS), inQuery('appid'));
      api.respondWith(() => ({ status: 307, headers: { location: thief.url } }));
      expect((await gpt.call('listNotes')).body.response.status).toBe(307);
      expect(thief.requests).toHaveLength(0);
    } finally {
      await thief.stop();
    }
  });

  it('can be removed, after which calls have no credential', async () => {
    const { id } = await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    await gpt.call('listNotes');
    await tenant.admin.put(`${gpt.path}/actions/${id}/auth`, { type: 'none' });
    await gpt.call('listNotes');
    expect(api.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${KEY}`, undefined]);
  });
});

describe('an argument with the name of the credential', () => {
  it('does not replace it in a header', async () => {
    await gpt.action(api.document(PATHS), custom('X-Notes-Key'));
    await gpt.call('traced', { arguments: { 'X-Notes-Key': 'forged' } });
    for (const { headers } of api.requests) expect(headers['x-notes-key']).toBe(KEY);
  });

  it('does not replace it in the query', async () => {
    await gpt.action(api.document(PATHS), inQuery('key'));
    await gpt.call('search', { arguments: { key: 'forged', q: 'x' } });
    for (const { query } of api.requests) expect(query.getAll('key')).toEqual([KEY]);
  });

  it('does not replace it as a property of an exploded object', async () => {
    await gpt.action(api.document(PATHS), inQuery('key'));
    await gpt.call('filtered', { arguments: { filter: { key: 'forged', q: 'a b' } } });
    expect([...api.last.query]).toEqual([
      ['q', 'a b'],
      ['key', KEY],
    ]);
  });

  it('does not change an Authorization header that the schema does not use', async () => {
    await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    const answer = await gpt.call('listNotes', { arguments: { Authorization: 'Bearer forged' } });
    expect(problemOf(answer)).toBe('400 invalid_arguments /arguments/Authorization');
  });
});

describe('a key in the query', () => {
  it('appears in no response, confirmation or log', async () => {
    await gpt.action(api.document(PATHS), inQuery('appid'));
    const answers = [
      await gpt.call('listNotes'),
      await gpt.call('createNote', { arguments: { body: { title: 'x' } } }),
      await gpt.call('listNotes', { arguments: { nothing: 1 } }),
    ];
    expect(answers.map(({ body }) => body.outcome ?? body.code)).toEqual([
      'completed',
      'confirmation_required',
      'invalid_arguments',
    ]);
    api.respondWith(() => ({ headers: { 'content-encoding': 'gzip' }, body: 'no' }));
    answers.push(await gpt.call('listNotes'));
    const seen = JSON.stringify(answers.map(({ body }) => body)) + app.logLines.join('');
    expect(seen).not.toContain(KEY);
    expect(seen).not.toContain(encodeURIComponent(KEY));
  });
});

describe('an upstream that echoes the request', () => {
  const echo = () =>
    api.respondWith(({ headers, query }) => ({
      headers: { 'x-echo': String(headers['authorization'] ?? query.get('appid')) },
      body: { headers, query: [...query], page: `<b>${headers['authorization']}</b>` },
    }));

  it.each<[string, object, string[]]>([
    ['bearer', { auth_type: 'bearer', api_key: KEY }, [KEY]],
    [
      'basic',
      { auth_type: 'basic', api_key: 'user:long-password' },
      ['user:long-password', base64('user:long-password')],
    ],
    [
      'user name and password',
      { auth_type: 'basic', username: 'me', password: 'long-password' },
      ['long-password', base64('me:long-password')],
    ],
    ['query', { auth_type: 'bearer', location: 'query', parameter_name: 'appid', api_key: KEY }, [KEY]],
  ])('does not reveal the credential to the caller: %s', async (_, fields, secrets) => {
    await gpt.action(api.document(PATHS), { type: 'api_key', ...fields });
    echo();
    const { body } = await gpt.call('listNotes');
    expect(body.outcome).toBe('completed');
    expect(JSON.stringify(body)).toContain('[HIDDEN]');
    for (const secret of secrets) expect(JSON.stringify(body)).not.toContain(secret);
  });

  it.each<[string, string]>([
    ['escaped slashes', '{"Authorization": "Bearer canary-key-7fD\\/+=9"}'],
    ['escaped characters', '{"Authorization": "Bearer canary-key-7fD/\\u002B\\u003d9"}'],
    ['escaped characters in a key', '{"Bearer canary\\u002dkey-7fD\\/+=9": 1}'],
    ['percent-encoding in JSON', '{"url": "https:\\/\\/a.example\\/?key=canary-key-7fD%2F%2b%3D9"}'],
    ['base64 in JSON', JSON.stringify({ basic: base64(`me:${KEY}`) })],
  ])('does not reveal the credential to a runtime caller: %s', async (_, body) => {
    await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    api.respondWith(() => ({ headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }));
    const answer = await gpt.call('listNotes');
    const text = JSON.stringify(answer.body.response.body);
    expect(answer.body.response.body).toBeInstanceOf(Object);
    expect(text).toContain('[HIDDEN]');
    for (const secret of [KEY, '7fD', base64(KEY), base64(`me:${KEY}`)]) expect(text).not.toContain(secret);
  });

  it.each<[string, string, string]>([
    ['HTML entities', 'text/html', '<p>canary-key-7fD&#x2f;&plus;&#61;9</p>'],
    ['JSON in text', 'text/plain', 'got {"key": "canary-key-7fD\\/\\u002B=9"}'],
    ['base64 of percent-encoding', 'text/plain', `got ${base64(`x=${encodeURIComponent(KEY)}&`)}`],
    ['hexadecimal in a file', 'application/pdf', `%PDF ${Buffer.from(KEY).toString('hex')}`],
  ])('does not reveal the credential in another body: %s', async (_, type, body) => {
    await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    api.respondWith(() => ({ headers: { 'content-type': type }, body: Buffer.from(body) }));
    const { response } = (await gpt.call('listNotes')).body;
    const text = response.body + Buffer.from(response.files[0]?.content ?? '', 'base64').toString();
    expect(text).toMatch(/\[HIDDEN\]|\*{36}/);
    for (const secret of ['7fD', body.slice(4, -1)]) expect(text).not.toContain(secret);
  });

  it('does not reveal a Basic pair with a short password', async () => {
    await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'basic', username: 'someone', password: 'p4' });
    api.respondWith(() => ({ body: { got: ['someone:p4', base64('someone:p4'), 'c29tZW9uZTpwN', 'p4'] } }));
    const { got } = (await gpt.call('listNotes')).body.response.body;
    expect(got).toEqual(['[HIDDEN]', '[HIDDEN]', 'c29tZW9uZTpwN', 'p4']);
  });

  it('changes neither the digits nor the spelling of numbers', async () => {
    await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    const body = `{"id": 12345678901234567890, "price": 1.0, "key": "canary-key-7fD\\/+=9"}`;
    api.respondWith(() => ({ headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }));
    const { text, headers, body: outcome } = await gpt.call('listNotes');
    expect(text).toContain('{"id": "12345678901234567890", "price": 1.0, "key": "[HIDDEN]"}');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(outcome).toMatchObject({ outcome: 'completed', response: { status: 200 } });
  });

  it('does not reveal a credential with JSON or URL escapes', async () => {
    await gpt.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key: 'quote"back\\slash' });
    echo();
    const { body } = await gpt.call('listNotes');
    expect(JSON.stringify(body)).not.toContain(JSON.stringify('quote"back\\slash').slice(1, -1));
    expect(body.response.body).toBeInstanceOf(Object);
  });
});

describe('a hundred concurrent calls of two tenants', () => {
  it('each send the key of their own action and get their own response', async () => {
    const keys = ['key-of-the-first-tenant', 'key-of-the-second-tenant'];
    api.respondWith(async ({ headers, query }) => {
      await new Promise((resolve) => setImmediate(resolve));
      const owner = keys.indexOf(headers['authorization']?.replace('Bearer ', '') ?? '');
      return { body: { owner, limit: query.get('limit') } };
    });
    const gpts = await Promise.all(
      keys.map(async (api_key) => {
        const own = await (await app.tenant()).gpt();
        await own.action(api.document(PATHS), { type: 'api_key', auth_type: 'bearer', api_key });
        return own;
      }),
    );
    const calls = Array.from({ length: 100 }, async (_, index) => {
      const { body } = await (gpts[index % 2] as TestGpt).call('listNotes', { arguments: { limit: index } });
      return body.response.body;
    });
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => ({ owner: index % 2, limit: String(index) })));
  });
});

function custom(custom_header_name: string): object {
  return { type: 'api_key', auth_type: 'custom', custom_header_name, api_key: KEY };
}

function inQuery(parameter_name: string): object {
  return { type: 'api_key', auth_type: 'custom', location: 'query', parameter_name, api_key: KEY };
}
