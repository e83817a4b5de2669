import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allChained } from '../support/all-chained.js';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
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
  api.respondWith(() => ({ body: { ok: true } }));
});

const YAML = (server: string) => `
openapi: "3.1.0"
info: { title: Notes, version: "1" }
servers:
  - url: ${server}
paths:
  /notes:
    get:
      operationId: listNotes
      responses: { "200": { description: The notes } }
`;

describe('an action from a document', () => {
  it.each([
    ['an object', () => api.document(NOTES_PATHS)],
    ['JSON text', () => JSON.stringify(api.document(NOTES_PATHS))],
    ['JSON text behind a byte order mark', () => `\uFEFF${JSON.stringify(api.document(NOTES_PATHS))}`],
    ['YAML text', () => YAML(api.url)],
  ])('given as %s can be called', async (_, document) => {
    const { status, body } = await gpt.addAction({ openapi: document() });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^act-[a-z0-9]{26}$/),
      gpt_id: gpt.id,
      title: 'Notes',
      domain: api.domain,
      server_url: api.url,
      auth: { type: 'none' },
      // Loopback addresses are allowed without TLS in all these tests.
      warnings: expect.arrayContaining([
        { code: 'insecure_server', message: expect.any(String), pointer: '/servers/0/url' },
      ]),
      openapi_url: null,
      privacy_policy_url: null,
    });
    expect((await gpt.call('listNotes')).body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
  });

  it('lists its operations in document order, with confirmation and authentication flags', async () => {
    const { operations } = await gpt.action(api.document(NOTES_PATHS));
    expect(operations).toEqual([
      { operation_id: 'listNotes', method: 'GET', path: '/notes', summary: null, ...asks(false, true) },
      { operation_id: 'createNote', method: 'POST', path: '/notes', summary: 'Create a note', ...asks(true, true) },
      { operation_id: 'getNote', method: 'GET', path: '/notes/{id}', summary: null, ...asks(false, true) },
      { operation_id: 'deleteNote', method: 'DELETE', path: '/notes/{id}', summary: null, ...asks(true, true) },
      { operation_id: 'about', method: 'GET', path: '/about', summary: null, ...asks(false, false) },
    ]);
  });

  it('returns the document in use', async () => {
    const document = api.document(NOTES_PATHS);
    const { id } = await gpt.action(document);
    const answer = await tenant.admin.get(`${gpt.path}/actions/${id}/openapi`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.body).toEqual(document);
  });

  it('warns about ignored parts of the document', async () => {
    const paths = { ...NOTES_PATHS, '/away': { get: { servers: [{ url: 'https://other.example' }], responses: {} } } };
    const { warnings, operations } = await gpt.action(api.document(paths));
    expect(warnings).toContainEqual({
      code: 'other_host',
      message: expect.any(String),
      pointer: '/paths/~1away/get/servers',
    });
    expect(operations).toHaveLength(5);
  });
});

describe('an action from a URL', () => {
  it('is imported, and a relative server is resolved against the URL', async () => {
    api.respondWith(({ path }) =>
      path === '/docs/api.json'
        ? { body: { ...documentWithout('servers'), servers: [{ url: '../v2' }] } }
        : { body: [] },
    );
    const { status, body } = await gpt.addAction({ openapi_url: `${api.url}/docs/api.json` });
    expect(status).toBe(201);
    expect(body).toMatchObject({ server_url: `${api.url}/v2`, openapi_url: `${api.url}/docs/api.json` });
    await gpt.call('listNotes');
    expect(api.last.path).toBe('/v2/notes');
  });

  it("uses the URL's origin if the document has no server", async () => {
    api.respondWith(() => ({ body: documentWithout('servers') }));
    const { body } = await gpt.addAction({ openapi_url: `${api.url}/docs/api.json` });
    expect(body.server_url).toBe(api.url);
  });

  it('is read as YAML, whatever its content type', async () => {
    api.respondWith(() => ({ headers: { 'content-type': 'application/octet-stream' }, body: YAML(api.url) }));
    expect((await gpt.addAction({ openapi_url: api.url })).status).toBe(201);
  });

  it('is read as YAML in UTF-16', async () => {
    api.respondWith(() => ({ body: Buffer.from(`\uFEFF${YAML(api.url)}`, 'utf16le') }));
    expect((await gpt.addAction({ openapi_url: api.url })).status).toBe(201);
  });

  it('follows a redirect', async () => {
    api.respondWith(({ path }) =>
      path === '/moved' ? { status: 302, headers: { location: '/here' } } : { body: api.document(NOTES_PATHS) },
    );
    expect((await gpt.addAction({ openapi_url: `${api.url}/moved` })).status).toBe(201);
    expect(api.last.path).toBe('/here');
  });

  it.each([
    ['does not exist', () => ({ status: 404, body: 'no' }), '422 invalid_openapi '],
    [
      'is a web page',
      () => ({ headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Hi' }),
      '422 invalid_openapi ',
    ],
    ['is empty', () => ({ body: '' }), '422 invalid_openapi '],
    ['redirects for ever', () => ({ status: 302, headers: { location: '/on' } }), '422 invalid_openapi '],
    [
      'redirects to a metadata service',
      () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }),
      '403 egress_denied /openapi_url',
    ],
    ['is larger than any document', () => ({ body: 'x'.repeat(33 * 1_048_576) }), '413 request_too_large /openapi_url'],
  ])('is rejected if the URL %s', async (_, reply, problem) => {
    api.respondWith(reply);
    await expectNothingWritten(async () => {
      expect(problemOf(await gpt.addAction({ openapi_url: `${api.url}/doc` }))).toBe(problem);
    });
  });

  it.each([
    ['http://10.0.0.1/openapi.json', '403 egress_denied /openapi_url'],
    ['http://[::1]/openapi.json', '403 egress_denied /openapi_url'],
    ['http://169.254.169.254/latest', '403 egress_denied /openapi_url'],
    ['https://user:pass@example.com/openapi.json', '403 egress_denied /openapi_url'],
    ['file:///etc/passwd', '400 invalid_request /openapi_url'],
    ['//example.com/openapi.json', '400 invalid_request /openapi_url'],
    ['example.com', '400 invalid_request /openapi_url'],
    ['', '400 invalid_request /openapi_url'],
    [`https://example.com/${'x'.repeat(2000)}`, '400 invalid_request /openapi_url'],
  ])('is not fetched from %s', async (openapi_url, problem) => {
    await expectNothingWritten(async () => expect(problemOf(await gpt.addAction({ openapi_url }))).toBe(problem));
  });
});

describe('an invalid document', () => {
  const usable = () => api.document(NOTES_PATHS);

  it.each<[string, () => unknown, string]>([
    ['neither document nor URL', () => ({}), '400 invalid_request /openapi'],
    ['both', () => ({ openapi: usable(), openapi_url: api.url }), '400 invalid_request /openapi'],
    ['a number', () => ({ openapi: 7 }), '400 invalid_request /openapi'],
    ['null', () => ({ openapi: null }), '422 invalid_openapi '],
    ['a list', () => ({ openapi: [usable()] }), '422 invalid_openapi /0'],
    ['empty text', () => ({ openapi: '' }), '422 invalid_openapi '],
    ['an empty object', () => ({ openapi: {} }), '422 invalid_openapi '],
    ['an unknown field', () => ({ openapi: usable(), domain: 'x' }), '400 invalid_request /domain'],
    ['a GPT of its own', () => ({ openapi: usable(), gpt_id: 'g-x' }), '400 invalid_request /gpt_id'],
    ['auth that is text', () => ({ openapi: usable(), auth: 'none' }), '400 invalid_request /auth'],
    [
      'a privacy policy that is no URL',
      () => ({ openapi: usable(), privacy_policy_url: 'x' }),
      '400 invalid_request /privacy_policy_url',
    ],
    [
      'Swagger 1.2',
      () => ({ openapi: { swaggerVersion: '1.2', info: {}, paths: {} } }),
      '422 invalid_openapi /swaggerVersion',
    ],
    ['OpenAPI 4', () => ({ openapi: { ...usable(), openapi: '4.0.0' } }), '422 invalid_openapi /openapi'],
    ['no server', () => ({ openapi: documentWithout('servers') }), '422 invalid_openapi '],
    [
      'a relative server',
      () => ({ openapi: { ...usable(), servers: [{ url: '/v1' }] } }),
      '422 invalid_openapi /servers/0/url',
    ],
    [
      'an ftp server',
      () => ({ openapi: { ...usable(), servers: [{ url: 'ftp://x.example' }] } }),
      '422 invalid_openapi /servers/0/url',
    ],
    ['no operations', () => ({ openapi: api.document({}) }), '422 invalid_openapi /paths'],
    [
      'wrong types',
      () => ({ openapi: { ...usable(), paths: { '/x': { get: 'this' } } } }),
      '422 invalid_openapi /paths/~1x/get',
    ],
    ['text of 33 MiB', () => ({ openapi: 'x'.repeat(33 * 1_048_576) }), '422 invalid_openapi '],
    [
      'an object of 33 MiB',
      () => ({ openapi: { ...usable(), 'x-fill': 'x'.repeat(33 * 1_048_576) } }),
      '422 invalid_openapi ',
    ],
    ['more than any document, escaped', () => ({ openapi: '\\'.repeat(35 * 1_048_576) }), '413 request_too_large'],
    [
      'a document nested 10,000 levels deep',
      () => `{"openapi":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
      '422 invalid_openapi ',
    ],
    ['YAML that stands for billions of nodes', () => ({ openapi: BILLION_LAUGHS }), '422 invalid_openapi '],
  ])('is rejected with a pointer: %s', async (_, body, problem) => {
    await expectNothingWritten(async () => {
      expect(problemOf(await tenant.admin.post(`${gpt.path}/actions`, body()))).toBe(problem);
    });
  });

  it.each([
    ['JSON', '{"openapi": "3.1.0",\n  "info": [ }'],
    ['YAML', 'openapi: 3.1.0\ninfo: {title: [}'],
  ])('is rejected with the line of the syntax error in %s', async (_, openapi) => {
    const { status, body } = await gpt.addAction({ openapi });
    expect([status, body.code]).toEqual([422, 'invalid_openapi']);
    expect(body.errors[0].message).toMatch(/line 2, column \d+/);
  });

  it.each([
    ['a body that is broken JSON', '{"openapi": ', '400 invalid_request'],
    ['an empty body', '', '400 invalid_request'],
    ['a list', '[]', '400 invalid_request '],
    ['a __proto__ key', '{"__proto__": {"openapi": {}}, "openapi_url": "x"}', '400 invalid_request'],
    ['a constructor.prototype key', '{"constructor": {"prototype": {"x": 1}}}', '400 invalid_request'],
  ])('is rejected with a problem: %s', async (_, body, problem) => {
    await expectNothingWritten(async () => {
      expect(problemOf(await tenant.admin.post(`${gpt.path}/actions`, body)).trimEnd()).toBe(problem.trimEnd());
    });
  });

  it('does not pollute prototypes', async () => {
    const openapi = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${JSON.stringify(usable()).slice(1)}`;
    const { status } = await gpt.addAction({ openapi });
    expect([201, 422]).toContain(status);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('two actions of one GPT', () => {
  it('cannot share a domain in any spelling', async () => {
    await gpt.action({ ...api.document(NOTES_PATHS), servers: [{ url: 'https://api.example.com/v1' }] });
    await expectNothingWritten(async () => {
      for (const url of ['https://api.example.com/v2', 'https://API.example.com', 'https://api.example.com:443']) {
        const openapi = { ...api.document(NOTES_PATHS), servers: [{ url }] };
        expect(problemOf(await gpt.addAction({ openapi }))).toBe('409 duplicate_domain');
      }
    });
  });

  it('cannot share a domain if they are created at the same time', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => gpt.addAction({ openapi: api.document(NOTES_PATHS) })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  });

  it('cannot share a domain after a change of document', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const { id } = await gpt.action({ ...api.document(NOTES_PATHS), servers: [{ url: 'https://api.example.com' }] });
    await expectNothingWritten(async () => {
      const answer = await tenant.admin.patch(`${gpt.path}/actions/${id}`, { openapi: api.document(NOTES_PATHS) });
      expect(problemOf(answer)).toBe('409 duplicate_domain');
    });
  });

  it('can share a domain if they belong to different GPTs', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const other = await tenant.gpt();
    expect((await other.addAction({ openapi: api.document(NOTES_PATHS) })).status).toBe(201);
  });
});

describe('a deployment that allows no private addresses', () => {
  let strict: TestApp;
  let own: TestGpt;

  beforeAll(async () => {
    strict = await TestApp.start({ environment: { EGRESS_ALLOW: '' } });
    own = await (await strict.tenant()).gpt();
  });

  afterAll(async () => {
    await strict.stop();
  });

  it('fetches no document from a private address', async () => {
    const received = api.requests.length;
    const refused = await own.addAction({ openapi_url: `${api.url}/openapi.json` });
    expect(problemOf(refused)).toBe('403 egress_denied /openapi_url');
    expect(refused.body.detail).toContain(`add ${new URL(api.url).host} to EGRESS_ALLOW to allow it`);
    expect(api.requests).toHaveLength(received);
  });

  it.each(['http://example.com/openapi.json', 'https://example.com:8443/', 'https://localhost/'])(
    'fetches no document from %s and does not resolve the name',
    async (openapi_url) => {
      expect(problemOf(await own.addAction({ openapi_url }))).toBe('403 egress_denied /openapi_url');
    },
  );
});

describe('a document of 13 megabytes', () => {
  it('is stored, returned and called', async () => {
    const { id, operations } = await gpt.action(JSON.stringify(large(13)));
    expect(operations.length).toBeGreaterThan(100);
    expect((await gpt.call('operation100', { arguments: { q: 'x' } })).body.outcome).toBe('completed');
    expect(api.last.path).toBe('/things/100');
    const { body } = await tenant.admin.get(`${gpt.path}/actions/${id}/openapi`);
    expect(body).toEqual(large(13));
  });
});

function asks(is_consequential: boolean, requires_auth: boolean) {
  return { enabled: true, is_consequential, requires_auth };
}

function documentWithout(name: string): object {
  return Object.fromEntries(Object.entries(api.document(NOTES_PATHS)).filter(([key]) => key !== name));
}

const BILLION_LAUGHS = [
  'openapi: 3.1.0',
  'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`),
].join('\n');

/** Returns a document of so many megabytes that hardly compresses, and is the same every time. */
function large(megabytes: number): object {
  let state = 1;
  const noise = () => {
    let text = '';
    while (text.length < 10_000) text += (state = (state * 48_271) % 2_147_483_647).toString(36);
    return text;
  };
  const parameters = [{ name: 'q', in: 'query', schema: { type: 'string' } }];
  const paths = Array.from({ length: megabytes * 100 }, (_, i) => {
    const get = {
      operationId: `operation${i}`,
      parameters,
      'x-noise': noise(),
      responses: { 200: { description: 'x' } },
    };
    return [`/things/${i}`, { get }];
  });
  return api.document(Object.fromEntries(paths));
}

/** Expects that the action that the admin sees does not change during the work. */
async function expectNothingWritten(between: () => Promise<unknown>): Promise<void> {
  const admin = new Client(app.url, tenant.admin.key);
  const look = async () => {
    await allChained(app);
    const answers = await Promise.all(
      [`${gpt.path}/actions`, gpt.path, '/v1/audit-events?limit=200'].map((path) => admin.get(path)),
    );
    return answers.map(({ body }) => body);
  };
  const before = await look();
  await between();
  expect(await look()).toEqual(before);
}
