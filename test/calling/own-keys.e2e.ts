import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from '../../examples/notes-provider/browser.js';
import { randomSecret } from '../../src/common/index.js';
import { TestApp } from '../support/app.js';
import { EndUser, type SignInAttempt } from '../support/end-user.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
/** Every key that the API accepts. */
let keys: string[];

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(() => Promise.all([app.stop(), api.stop()]));

beforeEach(() => {
  keys = [];
  api.requests.length = 0;
  api.respondWith(({ headers, query }) => {
    const sent = [headers['authorization'], headers['x-notes-key'], query.get('key')].map((text) => text ?? '');
    return keys.some((key) => sent.some((text) => text === key || text.endsWith(` ${key}`)))
      ? { body: { ok: true } }
      : { status: 401, body: { error: 'who are you?' } };
  });
});

const BEARER = { type: 'api_key', auth_type: 'bearer', per_user: true };

function newKey(): string {
  const key = `own-${randomSecret()}`;
  keys.push(key);
  return key;
}

async function user(schema: object = BEARER, name = 'alice'): Promise<EndUser> {
  const gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS), schema);
  return new EndUser(gpt, name);
}

/** Opens the link and submits the form. */
async function submitsKey(
  who: EndUser,
  fields: Record<string, string>,
): Promise<{ attempt: SignInAttempt; page: Page }> {
  const attempt = await who.getsSignInLink();
  await attempt.opensTheLink();
  return { attempt, page: await who.browser.submit(fields) };
}

const completed = { status: 200, body: { outcome: 'completed', response: { status: 200 } } };

describe('an API key of an end user', () => {
  it("is requested on the sign-in page, and sent with that user's calls only", async () => {
    const alice = await user();
    const bob = new EndUser(alice.gpt, 'bob');
    const [hers, his] = [newKey(), newKey()];
    await submitsKey(alice, { api_key: hers });
    await submitsKey(bob, { api_key: his });
    expect(await alice.calls()).toMatchObject(completed);
    expect(api.last.headers['authorization']).toBe(`Bearer ${hers}`);
    expect(await bob.calls()).toMatchObject(completed);
    expect(api.last.headers['authorization']).toBe(`Bearer ${his}`);
  });

  it('creates a connection and completes the sign-in', async () => {
    const alice = await user();
    const { attempt, page } = await submitsKey(alice, { api_key: newKey() });
    expect(page.body).toContain(`You are signed in to ${api.domain}`);
    const connection = await alice.connection();
    expect(connection).toMatchObject({ user: 'alice', status: 'active', token_type: 'api_key', expires_at: null });
    expect(await attempt.view()).toMatchObject({ status: 'connected', connection_id: connection.id });
  });

  it('is requested by a page with one field and one button that names the user', async () => {
    const alice = await user();
    const page = await (await alice.getsSignInLink()).opensTheLink();
    expect(page.body).toMatch(/<input name="api_key" type="password" required autocomplete="off"/);
    expect(page.body).toContain('<code>alice</code>');
    expect(page.forms[0]?.buttons).toHaveLength(1);
  });

  it('is trimmed', async () => {
    const alice = await user();
    const key = newKey();
    await submitsKey(alice, { api_key: ` ${key}\r\n` });
    await alice.calls();
    expect(api.last.headers['authorization']).toBe(`Bearer ${key}`);
  });

  it.each<[object, (key: string) => string, (key: string) => Record<string, string>]>([
    [BEARER, (key) => `Authorization: Bearer ${key}`, (key) => ({ authorization: `Bearer ${key}` })],
    [BEARER, (key) => `\ufeff“${key}”`, (key) => ({ authorization: `Bearer ${key}` })],
    [
      { ...BEARER, auth_type: 'custom', custom_header_name: 'X-Notes-Key' },
      (key) => `X-Notes-Key: ${key}`,
      (key) => ({ 'x-notes-key': key }),
    ],
  ])('is sent without what was pasted with it: %j', async (schema, pasted, expected) => {
    const alice = await user(schema);
    const key = newKey();
    await submitsKey(alice, { api_key: pasted(key) });
    await alice.calls();
    expect(api.last.headers).toMatchObject(expected(key));
  });

  it('is requested again if it is a placeholder, or belongs in another header', async () => {
    const alice = await user();
    for (const api_key of ['<your-api-key>', 'Basic dXNlcjpwYXNz', 'X-Other: abc', 'Bearer', '[HIDDEN]']) {
      expect((await submitsKey(alice, { api_key })).page.status).toBe(400);
    }
    expect(await alice.connections()).toEqual([]);
  });

  it('is requested again if it is empty or invalid, and nothing is connected', async () => {
    const alice = await user();
    for (const api_key of ['', '  ', 'two\nlines', 'sn\u2603w', 'k'.repeat(9000)]) {
      const { attempt, page } = await submitsKey(alice, { api_key });
      expect([page.status, /role="alert"/.test(page.body)]).toEqual([400, true]);
      expect(await attempt.view()).toMatchObject({ status: 'pending' });
    }
    expect(await alice.connections()).toEqual([]);
  });

  it('is requested again after the API has rejected it', async () => {
    const alice = await user();
    const old = newKey();
    await submitsKey(alice, { api_key: old });
    keys.splice(keys.indexOf(old), 1);
    expect(await alice.calls()).toMatchObject({
      body: { outcome: 'sign_in_required', sign_in: { reason: 'expired' } },
    });
    await submitsKey(alice, { api_key: newKey() });
    expect(await alice.calls()).toMatchObject(completed);
  });

  it('is deleted when the user disconnects', async () => {
    const alice = await user();
    await submitsKey(alice, { api_key: newKey() });
    expect((await alice.disconnects()).status).toBe(204);
    expect(await alice.calls()).toMatchObject({
      body: { outcome: 'sign_in_required', sign_in: { reason: 'revoked' } },
    });
  });

  it('requires a user in the call', async () => {
    const { gpt } = await user();
    expect(problemOf(await gpt.call('listNotes'))).toBe('400 user_required /user');
  });

  it('is accepted once per link, even if the form is submitted concurrently', async () => {
    const alice = await user();
    const attempt = await alice.getsSignInLink();
    await attempt.opensTheLink();
    const [form] = alice.browser.page.forms;
    const answers = await Promise.all(
      [newKey(), newKey(), newKey()].map((api_key) => alice.browser.submit({ api_key }, { form, follow: false })),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    const results = answers.map(({ headers }) => headers.get('location'));
    expect(new Set(results)).toEqual(new Set([`${app.url}/signin/done/${attempt.offer.id}`]));
    expect(await alice.connections()).toHaveLength(1);
    expect(await alice.calls()).toMatchObject(completed);
  });

  it('is rejected if the form was submitted from another site', async () => {
    const alice = await user();
    const attempt = await alice.getsSignInLink();
    await attempt.opensTheLink();
    const page = await alice.browser.submit({ api_key: newKey() }, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(page.status).toBe(400);
    expect(await alice.connections()).toEqual([]);
  });

  it.each(['{"api_key":5}', '{"api_key":{"a":1}}', '{"api_key":null}', '["api_key"]', '5'])(
    'is rejected as the JSON body %s, which no form sends',
    async (json) => {
      const attempt = await (await user()).getsSignInLink();
      const [cookie = ''] = ((await fetch(attempt.offer.url)).headers.get('set-cookie') ?? '').split(';');
      const headers = { cookie, 'content-type': 'application/json' };
      expect((await fetch(attempt.offer.url, { method: 'POST', headers, body: json })).status).toBe(400);
    },
  );

  it('is sent as the schema says: in a custom header, in the query, or as Basic', async () => {
    const custom = await user({ ...BEARER, auth_type: 'custom', custom_header_name: 'X-Notes-Key' });
    const query = await user({ ...BEARER, location: 'query', parameter_name: 'key' });
    const basic = await user({ ...BEARER, auth_type: 'basic' });
    const key = newKey();
    await submitsKey(custom, { api_key: key });
    await custom.calls();
    expect(api.last.headers['x-notes-key']).toBe(key);
    await submitsKey(query, { api_key: key });
    await query.calls();
    expect(api.last.query.get('key')).toBe(key);
    await submitsKey(basic, { username: 'ann', password: 'pa:ss é' });
    await basic.calls();
    expect(api.last.headers['authorization']).toBe(`Basic ${Buffer.from('ann:pa:ss é').toString('base64')}`);
  });

  it('never appears in a response, log or trace', async () => {
    const alice = await user({ ...BEARER, location: 'query', parameter_name: 'key', check_operation: 'listNotes' });
    const [wrong, right] = [`wrong-${randomSecret()}`, newKey()];
    const first = await submitsKey(alice, { api_key: wrong });
    const second = await submitsKey(alice, { api_key: right });
    await alice.calls();
    const { id } = await alice.connection();
    const answers = [
      await tenant.admin.get(`/v1/sign-ins/${first.attempt.offer.id}/trace`),
      await tenant.admin.get(`/v1/sign-ins/${second.attempt.offer.id}/trace`),
      await tenant.admin.get(`/v1/connections/${id}`),
      await tenant.admin.get('/v1/audit-events'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const seen = [JSON.stringify(answers.map(({ body }) => body)), first.page.body, second.page.body, ...app.logLines];
    for (const secret of [wrong, right]) expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    expect(await app.database.dump()).not.toContain(right);
  });
});

describe("an end user's API key with a check operation", () => {
  const CHECKED = { ...BEARER, check_operation: 'listNotes' };

  it('is stored if the API accepts it', async () => {
    const alice = await user(CHECKED);
    const key = newKey();
    const { attempt } = await submitsKey(alice, { api_key: key });
    expect(api.requests.map(({ path, headers }) => [path, headers['authorization']])).toEqual([
      ['/notes', `Bearer ${key}`],
    ]);
    expect(await attempt.view()).toMatchObject({ status: 'connected' });
  });

  it('is requested again immediately if the API rejects it', async () => {
    const alice = await user(CHECKED);
    const { attempt, page } = await submitsKey(alice, { api_key: 'no-such-key' });
    expect([page.status, page.body.includes('did not accept')]).toEqual([400, true]);
    await alice.browser.submit({ api_key: newKey() });
    expect(await attempt.view()).toMatchObject({ status: 'connected' });
  });

  it('is not stored if the check fails, and the trace shows why', async () => {
    const alice = await user({ ...BEARER, check_operation: 'noSuchOperation' });
    const { attempt, page } = await submitsKey(alice, { api_key: newKey() });
    expect(page.body).toContain('could not be reached to check this');
    const { body } = await tenant.admin.get(`/v1/sign-ins/${attempt.offer.id}/trace`);
    expect(body.steps.find(({ name }: { name: string }) => name === 'key_check')).toMatchObject({
      received: { failure: { code: 'operation_not_found' } },
    });
  });

  it('cannot be guessed with unlimited attempts on one link', async () => {
    const alice = await user(CHECKED);
    const attempt = await alice.getsSignInLink();
    await attempt.opensTheLink();
    const [form] = alice.browser.page.forms;
    let last = 0;
    for (let tries = 0; tries < 60 && last !== 429; tries++) {
      last = (await alice.browser.submit({ api_key: 'guess' }, { form, follow: false })).status;
    }
    expect(last).toBe(429);
    expect(api.requests.length).toBeLessThan(50);
  });
});

describe('a schema with API keys of end users', () => {
  it('rejects a shared key', async () => {
    const gpt = await tenant.gpt();
    const add = (more: object) => gpt.addAction({ openapi: api.document(NOTES_PATHS), auth: { ...BEARER, ...more } });
    expect(problemOf(await add({ api_key: 'shared' }))).toBe('400 invalid_request /auth/api_key');
    expect(problemOf(await add({ auth_type: 'basic', username: 'ann', password: 'x' }))).toBe(
      '400 invalid_request /auth/password /auth/username',
    );
    expect(problemOf(await add({ per_user: false, api_key: 'x', check_operation: 'listNotes' }))).toBe(
      '400 invalid_request /auth/check_operation',
    );
    expect(problemOf(await add({ per_user: 'yes' }))).toBe('400 invalid_request /auth/per_user');
  });

  it("revokes the users' connections when it changes to a shared key", async () => {
    const alice = await user();
    await submitsKey(alice, { api_key: newKey() });
    const [{ id }] = (await tenant.admin.get(`${alice.gpt.path}/actions`)).body.data;
    const shared = { type: 'api_key', auth_type: 'bearer', api_key: newKey() };
    expect((await tenant.admin.put(`${alice.gpt.path}/actions/${id}/auth`, shared)).status).toBe(200);
    expect((await alice.connection()).status).toBe('revoked');
    expect(await alice.calls()).toMatchObject(completed);
    expect(api.last.headers['authorization']).toBe(`Bearer ${shared.api_key}`);
  });
});
