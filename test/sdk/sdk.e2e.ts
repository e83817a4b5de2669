import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Countersign, CountersignError, type SettleOptions } from '@countersign/sdk';
import { Browser } from '../../examples/notes-provider/browser.js';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import type { TestGpt } from '../support/tenant.js';

let world: OAuthWorld;
let gpt: TestGpt;
let action: { id: string };
let client: Countersign;
/** What the user was asked. */
const asked: string[] = [];

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  reset();
  asked.length = 0;
  ({ gpt, action } = await world.notesGpt());
  client = clientWith(gpt.tenant.runtime.key);
});

/** As `world.reset`, but `about` requires no token. */
function reset(): void {
  world.reset();
  world.api.respondWith(({ path, headers: { authorization = '' } }) => {
    const isAllowed = path === '/about' || world.provider.accessTokens.has(authorization.replace('Bearer ', ''));
    return isAllowed ? { body: { ok: true } } : { status: 401, body: { error: 'invalid_token' } };
  });
}

function clientWith(key = ''): Countersign {
  return new Countersign({ url: world.app.url, key, gptId: gpt.id });
}

async function opensTheLink(url: string): Promise<void> {
  const browser = new Browser();
  await browser.get(url);
  await browser.submit();
}

/** A user who signs in and confirms. */
function willing(changes: Partial<SettleOptions> = {}): SettleOptions {
  return {
    user: 'alice',
    onSignIn: ({ url, domain }) => {
      asked.push(`sign in to ${domain}`);
      return opensTheLink(url);
    },
    onConfirmation: ({ method, url }) => asked.push(`${method} ${url}`) > 0,
    ...changes,
  };
}

const call = (id: string, name: string, args: object = {}) =>
  ({ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }) as const;

const NOTE = { body: { title: 'Milk' } };

const completion = (...calls: ReturnType<typeof call>[]) => ({
  id: `chatcmpl-${crypto.randomUUID()}`,
  choices: [{ message: { role: 'assistant', content: null, tool_calls: calls } }],
});

const methods = () => world.api.requests.map(({ method }) => method).toSorted();

it('lists the tools of every format', async () => {
  expect((await client.tools('openai')).map((tool) => tool.function.name)).toContain('listNotes');
  expect((await client.tools('openai_responses')).map((tool) => tool.parameters['type'])).toContain('object');
  expect((await client.tools('anthropic')).map((tool) => tool.input_schema.type)).toContain('object');
  expect((await client.tools('mcp', { search: 'deleteNote' }))[0]?.annotations.destructiveHint).toBe(true);
  expect((await client.tools('gemini', { actionId: action.id })).map((tool) => tool.name)).toContain('listNotes');
});

describe('settle', () => {
  it('signs the user in once, asks for confirmations, and makes each call once', async () => {
    const turn = completion(call('1', 'listNotes'), call('2', 'createNote', NOTE), call('3', 'about'));
    const outcome = await client.settle(turn, willing());
    expect(outcome).toMatchObject({ format: 'openai', complete: true, pending: [], skipped: [] });
    expect(outcome.results).toEqual(
      ['1', '2', '3'].map((id) => ({ role: 'tool', tool_call_id: id, content: expect.stringContaining('"ok":true') })),
    );
    expect(asked).toEqual([`sign in to ${world.api.domain}`, `POST ${world.api.url}/notes`]);
    expect(methods()).toEqual(['GET', 'GET', 'POST']);
  });

  it('gives results in the form of each vendor', async () => {
    const use = { type: 'tool_use', id: 'toolu_1', name: 'about', input: {} } as const;
    const message = { id: `msg_${crypto.randomUUID()}`, type: 'message', role: 'assistant', content: [use] } as const;
    expect((await client.settle(message, willing())).results).toEqual([
      { type: 'tool_result', tool_use_id: 'toolu_1', content: expect.anything() },
    ]);
    const output = { type: 'function_call', call_id: 'c', name: 'about', arguments: '{}' } as const;
    const response = { id: `resp_${crypto.randomUUID()}`, object: 'response', output: [output] } as const;
    expect((await client.settle(response, willing())).results).toEqual([
      { type: 'function_call_output', call_id: 'c', output: expect.anything() },
    ]);
  });

  it('declines what the user refuses', async () => {
    world.provider.simulate('access denied');
    const refused = await client.settle(completion(call('1', 'listNotes'), call('2', 'about')), willing());
    expect(refused.results.map(({ tool_call_id: id }) => id)).toEqual(['1', '2']);
    expect(asked).toHaveLength(1);
    reset();
    await client.settle(completion(call('1', 'listNotes')), willing());
    world.api.requests.length = 0;
    const turn = completion(call('1', 'createNote', NOTE));
    const { results } = await client.settle(turn, willing({ onConfirmation: () => false }));
    expect(results).toEqual([{ role: 'tool', tool_call_id: '1', content: expect.not.stringContaining('Error') }]);
    expect(methods()).toEqual([]);
  });

  it('asks for a sign-in again if the first fails', async () => {
    let isFirst = true;
    const onSignIn: SettleOptions['onSignIn'] = async ({ url }) => {
      reset();
      if (isFirst) world.provider.simulate('tokens called apiToken');
      isFirst = false;
      asked.push(url);
      await opensTheLink(url);
    };
    const { results } = await client.settle(completion(call('1', 'listNotes')), willing({ onSignIn }));
    expect(results[0]?.content).toContain('"ok":true');
    expect(new Set(asked).size).toBe(2);
  });
});

describe('run', () => {
  it('leaves calls pending, and resumes them in another process', async () => {
    const turn = completion(call('1', 'listNotes'), call('2', 'about'));
    const first = await client.run(turn, { user: 'alice' });
    expect(first).toMatchObject({ complete: false, resume: expect.any(String) });
    const [pending] = first.pending;
    expect(pending).toMatchObject({
      tool_call_id: '1',
      name: 'listNotes',
      call_id: expect.stringMatching(/^call-/),
      outcome: 'sign_in_required',
      placeholder: { role: 'tool', tool_call_id: '1', content: expect.any(String) },
    });
    await opensTheLink(pending?.outcome === 'sign_in_required' ? pending.sign_in.url : '');
    const resumed = await clientWith(gpt.tenant.runtime.key).run(turn, { user: 'alice', resume: first.resume });
    expect(resumed).toMatchObject({ complete: true, results: [{ tool_call_id: '1' }, { tool_call_id: '2' }] });
    expect(methods()).toEqual(['GET', 'GET']);
  });

  it('makes the calls of a response once, and those of a turn without an id each time', async () => {
    const turn = completion(call('1', 'about'));
    expect(await client.run(turn)).toEqual(await client.run(turn));
    expect(methods()).toEqual(['GET']);
    for (let turns = 0; turns < 2; turns++) await client.run([call('call_0', 'about')]);
    expect(methods()).toEqual(['GET', 'GET', 'GET']);
  });

  it('answers calls of unknown tools, or skips them', async () => {
    const turn = [call('1', 'about'), call('2', 'ownTool')];
    const answered = await client.run(turn);
    expect(answered.results[1]?.content).toMatch(/^Error: /);
    const skipped = await client.run(turn, { unknownTools: 'skip' });
    expect(skipped.results).toHaveLength(1);
    expect(skipped.skipped).toEqual([{ tool_call_id: '2', name: 'ownTool' }]);
  });

  it('is complete for a turn without calls', async () => {
    const text = { id: 'chatcmpl-text', choices: [{ message: { role: 'assistant', content: 'Hello' } }] };
    expect(await client.run(text)).toMatchObject({ format: null, complete: true, results: [] });
  });
});

it('connects an account by a link, lists it and disconnects it', async () => {
  const link = await client.connectLink('bob', action.id, { scope: 'notes:read' });
  const waiting = client.signedIn(link.id);
  await opensTheLink(link.url);
  expect(await waiting).toMatchObject({ id: link.id, status: 'connected', user: 'bob' });
  const [connection] = await client.connections.list('bob', { status: 'active' });
  expect(connection).toMatchObject({ user: 'bob', action_id: action.id, domain: world.api.domain });
  await client.connections.disconnect(connection?.id ?? '');
  expect(await client.connections.list('bob', { status: 'active' })).toEqual([]);
});

it('verifies the user of a sign-in', async () => {
  const tenant = await world.app.tenant();
  const verification = {
    user_verification: 'redirect',
    user_verification_url: 'https://chat.example.com/who-is-it',
  };
  expect((await tenant.admin.patch(`/v1/tenants/${tenant.id}`, verification)).status).toBe(200);
  ({ gpt, action } = await world.notesGpt({}, tenant));
  client = clientWith(tenant.runtime.key);
  const signIn = await new EndUser(gpt, 'alice').signsInAtProvider();
  const location = (await signIn.returns()).headers.get('location') ?? '';
  const browserToken = new URL(location).searchParams.get('browser_token') ?? '';
  const verified = await client.verifySignIn(signIn.offer.id, { user: 'alice', browserToken });
  expect(verified).toMatchObject({ id: signIn.offer.id, status: 'connected', user: 'alice' });
  expect(verified.redirect_url).toContain(signIn.offer.id);
});

it('rejects the verification of an authorization that does not exist', async () => {
  const attempt = client.verifyMcpAuthorization('az-unknown', { user: 'alice', browserToken: 'b' });
  await expect(attempt).rejects.toMatchObject({
    status: 404,
    code: 'not_found',
    message: expect.stringContaining('MCP authorization not found'),
  });
});

it("creates a link to a user's connected accounts", async () => {
  const { url } = await client.connectedAccountsLink('alice');
  const browser = new Browser();
  await browser.get(url);
  expect(browser.page).toMatchObject({ status: 200, body: expect.stringContaining('alice') });
});

it('creates and revokes tokens for MCP', async () => {
  const token = await client.mcpToken('alice', { expiresIn: 600 });
  expect(token).toMatchObject({ token: expect.stringMatching(/^cs_mcp_/), url: expect.stringContaining(gpt.id) });
  expect(Date.parse(token.expires_at) - world.app.clock.now().getTime()).toBeLessThanOrEqual(600_000);
  const ping = () => {
    const headers = { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    return fetch(token.url, {
      method: 'POST',
      headers: { ...headers, accept: 'application/json, text/event-stream' },
      body,
    });
  };
  const status = async () => (await ping()).status;
  expect(await status()).not.toBe(401);
  await client.revokeMcpToken(token.id);
  expect(await status()).toBe(401);
});

it('rejects with the problem of the API', async () => {
  const errors: unknown[] = [];
  await clientWith('not-a-key')
    .tools('openai')
    .catch((error: unknown) => errors.push(error));
  await client.connectLink('alice', '').catch((error: unknown) => errors.push(error));
  expect(errors.every((error) => error instanceof CountersignError)).toBe(true);
  expect(errors).toMatchObject([
    { code: 'unauthenticated', status: 401, request_id: expect.any(String), errors: [] },
    { code: 'invalid_request', status: 400, errors: [{ pointer: '/action_id', message: expect.any(String) }] },
  ]);
});
