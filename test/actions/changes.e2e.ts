import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { eventually } from '../support/eventually.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let elsewhere: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  app = await TestApp.start();
  [api, elsewhere, provider] = await Promise.all([Upstream.start(), Upstream.start(), AuthorizationServer.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), elsewhere.stop(), provider.stop()]);
});

beforeEach(async () => {
  gpt = await tenant.gpt();
  elsewhere.requests.length = 0;
});

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'canary-key-of-the-api' };
const ABOUT = { '/about': NOTES_PATHS['/about'] };

async function action(auth?: object): Promise<string> {
  const { id } = await gpt.action(api.document(NOTES_PATHS), auth);
  return `${gpt.path}/actions/${id}`;
}

const idsOf = (body: { operations: { operation_id: string }[] }) =>
  body.operations.map(({ operation_id }) => operation_id);

describe('a new action', () => {
  it('can be called immediately, even if the GPT is cached', async () => {
    await action();
    expect((await gpt.call('listNotes')).status).toBe(200);
    await gpt.action(elsewhere.document({ '/other': { get: { operationId: 'other', responses: {} } } }));
    expect((await gpt.call('other')).status).toBe(200);
  });
});

describe('a new document', () => {
  it('replaces the operations for the next call', async () => {
    const path = await action();
    expect((await gpt.call('listNotes')).status).toBe(200);
    const { status, body } = await tenant.admin.patch(path, { openapi: api.document(ABOUT) });
    expect([status, idsOf(body)]).toEqual([200, ['about']]);
    expect((await tenant.admin.get(`${path}/openapi`)).body).toEqual(api.document(ABOUT));
    expect(problemOf(await gpt.call('listNotes'))).toBe('404 operation_not_found');
    expect((await gpt.call('about')).status).toBe(200);
  });

  it('takes effect at other replicas within five seconds', async () => {
    const replica = await TestApp.start({ replicaOf: app });
    try {
      const path = await action();
      const there = gpt.at(replica);
      expect((await there.call('listNotes')).status).toBe(200);
      await tenant.admin.patch(path, { openapi: api.document(ABOUT) });
      await eventually(
        () => there.call('listNotes'),
        ({ status }) => status === 404,
        5_000,
      );
    } finally {
      await replica.stop();
    }
  });

  it.each<[string, () => object, string]>([
    ['is no document', () => ({ openapi: 'nonsense' }), '422 invalid_openapi '],
    ['comes twice', () => ({ openapi: api.document(ABOUT), openapi_url: api.url }), '400 invalid_request /openapi'],
    [
      'comes with a wrong schema',
      () => ({ openapi: api.document(ABOUT), auth: { type: 'magic' } }),
      '400 invalid_request /auth/type',
    ],
    ['comes with an unknown field', () => ({ openapi: api.document(ABOUT), x: 1 }), '400 invalid_request /x'],
  ])('changes nothing if it %s', async (_, body, problem) => {
    const path = await action(API_KEY);
    const look = async () => [(await tenant.admin.get(path)).body, (await tenant.admin.get(`${path}/openapi`)).body];
    const before = await look();
    expect(problemOf(await tenant.admin.patch(path, body()))).toBe(problem);
    expect(await look()).toEqual(before);
    await gpt.call('listNotes');
    expect(api.last.headers['authorization']).toBe(`Bearer ${API_KEY.api_key}`);
  });
});

describe('two concurrent changes', () => {
  it('never mix: each is applied entirely or fails with a conflict', async () => {
    const path = await action();
    const notes = { '/notes': NOTES_PATHS['/notes'] };
    const answers = await Promise.all(
      [ABOUT, notes, ABOUT, notes, ABOUT, notes].map((paths) =>
        tenant.admin.patch(path, { openapi: api.document(paths) }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.map(problemOf)).toEqual(Array(refused.length).fill('409 conflict'));
    const { body } = await tenant.admin.get(path);
    const document = (await tenant.admin.get(`${path}/openapi`)).body;
    expect([['about'], ['listNotes', 'createNote']]).toContainEqual(idsOf(body));
    expect(Object.keys(document.paths)).toEqual(idsOf(body)[0] === 'about' ? ['/about'] : ['/notes']);
  });
});

describe("a change of the credential's destination", () => {
  const moved = () => elsewhere.document(NOTES_PATHS);

  it('requires the API key again and never sends the old one there', async () => {
    const path = await action(API_KEY);
    const { auth } = (await tenant.admin.get(path)).body;
    for (const body of [{ openapi: moved() }, { openapi: moved(), auth }]) {
      expect(problemOf(await tenant.admin.patch(path, body))).toBe('409 secrets_required /auth/api_key');
    }
    expect((await tenant.admin.get(path)).body.domain).toBe(api.domain);
    const { status } = await tenant.admin.patch(path, {
      openapi: moved(),
      auth: { ...API_KEY, api_key: 'the-new-key' },
    });
    expect(status).toBe(200);
    await gpt.call('listNotes');
    expect(elsewhere.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer the-new-key']);
  });

  it('requires the client secret again for every endpoint', async () => {
    const path = await action(provider.schema());
    const { callback_url: _, ...auth } = (await tenant.admin.get(path)).body.auth;
    for (const name of ['authorization_url', 'token_url', 'revocation_url']) {
      const change = { ...auth, [name]: `${elsewhere.url}/elsewhere` };
      expect(problemOf(await tenant.admin.put(`${path}/auth`, change))).toBe('409 secrets_required /client_secret');
    }
    expect((await tenant.admin.put(`${path}/auth`, { ...auth, scope: 'notes:read' })).status).toBe(200);
    const anew = { ...auth, token_url: `${provider.url}/token2`, client_secret: provider.clientSecret };
    expect((await tenant.admin.put(`${path}/auth`, anew)).status).toBe(200);
  });

  it('requires nothing if there is no secret', async () => {
    const path = await action();
    expect((await tenant.admin.patch(path, { openapi: moved() })).status).toBe(200);
  });
});

describe('the privacy policy', () => {
  it('can be set, changed and removed', async () => {
    const path = await action();
    const privacy_policy_url = 'https://example.com/privacy';
    expect((await tenant.admin.patch(path, { privacy_policy_url })).body.privacy_policy_url).toBe(privacy_policy_url);
    expect((await tenant.admin.patch(path, {})).body.privacy_policy_url).toBe(privacy_policy_url);
    expect((await tenant.admin.patch(path, { privacy_policy_url: null })).body.privacy_policy_url).toBeNull();
  });
});

describe('a deletion', () => {
  it('removes an action immediately', async () => {
    const path = await action(API_KEY);
    await gpt.call('listNotes');
    expect((await tenant.admin.delete(path)).status).toBe(204);
    expect(problemOf(await gpt.call('listNotes'))).toBe('404 operation_not_found');
    expect(problemOf(await tenant.admin.get(path))).toBe('404 not_found');
    expect(problemOf(await tenant.admin.delete(path))).toBe('404 not_found');
    expect((await gpt.addAction({ openapi: api.document(NOTES_PATHS) })).status).toBe(201);
  });

  it('removes a GPT with its actions', async () => {
    const path = await action(API_KEY);
    await gpt.call('listNotes');
    expect((await tenant.admin.delete(gpt.path)).status).toBe(204);
    const answers = await Promise.all([
      gpt.call('listNotes'),
      tenant.admin.get(path),
      tenant.admin.get(`${gpt.path}/actions`),
    ]);
    expect(answers.map(problemOf)).toEqual(Array(3).fill('404 not_found'));
  });
});

describe('the list of actions', () => {
  it('is paginated, oldest first', async () => {
    const domains = ['a.example', 'b.example', 'c.example'];
    for (const domain of domains) await gpt.action({ ...api.document(ABOUT), servers: [{ url: `https://${domain}` }] });
    const first = (await tenant.admin.get(`${gpt.path}/actions?limit=2`)).body;
    const second = (await tenant.admin.get(`${gpt.path}/actions?limit=2&cursor=${first.next_cursor}`)).body;
    expect([...first.data, ...second.data].map(({ domain }) => domain)).toEqual(domains);
    expect(second.next_cursor).toBeNull();
  });
});

describe('the audit log', () => {
  it('records each change with its actor and without secrets', async () => {
    const path = await action(API_KEY);
    const id = path.split('/').at(-1);
    await tenant.admin.patch(path, { openapi: api.document(ABOUT) });
    await tenant.admin.put(`${path}/auth`, provider.schema());
    await tenant.admin.patch(path, { auth: API_KEY, privacy_policy_url: 'https://example.com/privacy' });
    expect(problemOf(await tenant.admin.patch(path, { openapi: 'nonsense' }))).toMatch(/^422/);
    await tenant.admin.delete(path);
    const { data } = (await tenant.admin.get(`/v1/audit-events?target_id=${id}&limit=200`)).body;
    const recorded = data.map(({ type, details }: { type: string; details: { gpt_id: string } }) => [
      type,
      details.gpt_id,
    ]);
    expect(recorded.toSorted()).toEqual(
      [
        'action.created',
        'action.updated',
        'action.auth_changed',
        'action.updated',
        'action.auth_changed',
        'action.deleted',
      ]
        .map((type) => [type, gpt.id])
        .toSorted(),
    );
    for (const { actor } of data)
      expect(actor).toMatchObject({ kind: 'key', role: 'admin', request_id: expect.any(String) });
    const all = JSON.stringify((await tenant.admin.get('/v1/audit-events?limit=200')).body);
    expect(all).not.toContain(API_KEY.api_key);
    expect(all).not.toContain(provider.clientSecret);
  });
});
