import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MoreThan } from 'typeorm';
import { Database } from '../../src/database/index.js';
import { ToolCallResult } from '../../src/tool-calls/index.js';
import { ToolCallResults } from '../../src/tool-calls/store/tool-call-results.js';
import { TestApp } from '../support/app.js';
import { Client, type ApiResponse } from '../support/client.js';
import { refuseWrites } from '../support/database-faults.js';
import { eventually } from '../support/eventually.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { VENDORS } from './vendor-calls.js';

let app: TestApp;
let replica: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  replica = await app.replica();
  tenant = await app.tenant();
  gpt = await tenant.gpt();
  const { '/notes': notes } = NOTES_PATHS;
  const post = { ...notes.post, 'x-openai-isConsequential': false };
  await gpt.action(api.document({ ...NOTES_PATHS, '/notes': { ...notes, post } }));
});

afterAll(async () => {
  await replica.stop();
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(() => {
  api.requests.length = 0;
  api.respondWith(({ body }) => ({ body: { created: body } }));
});

const tool_calls = VENDORS.openai.calls({ id: 'call_0', name: 'createNote', args: { body: { title: 'Milk' } } });

const run = (body: object, at: Pick<TestApp, 'url'> = app): Promise<ApiResponse> =>
  tenant.at(at).runtime.post(`${gpt.path}/tool_calls`, { tool_calls, user: 'alice', ...body });

const rows = () => app.get(Database).read((manager) => manager.find(ToolCallResult));

describe('a turn with a response_id', () => {
  it('is answered from the store when it is repeated, on every replica', async () => {
    const first = await run({ response_id: 'resp_1' });
    expect(first.body.results[0].content).toContain('Milk');
    for (const at of [app, replica]) expect((await run({ response_id: 'resp_1' }, at)).body).toEqual(first.body);
    expect(api.requests).toHaveLength(1);
  });

  it('is another turn for another user, tool call, argument or response', async () => {
    const others = [
      { response_id: 'resp_2' },
      { response_id: 'resp_2', user: 'bob' },
      { response_id: 'resp_3' },
      { response_id: 'resp_2', tool_calls: [{ ...tool_calls[0], id: 'call_1' }] },
      {
        response_id: 'resp_2',
        tool_calls: VENDORS.openai.calls({ id: 'call_0', name: 'createNote', args: { body: { title: 'Eggs' } } }),
      },
    ];
    for (const [index, body] of others.entries()) {
      await run(body);
      expect(api.requests).toHaveLength(index + 1);
    }
  });

  it('keeps errors of the upstream, and tries again what was never sent', async () => {
    api.respondWith(() => ({ status: 500, body: 'broken' }));
    const first = await run({ response_id: 'resp_4' });
    expect(first.body.results[0].content).toBe('Error: The API responded with status 500 with: broken');
    api.respondWith(() => ({ body: {} }));
    expect((await run({ response_id: 'resp_4' })).body).toEqual(first.body);
    const invalid = VENDORS.openai.calls({ id: 'call_0', name: 'createNote', args: { body: {} } });
    const refused = await run({ response_id: 'resp_5', tool_calls: invalid });
    expect(refused.body.results[0].content).toMatch(/^Error: /);
    expect(api.requests).toHaveLength(1);
    expect((await run({ response_id: 'resp_5' })).body.results[0].content).toBe('{}');
  });

  it('is in progress while another request makes its calls, of which there are never two', async () => {
    let answer: (reply: { body: object }) => void = () => undefined;
    api.respondWith(() => new Promise((resolve) => (answer = resolve)));
    const first = run({ response_id: 'resp_6' });
    await eventually(
      () => api.requests.length,
      (count) => count === 1,
    );
    for (const at of [app, replica]) {
      const { body } = await run({ response_id: 'resp_6' }, at);
      expect(body).toMatchObject({
        complete: false,
        results: [],
        pending: [{ tool_call_id: 'call_0', outcome: 'in_progress', call_id: expect.stringMatching(/^call-/) }],
        resume: expect.any(String),
      });
    }
    answer({ body: { id: 1 } });
    expect((await first).body.complete).toBe(true);
    expect((await run({ response_id: 'resp_6' }, replica)).body).toEqual((await first).body);
    expect(api.requests).toHaveLength(1);
  });

  it('is sent once if ten requests arrive at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => run({ response_id: 'resp_7' }, index % 2 === 0 ? app : replica)),
    );
    expect(api.requests).toHaveLength(1);
    for (const { body } of answers) expect(body.complete || body.pending[0].outcome === 'in_progress').toBe(true);
    expect(answers.filter(({ body }) => body.complete).length).toBeGreaterThan(0);
  });

  it('keeps its result although the client disconnects', async () => {
    let answer: (reply: { body: object }) => void = () => undefined;
    api.respondWith(() => new Promise((resolve) => (answer = resolve)));
    const client = new AbortController();
    const response = fetch(`${app.url}${gpt.path}/tool_calls`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': tenant.runtime.key ?? '' },
      body: JSON.stringify({ tool_calls, user: 'alice', response_id: 'resp_8' }),
      signal: client.signal,
    }).catch((error: Error) => error.name);
    await eventually(
      () => api.requests.length,
      (count) => count === 1,
    );
    client.abort();
    expect(await response).toBe('AbortError');
    answer({ body: { id: 8 } });
    await eventually(
      () => run({ response_id: 'resp_8' }),
      ({ body }) => body.complete && body.results[0].content === '{"id":8}',
    );
    expect(api.requests).toHaveLength(1);
  });

  it('has an unknown outcome once the process that made its calls has ended', async () => {
    await run({ response_id: 'resp_9' });
    // Leaves the row as a process does that ends before it stores the result.
    const ended = { expiresAt: MoreThan(app.clock.now()) };
    const started = { result: null, owner: 'gone', leaseUntil: app.clock.in(15_000) };
    await app.get(Database).write((manager) => manager.update(ToolCallResult, ended, started));
    expect((await run({ response_id: 'resp_9' })).body.pending).toMatchObject([{ outcome: 'in_progress' }]);
    app.clock.advance({ seconds: 16 });
    const { body } = await run({ response_id: 'resp_9' });
    expect(body).toMatchObject({
      complete: true,
      results: [{ content: expect.stringMatching(/^Error: The outcome of this call is unknown/) }],
    });
    expect(api.requests).toHaveLength(1);
  });

  it('is forgotten after 24 hours, and its results are deleted with the GPT', async () => {
    await run({ response_id: 'resp_10' });
    app.clock.advance({ hours: 25 });
    const other = await tenant.gpt();
    await other.action(api.document(NOTES_PATHS));
    const listing = VENDORS.openai.calls({ id: '1', name: 'listNotes' });
    await tenant.runtime.post(`${other.path}/tool_calls`, { tool_calls: listing, response_id: 'x' });
    const ofOther = async () => (await rows()).filter(({ gptId }) => gptId === other.id);
    expect(await ofOther()).toHaveLength(1);
    expect(JSON.stringify(await ofOther())).not.toContain('created');
    await tenant.admin.delete(other.path);
    expect(await ofOther()).toEqual([]);
  });
});

it('a key that is restricted to operations gets no results of others', async () => {
  const { id: actionId } = (await tenant.admin.get(`${gpt.path}/actions`)).body.data[0];
  await run({ response_id: 'resp_11' });
  const keyOf = async (operation: string) => {
    const operation_ids = [`${actionId}/${operation}`];
    const { key } = (await tenant.admin.post('/v1/keys', { role: 'runtime', name: operation, operation_ids })).body;
    return new Client(app.url, key);
  };
  const repeat = async (operation: string) => {
    const body = { tool_calls, user: 'alice', response_id: 'resp_11' };
    return (await (await keyOf(operation)).post(`${gpt.path}/tool_calls`, body)).body.results[0].content;
  };
  expect(await repeat('listNotes')).toBe('Error: There is no tool named "createNote".');
  expect(await repeat('createNote')).toContain('Milk');
  expect(api.requests).toHaveLength(1);
});

it('a result that cannot be stored is returned, and unknown when the turn is repeated', async () => {
  let answer: (reply: { body: object }) => void = () => undefined;
  api.respondWith(() => new Promise((resolve) => (answer = resolve)));
  const turn = run({ response_id: 'resp_12' });
  await eventually(
    () => api.requests.length,
    (count) => count === 1,
  );
  const refused = refuseWrites(app);
  answer({ body: { id: 12 } });
  expect((await turn).body.results[0].content).toBe('{"id":12}');
  refused.repair();
  app.clock.advance({ seconds: 16 });
  // The process still makes other calls, whose leases it renews.
  const other = run({ response_id: 'resp_13' });
  await eventually(
    () => api.requests.length,
    (count) => count === 2,
  );
  await app.get(ToolCallResults).renew();
  const { body } = await run({ response_id: 'resp_12' });
  expect(body.results[0].content).toMatch(/^Error: The outcome of this call is unknown/);
  answer({ body: {} });
  expect((await other).body.complete).toBe(true);
});

it('two requests that decline a call at the same time are both answered', async () => {
  const declining = () => run({ response_id: 'resp_14', declined: ['call_0'] });
  for (const { status, body } of await Promise.all([declining(), declining(), declining()]))
    expect([status, body.results[0].content]).toEqual([200, 'The user declined this call. Nothing was called.']);
  expect(api.requests).toHaveLength(0);
});

it('a turn without a response_id is made each time', async () => {
  await run({});
  await run({});
  expect(api.requests).toHaveLength(2);
});
