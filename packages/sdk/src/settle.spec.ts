import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Countersign } from './client.js';
import type { SettleOptions } from './settle.js';
import { StubCountersign } from './testing/stub-countersign.js';

let stub: StubCountersign;
let client: Countersign;

beforeAll(async () => {
  stub = await StubCountersign.start();
  client = new Countersign({ url: stub.url, key: 'key', gptId: 'g-1' });
});

afterAll(() => stub.stop());

beforeEach(() => {
  stub.requests.length = 0;
  stub.made.length = 0;
  stub.signedIn.clear();
  for (const name of Object.keys(stub.tools)) delete stub.tools[name];
  Object.assign(stub.tools, {
    about: {},
    whoAmI: { signIn: 'a.example' },
    listNotes: { signIn: 'a.example' },
    weather: { signIn: 'b.example' },
    createNote: { confirm: true },
    deleteNote: { signIn: 'a.example', confirm: true },
    slow: { busy: 2 },
  });
});

const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } }) as const;

const asked: string[] = [];

/** A user who signs in and confirms. */
function willing(changes: Partial<SettleOptions> = {}): SettleOptions {
  asked.length = 0;
  return {
    user: 'alice',
    onSignIn: ({ id, domain }) => {
      asked.push(domain);
      stub.end(id, 'connected');
    },
    onConfirmation: (_, { tool_call_id: id }) => {
      asked.push(id);
      return true;
    },
    ...changes,
  };
}

const contents = (results: { content: string }[]) => results.map(({ content }) => content);

it('returns the results of calls that need nothing', async () => {
  const { complete, results } = await client.settle([call('1', 'about')], willing());
  expect(complete).toBe(true);
  expect(results).toEqual([{ role: 'tool', tool_call_id: '1', content: 'about {}' }]);
  expect(stub.runs).toHaveLength(1);
});

it('offers a sign-in once for each API, waits for it, and resumes', async () => {
  const calls = [call('1', 'whoAmI'), call('2', 'listNotes'), call('3', 'weather'), call('4', 'about')];
  const { results } = await client.settle(calls, willing());
  expect(asked).toEqual(['a.example', 'b.example']);
  expect(results.map(({ tool_call_id: id }) => id)).toEqual(['1', '2', '3', '4']);
  expect(stub.made.toSorted()).toEqual(['about', 'listNotes', 'weather', 'whoAmI']);
  expect(stub.runs.map(({ response_id: id, resume }) => [typeof id, typeof resume])).toEqual([
    ['string', 'undefined'],
    ['undefined', 'string'],
  ]);
});

it('asks for confirmations after sign-ins, one after the other, and sends their tokens', async () => {
  let asking = 0;
  const options = willing({
    onConfirmation: async (confirmation, { tool_call_id: id, name }) => {
      expect(++asking).toBe(1);
      asked.push(`${id} ${name} ${confirmation.summary}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      asking--;
      return true;
    },
  });
  await client.settle([call('1', 'createNote'), call('2', 'deleteNote')], options);
  expect(asked).toEqual(['a.example', '1 createNote Do it', '2 deleteNote Do it']);
  expect(stub.made).toEqual(['createNote', 'deleteNote']);
});

describe('a user who does not want to', () => {
  it.each(['denied', 'expired'])('declines the calls of a sign-in that was %s', async (status) => {
    const options = willing({ onSignIn: ({ id }) => stub.end(id, status) });
    const { results } = await client.settle([call('1', 'whoAmI'), call('2', 'listNotes'), call('3', 'about')], options);
    expect(contents(results)).toEqual(['The user declined.', 'The user declined.', 'about {}']);
    expect(stub.runs.at(-1)).toMatchObject({ declined: ['1', '2'] });
  });

  it('declines the calls if `onSignIn` returns false', async () => {
    const { results } = await client.settle([call('1', 'whoAmI')], willing({ onSignIn: () => false }));
    expect(contents(results)).toEqual(['The user declined.']);
    expect(stub.requests.filter(({ path }) => path.startsWith('/v1/sign-ins'))).toEqual([]);
  });

  it('declines a call unless `onConfirmation` resolves with true', async () => {
    const onConfirmation = (async () => undefined) as unknown as SettleOptions['onConfirmation'];
    const { results } = await client.settle([call('1', 'createNote')], willing({ onConfirmation }));
    expect(contents(results)).toEqual(['The user declined.']);
    expect(stub.made).toEqual([]);
  });
});

it('offers a sign-in that failed again, four times at most', async () => {
  const offered: string[] = [];
  const onSignIn: SettleOptions['onSignIn'] = ({ id }) => {
    offered.push(id);
    stub.end(id, 'failed');
  };
  const { results } = await client.settle([call('1', 'whoAmI')], willing({ onSignIn }));
  expect(new Set(offered).size).toBe(4);
  expect(contents(results)).toEqual(['The user declined.']);
});

it('asks again if a confirmation is no longer valid', async () => {
  let isFirst = true;
  const onConfirmation: SettleOptions['onConfirmation'] = (confirmation) => {
    if (isFirst) confirmation.token = 'expired';
    isFirst = false;
    return true;
  };
  await client.settle([call('1', 'createNote')], willing({ onConfirmation }));
  expect(stub.made).toEqual(['createNote']);
});

it('polls calls that are in progress', async () => {
  const { results } = await client.settle([call('1', 'slow'), call('2', 'about')], willing());
  expect(contents(results)).toEqual(['slow {}', 'about {}']);
  expect(stub.runs).toHaveLength(3);
});

it('makes no call twice when responses are lost', async () => {
  stub.replies.push('lost');
  await client.settle([call('1', 'about'), call('2', 'whoAmI')], willing());
  expect(stub.made.toSorted()).toEqual(['about', 'whoAmI']);
});

it('rejects if a callback throws', async () => {
  const failing = willing({ onSignIn: () => Promise.reject(new Error('the chat is closed')) });
  await expect(client.settle([call('1', 'whoAmI')], failing)).rejects.toThrow('the chat is closed');
});

describe('the signal', () => {
  it.each<[string, string, Partial<SettleOptions>]>([
    ['an answer', 'createNote', { onConfirmation: () => new Promise<boolean>(() => {}) }],
    ['a sign-in', 'whoAmI', { onSignIn: () => {} }],
    ['a call in progress', 'never', {}],
  ])('ends waiting for %s', async (_, name, changes) => {
    stub.tools['never'] = { busy: 1e9 };
    const controller = new AbortController();
    const reason = new Error('the user left');
    const settled = client.settle([call('1', name)], willing({ ...changes, signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 100);
    await expect(settled).rejects.toBe(reason);
    expect(stub.made).toEqual([]);
  });
});
