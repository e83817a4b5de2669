import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
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
  await gpt.action(api.document({ ...NOTES_PATHS, ...FLAGGED }));
  api.requests.length = 0;
});

const flagged = (operationId: string, isConsequential?: boolean) => ({
  operationId,
  ...(isConsequential !== undefined && { 'x-openai-isConsequential': isConsequential }),
  responses: { 200: { description: 'x' } },
});

const FLAGGED = {
  '/flags': {
    get: flagged('getTrue', true),
    post: flagged('postFalse', false),
    put: flagged('putAbsent'),
    delete: flagged('deleteTrue', true),
    head: flagged('headAbsent'),
  },
};

const NOTE = { arguments: { body: { title: 'Buy milk' } } };

async function ask(operation = 'createNote', body: object = NOTE): Promise<string> {
  const answer = await gpt.call(operation, body);
  expect(answer.body.outcome).toBe('confirmation_required');
  return answer.body.confirmation.token;
}

describe('a consequential operation', () => {
  it('requires a confirmation that shows the call', async () => {
    const { status, body } = await gpt.call('createNote', NOTE);
    expect(status).toBe(200);
    expect(body).toEqual({
      outcome: 'confirmation_required',
      call_id: expect.stringMatching(/^call-/),
      confirmation: {
        token: expect.stringMatching(/^[\w-]{43}$/),
        domain: api.domain,
        method: 'POST',
        url: `${api.url}/notes`,
        summary: 'Create a note',
        can_always_allow: true,
        expires_at: expect.any(String),
      },
    });
    expect(api.requests).toHaveLength(0);
    const lifetime = Date.parse(body.confirmation.expires_at) - app.clock.now().getTime();
    expect(lifetime).toBeGreaterThan(9 * 60_000);
    expect(lifetime).toBeLessThanOrEqual(10 * 60_000);
  });

  it('is executed once with the token', async () => {
    const confirmation = await ask();
    expect((await gpt.call('createNote', { ...NOTE, confirmation })).body.outcome).toBe('completed');
    expect(JSON.parse(api.last.body)).toEqual({ title: 'Buy milk' });
    expect((await gpt.call('createNote', { ...NOTE, confirmation })).body.outcome).toBe('confirmation_required');
    expect(api.requests).toHaveLength(1);
  });

  it('is executed once if ten requests use the token concurrently', async () => {
    const confirmation = await ask();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => gpt.call('createNote', { ...NOTE, confirmation })),
    );
    expect(answers.filter(({ body }) => body.outcome === 'completed')).toHaveLength(1);
    expect(api.requests).toHaveLength(1);
  });

  it('is executed whatever the order of the arguments', async () => {
    const confirmation = await ask('createNote', { arguments: { body: { title: 'x', tags: { a: 1, b: 2 } } } });
    const again = { arguments: { body: { tags: { b: 2, a: 1 }, title: 'x' } }, confirmation };
    expect((await gpt.call('createNote', again)).body.outcome).toBe('completed');
  });

  it.each<[string, string, object]>([
    ['other arguments', 'createNote', { arguments: { body: { title: 'Buy beer' } } }],
    ['more arguments', 'createNote', { arguments: { body: { title: 'Buy milk', tags: [] } } }],
    ['another user', 'createNote', { ...NOTE, user: 'bob' }],
    ['no user', 'createNote', { arguments: NOTE.arguments, user: undefined }],
    ['another conversation', 'createNote', { ...NOTE, user: 'alice', conversation_id: 'other' }],
    ['no conversation', 'createNote', { ...NOTE, user: 'alice', conversation_id: undefined }],
    ['another operation', 'putAbsent', {}],
  ])('is not executed with the token and %s', async (_, operation, body) => {
    const alices = { ...NOTE, user: 'alice', conversation_id: 'first' };
    const confirmation = await ask('createNote', alices);
    expect((await gpt.call(operation, { ...body, confirmation })).body.outcome).toBe('confirmation_required');
    expect(api.requests).toHaveLength(0);
    expect((await gpt.call('createNote', { ...alices, confirmation })).body.outcome).toBe('completed');
  });

  it('is not executed with the token of another GPT or tenant', async () => {
    const confirmation = await ask();
    for (const owner of [tenant, await app.tenant()]) {
      const other = await owner.gpt();
      await other.action(api.document(NOTES_PATHS));
      expect((await other.call('createNote', { ...NOTE, confirmation })).body.outcome).toBe('confirmation_required');
    }
    expect(api.requests).toHaveLength(0);
  });

  it('is not executed if the action has changed since', async () => {
    const confirmation = await ask();
    const { id } = (await tenant.admin.get(`${gpt.path}/actions`)).body.data[0];
    await tenant.admin.patch(`${gpt.path}/actions/${id}`, { openapi: api.document({ ...NOTES_PATHS, ...FLAGGED }) });
    expect((await gpt.call('createNote', { ...NOTE, confirmation })).body.outcome).toBe('confirmation_required');
  });

  it('is executed within ten minutes, and not later', async () => {
    const [first, second] = [await ask(), await ask()];
    app.clock.advance({ minutes: 9, seconds: 30 });
    expect((await gpt.call('createNote', { ...NOTE, confirmation: first })).body.outcome).toBe('completed');
    app.clock.advance({ seconds: 31 });
    expect((await gpt.call('createNote', { ...NOTE, confirmation: second })).body.outcome).toBe(
      'confirmation_required',
    );
  });

  it('is executed after a restart, and on another replica', async () => {
    const [first, second] = [await ask(), await ask()];
    const replica = await TestApp.start({ replicaOf: app });
    try {
      const there = await gpt.at(replica).call('createNote', { ...NOTE, confirmation: first });
      expect(there.body.outcome).toBe('completed');
      await app.restart();
      expect((await gpt.call('createNote', { ...NOTE, confirmation: second })).body.outcome).toBe('completed');
    } finally {
      await replica.stop();
    }
  });

  it.each(['nonsense', 'x'.repeat(43), "' OR 1=1 --"])(
    'is not executed with the invalid token %s',
    async (confirmation) => {
      expect((await gpt.call('createNote', { ...NOTE, confirmation })).body.outcome).toBe('confirmation_required');
      expect(api.requests).toHaveLength(0);
    },
  );

  it('does not store or log its token in plain text', async () => {
    const confirmation = await ask();
    expect(await app.database.dump()).not.toContain(confirmation);
    expect(app.logLines.join('')).not.toContain(confirmation);
  });
});

describe('confirmation', () => {
  it.each<[string, string, boolean | undefined]>([
    ['getTrue', 'a GET marked as consequential', false],
    ['deleteTrue', 'a DELETE marked as consequential', false],
    ['putAbsent', 'an unmarked PUT', true],
    ['postFalse', 'a POST marked as not consequential', undefined],
    ['listNotes', 'an unmarked GET', undefined],
  ])(
    'is requested, and can be disabled by the user, as the document says: %s, %s',
    async (operation, _, canAlwaysAllow) => {
      const { body } = await gpt.call(operation);
      expect(body.confirmation?.can_always_allow).toBe(canAlwaysAllow);
      expect(body.outcome).toBe(canAlwaysAllow === undefined ? 'completed' : 'confirmation_required');
    },
  );
});
