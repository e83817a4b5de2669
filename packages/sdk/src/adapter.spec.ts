import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aiTools } from './ai/index.js';
import { Countersign } from './client.js';
import { langchainTools } from './langchain/index.js';
import { StubCountersign } from './testing/stub-countersign.js';

let stub: StubCountersign;
let client: Countersign;

beforeAll(async () => {
  stub = await StubCountersign.start();
  client = new Countersign({ url: stub.url, key: 'key', gptId: 'g-1' });
  Object.assign(stub.tools, { about: {}, whoAmI: { signIn: 'a.example' }, createNote: { confirm: true } });
});

afterAll(() => stub.stop());

interface AiTool {
  description: string;
  inputSchema: object;
  strict: boolean;
  execute(input: unknown, call: { toolCallId: string; abortSignal?: AbortSignal }): Promise<string>;
}

const ai = { jsonSchema: (schema: object): object => ({ schema }), dynamicTool: (tool: AiTool) => tool };

const options = {
  user: 'alice',
  conversationId: 'conversation-1',
  tag: 'notes',
  onSignIn: ({ id }: { id: string }) => stub.end(id, 'connected'),
  onConfirmation: () => false,
};

it('makes tools of the AI SDK, which settle their calls', async () => {
  const tools = await aiTools(client, ai, options);
  expect(Object.keys(tools)).toEqual(['about', 'createNote', 'whoAmI']);
  expect(tools['about']).toMatchObject({
    description: 'Does about',
    inputSchema: { schema: { type: 'object' } },
    strict: false,
  });
  expect(stub.requests[0]?.query).toMatchObject({ tag: 'notes' });
  expect(await tools['whoAmI']?.execute({ a: 1 }, { toolCallId: 'call_0' })).toBe('whoAmI {"a":1}');
  expect(await tools['createNote']?.execute({}, { toolCallId: 'call_0' })).toBe('The user declined.');
  expect(stub.runs.at(-1)).toMatchObject({ user: 'alice', conversation_id: 'conversation-1' });
});

it('makes the same call again in another turn of a runtime that names its calls alike', async () => {
  const tools = await aiTools(client, ai, options);
  stub.made.length = 0;
  for (let turn = 0; turn < 2; turn++) await tools['about']?.execute({}, { toolCallId: 'call_0' });
  expect(stub.made).toEqual(['about', 'about']);
});

it('ends a call of the AI SDK with its signal', async () => {
  const tools = await aiTools(client, ai, { ...options, signal: new AbortController().signal });
  const reason = new Error('stopped');
  const call = { toolCallId: 'call_0', abortSignal: AbortSignal.abort(reason) };
  await expect(tools['about']?.execute({}, call)).rejects.toBe(reason);
});

it('makes tools of LangChain', async () => {
  interface Made {
    run(args: unknown, config?: object): Promise<string>;
    fields: { name: string; description: string; schema: object };
  }
  const tool = (run: never, fields: never): Made => ({ run, fields });
  const tools = await langchainTools(client, { tool }, options);
  expect(tools.map(({ fields }) => fields)).toContainEqual({
    name: 'about',
    description: 'Does about',
    schema: { type: 'object' },
  });
  const about = tools.find(({ fields }) => fields.name === 'about');
  expect(await about?.run({ b: 2 }, { toolCall: { id: 'call_7' } })).toBe('about {"b":2}');
  expect(stub.runs.at(-1).tool_calls[0].id).toBe('call_7');
  expect(await about?.run(undefined)).toBe('about {}');
});

describe('calls at the same time', () => {
  const shown: string[] = [];

  async function callAll(names: string[], changes: object): Promise<string[]> {
    shown.length = 0;
    stub.signedIn.clear();
    Object.assign(stub.tools, { listNotes: { signIn: 'a.example' }, deleteNote: { confirm: true } });
    const tools = await aiTools(client, ai, { ...options, ...changes });
    return Promise.all(names.map((name, index) => tools[name]?.execute({}, { toolCallId: `call_${index}` }) ?? ''));
  }

  const signsInLater = ({ id }: { id: string }) => {
    shown.push(id);
    setTimeout(() => stub.end(id, 'connected'), 50);
  };

  it('share a sign-in', async () => {
    const results = await callAll(['whoAmI', 'listNotes', 'whoAmI'], { onSignIn: signsInLater });
    expect(results).toEqual(['whoAmI {}', 'listNotes {}', 'whoAmI {}']);
    expect(shown).toHaveLength(1);
  });

  it('are all declined with a sign-in, which is offered again afterwards', async () => {
    stub.requests.length = 0;
    const onSignIn = async ({ id }: { id: string }) => {
      shown.push(id);
      while (stub.runs.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      // Until the second response has arrived.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return false;
    };
    expect(await callAll(['whoAmI', 'listNotes'], { onSignIn })).toEqual(['The user declined.', 'The user declined.']);
    expect(shown).toHaveLength(1);
    const failing = { onSignIn: () => Promise.reject(new Error('no chat')) };
    await expect(callAll(['whoAmI'], failing)).rejects.toThrow('no chat');
    expect(await callAll(['whoAmI'], { onSignIn: signsInLater })).toEqual(['whoAmI {}']);
  });

  it('ask for one confirmation after the other', async () => {
    let asking = 0;
    const onConfirmation = async () => {
      shown.push(`${++asking}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return asking-- > 0;
    };
    const results = await callAll(['createNote', 'deleteNote', 'createNote'], { onConfirmation });
    expect(results).toEqual(['createNote {}', 'deleteNote {}', 'createNote {}']);
    expect(shown).toEqual(['1', '1', '1']);
  });

  it('do not wait for a question whose call was aborted', async () => {
    const tools = await aiTools(client, ai, {
      ...options,
      onConfirmation: (_: unknown, { tool_call_id: id }: { tool_call_id: string }) =>
        id === 'first' ? new Promise<boolean>(() => {}) : true,
    });
    const controller = new AbortController();
    const first = tools['createNote']?.execute({}, { toolCallId: 'first', abortSignal: controller.signal });
    const second = tools['createNote']?.execute({}, { toolCallId: 'second' });
    setTimeout(() => controller.abort(new Error('stopped')), 50);
    await expect(first).rejects.toThrow('stopped');
    expect(await second).toBe('createNote {}');
  });
});
