import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/common/index.js';
import { Client, type ApiResponse } from '../../support/client.js';
import { EndUser, SignInAttempt } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestGpt } from '../../support/tenant.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** A GPT with one action, and a user of it. */
interface Setting {
  gpt: TestGpt;
  action: { id: string };
  alice: EndUser;
}

async function setting(schema: object = {}): Promise<Setting> {
  const { gpt, action } = await world.notesGpt(schema);
  return { gpt, action, alice: new EndUser(gpt, 'alice') };
}

function request({ gpt, action }: Setting, body: object = {}, client = gpt.tenant.runtime): Promise<ApiResponse> {
  return client.post('/v1/sign-ins', { gpt_id: gpt.id, action_id: action.id, user: 'alice', ...body });
}

/** Runs all steps of a sign-in that was created without a call. */
async function completes(alice: EndUser, { status, body }: ApiResponse): Promise<SignInAttempt> {
  expect(status).toBe(201);
  const attempt = new SignInAttempt(alice, body);
  await attempt.opensTheLink();
  await attempt.pressesTheButton();
  await attempt.signsInAtTheProvider();
  await attempt.returns();
  return attempt;
}

describe('POST /v1/sign-ins', () => {
  it('creates a sign-in with the fields of `sign_in_required`, which connects the user', async () => {
    const own = await setting();
    const offered = (await own.alice.calls()).body.sign_in;
    const answer = await request(own);
    expect(Object.keys(answer.body)).toEqual(Object.keys(offered));
    expect(answer.body).toMatchObject({ domain: offered.domain, label: offered.label, reason: 'requested' });
    const attempt = await completes(own.alice, answer);
    expect(await attempt.view()).toMatchObject({ status: 'connected', user: 'alice', action_id: own.action.id });
    expect((await own.alice.calls()).body.outcome).toBe('completed');
  });

  it('records who created the sign-in, and not its link', async () => {
    const own = await setting();
    const { body } = await request(own);
    const events = (await own.gpt.tenant.admin.get(`/v1/audit-events?target_id=${body.id}`)).body.data;
    const details = { action_id: own.action.id, user: 'alice', reason: 'requested' };
    expect(events).toMatchObject([{ type: 'sign_in.created', actor: { role: 'runtime' }, details }]);
    const ticket = body.url.split('/').at(-1);
    expect(JSON.stringify(events) + world.app.logLines.join('')).not.toContain(ticket);
  });

  it('keeps the tokens of an active connection until the sign-in succeeds, and then replaces them', async () => {
    const own = await setting();
    await own.alice.signsIn();
    const { id } = await own.alice.connection();
    const before = (await world.row({ id })).tokens;
    const denied = new SignInAttempt(own.alice, (await request(own)).body);
    await denied.opensTheLink();
    await denied.pressesTheButton();
    await denied.signsInAtTheProvider();
    await denied.returns({ code: undefined, error: 'access_denied' });
    expect((await denied.view()).status).toBe('denied');
    expect((await world.row({ id })).tokens).toBe(before);
    expect((await own.alice.calls()).body.outcome).toBe('completed');
    await completes(own.alice, await request(own));
    expect((await own.alice.connection()).id).toBe(id);
    expect((await world.row({ id })).tokens).not.toBe(before);
  });

  it('redirects to `return_url`, whose origin the tenant must allow', async () => {
    const own = await setting();
    const return_url = 'https://chat.example/settings';
    expect(problemOf(await request(own, { return_url }))).toBe('400 invalid_request /return_url');
    await own.gpt.tenant.admin.patch(`/v1/tenants/${own.gpt.tenant.id}`, {
      return_url_origins: ['https://chat.example'],
    });
    const attempt = await completes(own.alice, await request(own, { return_url }));
    expect(own.alice.browser.redirect).toBe(`${return_url}?sign_in=${attempt.offer.id}&status=connected`);
  });

  it.each([
    [{ user: '' }, '/user'],
    [{ user: 'alice\0' }, '/user'],
    [{ gpt_id: '' }, '/gpt_id'],
    [{ action_id: 7 }, '/action_id'],
    [{ reason: 'expired' }, '/reason'],
  ])('rejects the invalid body %j', async (body, pointer) => {
    expect(problemOf(await request(await setting(), body))).toBe(`400 invalid_request ${pointer}`);
  });
});

describe('the scope of a sign-in without a call', () => {
  const schema = { scope: 'notes:read notes:write notes:delete' };

  it('is requested at the provider and shown on the page instead of that of the schema', async () => {
    const own = await setting(schema);
    const attempt = new SignInAttempt(own.alice, (await request(own, { scope: 'notes:write  notes:read' })).body);
    const page = await attempt.opensTheLink();
    expect(page.body).toContain('notes:write');
    expect(page.body).not.toContain('notes:delete');
    await attempt.pressesTheButton();
    expect(attempt.authorizationRequest.get('scope')).toBe('notes:write notes:read');
  });

  it('is the scope of the connection if the provider does not say what it granted', async () => {
    const own = await setting(schema);
    world.provider.behavior = { extra: { scope: undefined } };
    await completes(own.alice, await request(own, { scope: 'notes:read' }));
    expect((await own.alice.connection()).scope).toBe('notes:read');
  });

  it.each([
    ['notes:read admin', 'a scope that the schema does not request'],
    ['  ', 'no scope'],
    ['', 'an empty text'],
  ])('is rejected if it is %j: %s', async (scope) => {
    expect(problemOf(await request(await setting(schema), { scope }))).toBe('400 invalid_request /scope');
  });

  it('is rejected if the schema has none', async () => {
    const own = await setting({ scope: undefined });
    expect(problemOf(await request(own, { scope: 'notes:read' }))).toBe('400 invalid_request /scope');
  });
});

describe('a sign-in without a call for an action with API keys', () => {
  async function keyAction(auth: object): Promise<Setting> {
    const gpt = await world.tenant.gpt();
    const action = await gpt.action(world.api.document(NOTES_PATHS), auth);
    return { gpt, action, alice: new EndUser(gpt, 'alice') };
  }

  it('asks the user for their own key', async () => {
    const own = await keyAction({ type: 'api_key', auth_type: 'bearer', per_user: true });
    const { browser } = own.alice;
    await browser.get((await request(own)).body.url);
    await browser.submit({ api_key: 'the key of alice' });
    await own.alice.calls();
    expect(world.api.requests.at(-1)?.headers['authorization']).toBe('Bearer the key of alice');
  });

  it('cannot ask for a scope', async () => {
    const own = await keyAction({ type: 'api_key', auth_type: 'bearer', per_user: true });
    expect(problemOf(await request(own, { scope: 'notes:read' }))).toBe('400 invalid_request /scope');
  });

  it.each([{ type: 'none' }, { type: 'api_key', auth_type: 'bearer', api_key: 'shared' }])(
    'is rejected if users of the action do not sign in (%j)',
    async (auth) => {
      expect(problemOf(await request(await keyAction(auth)))).toBe('400 invalid_request /action_id');
    },
  );
});

describe('the callers of a sign-in without a call', () => {
  it("cannot tell another tenant's action or GPT, or one that their key does not cover, from an unknown one", async () => {
    const own = await setting();
    const other = await setting();
    const stranger = await world.app.tenant();
    const narrowed = await own.gpt.tenant.admin.post('/v1/keys', {
      role: 'runtime',
      name: 'x',
      gpt_ids: [other.gpt.id],
    });
    const client = new Client(world.app.url, narrowed.body.key);
    const answers = [
      await request(own, {}, stranger.admin),
      await request(own, {}, client),
      await request(own, { gpt_id: other.gpt.id }, client),
      await request(own, { gpt_id: newId('g') }),
      await request(own, { action_id: newId('act') }),
      await request(own, { gpt_id: other.gpt.id }),
    ];
    for (const { body } of answers)
      expect({ ...body, request_id: '' }).toEqual({ ...answers[0]?.body, request_id: '' });
    expect(problemOf(answers[0] as ApiResponse)).toBe('404 not_found');
    expect((await request(other, {}, client)).status).toBe(201);
  });
});

it('sign-ins without a call count towards the rate limit of their user', async () => {
  const replica = await world.app.replica({ RATE_LIMIT_USER: '2' });
  try {
    const own = await setting();
    const at = own.gpt.at(replica);
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await request({ ...own, gpt: at })).status);
    expect(statuses).toEqual([201, 201, 429]);
    expect((await request({ ...own, gpt: at }, { user: 'bob' })).status).toBe(201);
  } finally {
    await replica.stop();
  }
});
