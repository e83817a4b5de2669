import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import { Database } from '../../src/database/index.js';
import { McpAgreement } from '../../src/mcp/index.js';
import { WaitTimes } from '../../src/mcp/tools/wait-times.js';
import type { ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { McpWorld, textOf } from '../support/mcp-world.js';

let world: McpWorld;

beforeAll(async () => {
  world = await McpWorld.start();
});

beforeEach(async () => {
  await world.reset();
  world.app.get(WaitTimes).linkMs = 50;
});

afterAll(() => world.stop());

const NOTE = { body: { title: '<b>Milk</b>' } };
const FORM = { elicitation: { form: {} } };
const URL_MODE = { elicitation: { url: {} } };

/** Calls a consequential operation as a client of 2026-07-28. */
const create = (capabilities: object, more: object = {}, args: object = NOTE, user = 'alice') =>
  world.call('createNote', args, { user, capabilities, more });
const tick = (confirm: unknown) => ({ countersign: { action: 'accept', content: { confirm } } });
const LINK = /http:\S+\/mcp\/confirm\/[\w-]+/;
const linkIn = (answer: ApiResponse) => LINK.exec(textOf(answer))?.[0] ?? '';

/** Opens a confirmation page and presses one of its buttons. */
async function decides(url: string, answer: 'agreed' | 'declined', headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams({ answer }),
  });
}

describe('a consequential call of 2026-07-28 whose client has forms', () => {
  it('asks with a form that shows operation, host and arguments, and is made once it is ticked', async () => {
    for (const capabilities of [FORM, { elicitation: {} }, { elicitation: { form: {}, url: {} } }]) {
      world.api.requests.length = 0;
      const { result } = (await create(capabilities)).body;
      const { method, params } = result.inputRequests.countersign;
      expect([result.resultType, method, params.mode]).toEqual(['input_required', 'elicitation/create', 'form']);
      expect(params.message).toContain('Create a note');
      expect(params.message).toContain(world.api.domain);
      expect(params.message).toContain('<b>Milk</b>');
      expect(params.requestedSchema).toMatchObject({
        properties: { confirm: { type: 'boolean' } },
        required: ['confirm'],
      });
      expect(world.api.requests).toHaveLength(0);
      const { requestState } = result;
      const made = await create(capabilities, { requestState, inputResponses: tick(true) });
      expect(textOf(made)).toBe('{"ok":true}');
      // The same answer does not make the call again: it asks anew.
      const again = await create(capabilities, { requestState, inputResponses: tick(true) });
      expect(again.body.result.resultType).toBe('input_required');
      expect(world.api.requests).toHaveLength(1);
    }
  });

  it.each([
    ['it is declined', { countersign: { action: 'decline' } }],
    ['it is cancelled', { countersign: { action: 'cancel' } }],
    ['it is not ticked', tick(false)],
    ['it is ticked with something else', tick('true')],
    ['the content is missing', { countersign: { action: 'accept' } }],
  ])('is not made if %s', async (_, inputResponses) => {
    const { requestState } = (await create(FORM)).body.result;
    const answer = await create(FORM, { requestState, inputResponses });
    expect(answer.body.result.isError).toBe(true);
    expect(textOf(answer)).toMatch(/not made/);
    expect(world.api.requests).toHaveLength(0);
  });

  it('asks at most four times', async () => {
    let answer = await create(FORM);
    for (let round = 2; round <= 4; round++) {
      answer = await create(FORM, { requestState: answer.body.result.requestState });
      expect([round, answer.body.result.resultType]).toEqual([round, 'input_required']);
    }
    answer = await create(FORM, { requestState: answer.body.result.requestState });
    expect(answer.body.result).toMatchObject({ resultType: 'complete', isError: true });
    expect(world.api.requests).toHaveLength(0);
  });
});

describe('a consequential call whose client cannot ask', () => {
  it('gets a link to a page, and the exact call works once after the user has agreed', async () => {
    const asked = await create({});
    const link = linkIn(asked);
    expect(asked.body.result.isError).toBe(true);
    // While it is open, the same call gets the same link.
    expect(linkIn(await create({}))).toBe(link);
    expect((await decides(link, 'agreed')).status).toBe(200);
    expect(linkIn(await create({}, {}, { body: { title: 'Eggs' } }))).not.toBe('');
    expect(linkIn(await create({}, {}, NOTE, 'bob'))).not.toBe('');
    expect(world.api.requests).toHaveLength(0);
    expect(textOf(await create({}))).toBe('{"ok":true}');
    expect(linkIn(await create({}))).not.toBe('');
    expect(world.api.requests).toHaveLength(1);
  });

  it('is made once if it is repeated twice at the same time', async () => {
    await decides(linkIn(await create({})), 'agreed');
    const answers = await Promise.all([create({}), create({}), create({})]);
    expect(answers.filter(({ body }) => !body.result.isError)).toHaveLength(1);
    expect(world.api.requests).toHaveLength(1);
  });

  it('is not made if the user declines, and is asked for again the next time', async () => {
    const link = linkIn(await create({}));
    await decides(link, 'declined');
    const answer = await create({});
    expect(textOf(answer)).toMatch(/not made.*did not agree/);
    expect(linkIn(await create({}))).not.toBe(link);
    expect(world.api.requests).toHaveLength(0);
  });

  it('needs another agreement after ten minutes, or after the action has changed', async () => {
    await decides(linkIn(await create({})), 'agreed');
    world.app.clock.advance({ minutes: 10 });
    expect(linkIn(await create({}))).not.toBe('');
    const link = linkIn(await create({}));
    await decides(link, 'agreed');
    const path = `${world.gpt.path}/actions/${world.actionId}`;
    await world.tenant.admin.patch(path, { privacy_policy_url: 'https://example.com' });
    expect(linkIn(await create({}))).not.toBe('');
    expect(world.api.requests).toHaveLength(0);
  });

  it.each([
    ['2025-11-25', {}],
    ['2025-06-18', {}],
    ['2025-06-18', URL_MODE],
    ['2025-03-26', FORM],
    ['2024-11-05', URL_MODE],
  ])('of %s with %j gets the link too', async (version, capabilities) => {
    const session = await world.initialize(version, capabilities, { user: 'alice' });
    const answer = await world.callIn(session, 'createNote', NOTE, { user: 'alice' });
    await decides(linkIn(answer), 'agreed');
    expect(textOf(await world.callIn(session, 'createNote', NOTE, { user: 'alice' }))).toBe('{"ok":true}');
  });
});

describe('a consequential call of a client without a session', () => {
  it('gets the link, whatever the revision in its header can do', async () => {
    for (const version of ['2025-11-25', '2025-06-18']) {
      const headers = { 'mcp-protocol-version': version };
      const params = { name: 'createNote', arguments: NOTE, _meta: { capabilities: FORM } };
      const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
      expect(linkIn(await world.send(message, { user: 'alice', headers }))).not.toBe('');
    }
  });
});

describe('a consequential call whose client can open URLs only', () => {
  it('of 2026-07-28 asks to open the page, waits for the decision, and is made', async () => {
    world.app.get(WaitTimes).linkMs = 25_000;
    const { result } = (await create(URL_MODE)).body;
    const { mode, url } = result.inputRequests.countersign.params;
    expect([mode, url]).toEqual(['url', expect.stringMatching(LINK)]);
    const { requestState } = result;
    const made = create(URL_MODE, { requestState, inputResponses: { countersign: { action: 'accept' } } });
    await decides(url, 'agreed');
    expect(textOf(await made)).toBe('{"ok":true}');
  });

  it('of 2026-07-28 is not made if the user declines on the page, or does not open it', async () => {
    const onPage = (await create(URL_MODE)).body.result;
    await decides(onPage.inputRequests.countersign.params.url, 'declined');
    const accept = { countersign: { action: 'accept' } };
    const declined = await create(URL_MODE, { requestState: onPage.requestState, inputResponses: accept });
    expect([declined.body.result.isError, textOf(declined)]).toEqual([true, expect.stringMatching(/not made/)]);
    for (const action of ['decline', 'cancel']) {
      const { requestState } = (await create(URL_MODE)).body.result;
      const answer = await create(URL_MODE, { requestState, inputResponses: { countersign: { action } } });
      expect([answer.body.result.isError, textOf(answer)]).toEqual([true, expect.stringMatching(/not made/)]);
    }
    expect(world.api.requests).toHaveLength(0);
  });

  it('of 2026-07-28 repeats the same link at most four times', async () => {
    let answer = await create(URL_MODE);
    const { url } = answer.body.result.inputRequests.countersign.params;
    const inputResponses = { countersign: { action: 'accept' } };
    for (let round = 2; round <= 4; round++) {
      answer = await create(URL_MODE, { requestState: answer.body.result.requestState, inputResponses });
      expect(answer.body.result.inputRequests.countersign.params.url).toBe(url);
    }
    answer = await create(URL_MODE, { requestState: answer.body.result.requestState, inputResponses });
    expect(answer.body.result).toMatchObject({ resultType: 'complete', isError: true });
  });

  it('of 2025-11-25 fails with -32042 and the page', async () => {
    const session = await world.initialize('2025-11-25', URL_MODE, { user: 'alice' });
    const { error } = (await world.callIn(session, 'createNote', NOTE, { user: 'alice' })).body;
    expect([error.code, error.data.elicitations[0].url]).toEqual([-32042, expect.stringMatching(LINK)]);
    await decides(error.data.elicitations[0].url, 'agreed');
    expect(textOf(await world.callIn(session, 'createNote', NOTE, { user: 'alice' }))).toBe('{"ok":true}');
  });
});

describe('confirmation by the client', () => {
  it('lets consequential calls through, except those that the document or a policy always asks for', async () => {
    await world.set({ confirmation: 'client' });
    expect(textOf(await create({}))).toBe('{"ok":true}');
    const remove = () => world.call('deleteNote', { id: '1' }, { user: 'alice' });
    expect(linkIn(await remove())).not.toBe('');
    const policy = `${world.gpt.path}/actions/${world.actionId}/policy`;
    await world.tenant.admin.put(policy, { operations: { createNote: { confirmation: 'always' } } });
    expect(linkIn(await create({}))).not.toBe('');
    await world.app.operator.patch(`/v1/tenants/${world.tenant.id}`, { allow_skipping_confirmation: true });
    expect((await remove()).body.result.isError).toBeUndefined();
    expect(textOf(await create({}))).toBe('{"ok":true}');
  });
});

describe('the confirmation page', () => {
  it('shows operation, host, request, arguments and user, escaped, with two buttons', async () => {
    const page = await new Browser().get(linkIn(await create({})));
    const text = page.body;
    for (const part of ['Create a note', world.api.domain, 'POST', 'alice', '&#60;b&#62;Milk', 'Note keeper'])
      expect(text).toContain(part);
    expect(text).not.toContain('<b>Milk');
    expect(text).toMatch(/value="agreed".*value="declined"/s);
  });

  it('cannot be loaded by other sites, framed, or stored', async () => {
    const { headers } = await fetch(linkIn(await create({})));
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('is answered by its own form only', async () => {
    const link = linkIn(await create({}));
    expect((await decides(link, 'agreed', { 'sec-fetch-site': 'cross-site' })).status).toBe(400);
    expect(linkIn(await create({}))).toBe(link);
  });

  it('is answered once', async () => {
    const link = linkIn(await create({}));
    await decides(link, 'declined');
    expect((await decides(link, 'agreed')).status).toBe(410);
    expect((await fetch(link)).status).toBe(410);
    expect(textOf(await create({}))).toMatch(/did not agree/);
  });

  it('is not found with a wrong link, and expires', async () => {
    expect((await fetch(`${world.app.url}/mcp/confirm/${'x'.repeat(43)}`)).status).toBe(404);
    const link = linkIn(await create({}));
    world.app.clock.advance({ minutes: 10 });
    expect((await fetch(link)).status).toBe(410);
  });

  it('keeps its link and the arguments sealed', async () => {
    const link = linkIn(await create({}));
    const rows = JSON.stringify(await world.app.get(Database).read((manager) => manager.find(McpAgreement)));
    expect(rows).not.toContain(link.split('/').at(-1));
    expect(rows).not.toContain('Milk');
  });
});

describe('a consequential call of an older revision whose client has forms', () => {
  type Answer = object | ((questionId: number, session: string) => Promise<void>);

  /** Reads a stream of events and answers the question in it. */
  async function askedOnStream(version: string, answer: Answer, at = world.app) {
    const session = await world.initialize(version, { elicitation: {} }, { user: 'alice' });
    const response = await fetch(`${world.app.url}/mcp/${world.gpt.id}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.tenant.runtime.key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'countersign-user': 'alice',
        'mcp-session-id': session,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 5,
        method: 'tools/call',
        params: { name: 'createNote', arguments: NOTE },
      }),
    });
    const events: { id: number; method?: string; params?: object; result?: object }[] = [];
    let status: number | undefined;
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      for (const [, data = ''] of text.matchAll(/^data: (.*)$/gm)) events.push(JSON.parse(data));
      const [question] = events;
      if (status !== undefined || !question) continue;
      if (typeof answer === 'function') {
        status = 0;
        await answer(question.id, session);
        continue;
      }
      const message = { jsonrpc: '2.0', id: question.id, ...answer };
      status = (await world.send(message, { user: 'alice', headers: { 'mcp-session-id': session }, at })).status;
    }
    return { response, events, status };
  }

  const ACCEPTED = { result: { action: 'accept', content: { confirm: true } } };

  it.each([
    ['2025-11-25', 'form'],
    ['2025-06-18', undefined],
  ])('of %s is asked for on the stream of its response', async (version, mode) => {
    const { response, events, status } = await askedOnStream(version, ACCEPTED);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect([response.headers.get('x-accel-buffering'), response.headers.get('cache-control')]).toEqual([
      'no',
      'no-store',
    ]);
    expect(status).toBe(202);
    expect(events[0]).toMatchObject({
      method: 'elicitation/create',
      params: { message: expect.stringContaining('Create a note') },
    });
    expect((events[0]?.params as { mode?: string } | undefined)?.mode).toBe(mode);
    expect(events[1]).toEqual({ jsonrpc: '2.0', id: 5, result: { content: [{ type: 'text', text: '{"ok":true}' }] } });
    expect(world.api.requests).toHaveLength(1);
  });

  it('may be answered at another replica', async () => {
    const replica = await world.app.replica();
    try {
      const { events, status } = await askedOnStream('2025-11-25', ACCEPTED, replica);
      expect([status, events[1]?.result]).toEqual([202, { content: [{ type: 'text', text: '{"ok":true}' }] }]);
    } finally {
      await replica.stop();
    }
  });

  it.each([
    ['declined', { result: { action: 'decline' } }],
    ['cancelled', { result: { action: 'cancel' } }],
    ['not ticked', { result: { action: 'accept', content: { confirm: false } } }],
    ['answered with an error', { error: { code: -32601, message: 'no such method' } }],
  ])('is not made if it is %s', async (_, answer) => {
    const { events } = await askedOnStream('2025-11-25', answer);
    expect(events[1]?.result).toMatchObject({ isError: true });
    expect(world.api.requests).toHaveLength(0);
  });

  it('is answered by its own session only, and once', async () => {
    const statuses: [string, number][] = [];
    const { events } = await askedOnStream('2025-11-25', async (id, session) => {
      const send = async (who: string, answer: object, user: string, sessionId?: string) => {
        const headers = sessionId === undefined ? undefined : { 'mcp-session-id': sessionId };
        const { status } = await world.send({ jsonrpc: '2.0', id, ...answer }, { user, headers });
        statuses.push([who, status]);
      };
      const open = (user: string) => world.initialize('2025-11-25', { elicitation: {} }, { user });
      await send('another session of the user', ACCEPTED, 'alice', await open('alice'));
      await send('a session of another user', ACCEPTED, 'bob', await open('bob'));
      await send('another user with the session', ACCEPTED, 'bob', session);
      await send('no session', ACCEPTED, 'alice');
      await send('the session', { result: { action: 'decline' } }, 'alice', session);
      await send('the session, once more', ACCEPTED, 'alice', session);
    });
    expect(statuses).toEqual([
      ['another session of the user', 400],
      ['a session of another user', 400],
      ['another user with the session', 404],
      ['no session', 400],
      ['the session', 202],
      ['the session, once more', 400],
    ]);
    expect(events[1]?.result).toMatchObject({ isError: true });
    expect(world.api.requests).toHaveLength(0);
  });

  it('ends without an answer when its time is over', async () => {
    world.app.get(WaitTimes).formMs = 100;
    const session = await world.initialize('2025-11-25', { elicitation: {} }, { user: 'alice' });
    const answer = await world.callIn(session, 'createNote', NOTE, { user: 'alice' });
    expect(answer.text).toContain('"isError":true');
    world.app.get(WaitTimes).formMs = 600_000;
  });

  it('gets a link if the client takes no events', async () => {
    const session = await world.initialize('2025-11-25', { elicitation: {} }, { user: 'alice' });
    const headers = { accept: 'application/json' };
    const answer = await world.callIn(session, 'createNote', NOTE, { user: 'alice', headers });
    expect(linkIn(answer)).not.toBe('');
  });

  it('is forgotten when the client disconnects', async () => {
    const session = await world.initialize('2025-11-25', { elicitation: {} }, { user: 'alice' });
    const gone = new AbortController();
    const response = await fetch(`${world.app.url}/mcp/${world.gpt.id}`, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        authorization: `Bearer ${world.tenant.runtime.key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'countersign-user': 'alice',
        'mcp-session-id': session,
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 5,
        method: 'tools/call',
        params: { name: 'createNote', arguments: NOTE },
      }),
    });
    expect(response.status).toBe(200);
    gone.abort();
    const closed = () => world.app.logLines.some((line) => line.includes('"/mcp/:gpt_id"'));
    await eventually(closed, Boolean);
    expect(world.api.requests).toHaveLength(0);
  });
});
