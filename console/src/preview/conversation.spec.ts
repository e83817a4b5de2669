import { describe, expect, it } from '@jest/globals';
import type { ToolCallsRequest } from '../queries/calls.js';
import { Conversation, type ConversationDependencies } from './conversation.js';
import { messageOf, type Call, type Message } from './turn.js';

const MESSAGE: Message = { user: 'alice', toolCalls: '[]' };

interface Pending {
  sign_in?: string;
  confirmation?: string;
  can_always_allow?: boolean;
  in_progress?: true;
}

/** What becomes of a call in one request: a status of the API, a code of a problem, or what the call waits for. */
type Became = number | string | Pending;

/** Returns a response in which calls have ended or wait, by their ids. Calls without a name are called after their ids. */
function response(became: Record<string, Became>, { resume = 'resume-1', ended = [] as string[] } = {}) {
  const outcomes: object[] = [];
  const pending: object[] = [];
  const results = ended.map((id) => ({ role: 'tool', tool_call_id: id, content: 'stored' }));
  for (const [id, each] of Object.entries(became)) {
    const call = { tool_call_id: id, name: id.replace(/\d+$/, ''), arguments: {} };
    if (typeof each === 'string') outcomes.push({ ...call, problem: { status: 400, code: each, detail: each } });
    if (typeof each === 'number')
      outcomes.push({ ...call, outcome: { outcome: 'completed', response: { status: each } } });
    if (typeof each !== 'object') results.push({ role: 'tool', tool_call_id: id, content: String(each) });
    else if (each.in_progress) pending.push({ ...call, outcome: 'in_progress' });
    else {
      const { sign_in, confirmation, can_always_allow = true } = each;
      const outcome =
        sign_in === undefined
          ? { outcome: 'confirmation_required', confirmation: { token: confirmation, can_always_allow } }
          : { outcome: 'sign_in_required', sign_in: { id: sign_in } };
      outcomes.push({ ...call, outcome });
      pending.push({ ...call, ...outcome });
    }
  }
  const complete = pending.length === 0;
  return { format: 'openai', complete, outcomes, pending, results, skipped: [], ...(!complete && { resume }) };
}

/** A conversation with an API that responds in this order, and with sign-ins that the test ends. */
class World {
  readonly requests: ToolCallsRequest[] = [];
  readonly allowed = new Set<string>();
  readonly signIns = new Map<string, { end: (status: string) => void; fail: (error: Error) => void }>();
  pauses = 0;
  readonly conversation: Conversation;

  constructor(...answers: (object | Error | Promise<object>)[]) {
    this.conversation = new Conversation({
      run: async (request, signal) => {
        this.requests.push(request);
        const answer = await answers.shift();
        signal.throwIfAborted();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      waitForSignIn: (id) =>
        new Promise((resolve, reject) =>
          this.signIns.set(id, { end: (status) => resolve({ id, status } as never), fail: reject }),
        ),
      pause: async () => void this.pauses++,
      isAlwaysAllowed: (operation) => this.allowed.has(operation),
      alwaysAllow: (operation) => void this.allowed.add(operation),
    } as ConversationDependencies);
  }

  send(message = MESSAGE): Promise<boolean> {
    return this.conversation.send(message);
  }

  calls(turn = 1): readonly Call[] {
    return this.conversation.snapshot()[turn - 1]?.calls ?? [];
  }

  phases(turn = 1): string[] {
    return this.calls(turn).map(({ phase }) => phase.is);
  }

  /** Waits until the calls of a turn are in these phases. */
  reaches(phases: string[], turn = 1): Promise<void> {
    return this.until(() => JSON.stringify(this.phases(turn)) === JSON.stringify(phases));
  }

  /** Waits until the calls of a turn have results for the model. */
  ends(turn = 1): Promise<void> {
    return this.until(() => this.calls(turn).every(({ result }) => result !== undefined));
  }

  async until(isReached: () => boolean): Promise<void> {
    if (isReached()) return;
    await new Promise<void>((resolve) => {
      const unsubscribe = this.conversation.subscribe(() => {
        if (!isReached()) return;
        unsubscribe();
        resolve();
      });
    });
  }
}

describe('a conversation', () => {
  it('shows what became of each call, in the order of the calls', async () => {
    const world = new World(response({ list: 200, broken: 'invalid_arguments', list2: 503 }));
    expect(await world.send()).toBe(true);
    await world.reaches(['completed', 'failed', 'completed']);
    expect(world.calls().map(({ id, name, result }) => [id, name, (result as { content: string }).content])).toEqual([
      ['list', 'list', '200'],
      ['broken', 'broken', 'invalid_arguments'],
      ['list2', 'list', '503'],
    ]);
    expect(world.requests).toEqual([{ user: 'alice', toolCalls: '[]' }]);
  });

  it('resumes a turn once, when all of its pending calls are answered', async () => {
    const world = new World(
      response({ read: 200, write1: { confirmation: 't1' }, write2: { confirmation: 't2' }, who: { sign_in: 'si-1' } }),
      response({ write1: 201, who: 200 }, { ended: ['read', 'write2'] }),
    );
    await world.send();
    await world.reaches(['completed', 'confirmation', 'confirmation', 'sign_in']);
    world.conversation.decide('write1', 'allow');
    world.conversation.decide('write2', 'decline');
    await world.reaches(['completed', 'allowed', 'declined', 'sign_in']);
    expect(world.requests).toHaveLength(1);
    world.signIns.get('si-1')?.end('connected');
    await world.reaches(['completed', 'completed', 'declined', 'completed']);
    expect(world.requests.slice(1)).toEqual([
      { user: 'alice', toolCalls: '[]', resume: 'resume-1', confirmations: { write1: 't1' }, declined: ['write2'] },
    ]);
    expect(world.calls().map(({ result }) => result)).toEqual([
      expect.objectContaining({ content: 'stored' }),
      expect.objectContaining({ content: '201' }),
      expect.objectContaining({ content: 'stored' }),
      expect.objectContaining({ content: '200' }),
    ]);
  });

  it('waits once for a sign-in that several calls need, and offers it once', async () => {
    const world = new World(
      response({ who: { sign_in: 'si-1' }, list: { sign_in: 'si-1' }, other: { sign_in: 'si-2' } }),
      response({ who: 200, list: 200, other: 200 }),
    );
    await world.send();
    await world.reaches(['sign_in', 'sign_in', 'sign_in']);
    const offers = world.calls().map(({ phase }) => phase.is === 'sign_in' && phase.isShared);
    expect([offers, [...world.signIns.keys()]]).toEqual([
      [false, true, false],
      ['si-1', 'si-2'],
    ]);
    world.signIns.get('si-1')?.end('connected');
    await world.reaches(['signed_in', 'signed_in', 'sign_in']);
    world.signIns.get('si-2')?.end('connected');
    await world.reaches(['completed', 'completed', 'completed']);
    expect(world.requests).toHaveLength(2);
  });

  it.each(['denied', 'failed', 'expired'])('declines the calls of a sign-in that was %s', async (status) => {
    const world = new World(
      response({ who: { sign_in: 'si-1' }, list: { sign_in: 'si-1' } }),
      response({}, { ended: ['who', 'list'] }),
    );
    await world.send();
    await world.reaches(['sign_in', 'sign_in']);
    world.signIns.get('si-1')?.end(status);
    await world.ends();
    expect(world.phases()).toEqual(['not_signed_in', 'not_signed_in']);
    expect(world.requests[1]).toMatchObject({ declined: ['who', 'list'], confirmations: {} });
  });

  it('declines a call whose sign-in cannot be read, and shows why', async () => {
    const world = new World(response({ who: { sign_in: 'si-1' } }), response({}, { ended: ['who'] }));
    await world.send();
    await world.reaches(['sign_in']);
    world.signIns.get('si-1')?.fail(new Error('gone'));
    await world.ends();
    expect(world.phases()).toEqual(['failed']);
    expect(world.requests[1]).toMatchObject({ declined: ['who'] });
    expect(world.calls()[0]?.phase).toMatchObject({ error: { message: 'gone' } });
  });

  it('asks again if a resumed call needs more, such as a confirmation after a sign-in', async () => {
    const world = new World(
      response({ write: { sign_in: 'si-1' } }),
      response({ write: { confirmation: 't1' } }, { resume: 'resume-2' }),
      response({ write: 201 }),
    );
    await world.send();
    await world.reaches(['sign_in']);
    world.signIns.get('si-1')?.end('connected');
    await world.reaches(['confirmation']);
    world.conversation.decide('write', 'allow');
    await world.reaches(['completed']);
    expect(world.requests.map(({ resume, confirmations }) => [resume, confirmations])).toEqual([
      [undefined, undefined],
      ['resume-1', {}],
      ['resume-2', { write: 't1' }],
    ]);
  });

  it('repeats the request while another one makes a call, and shows the stored result', async () => {
    const busy = response({ read: { in_progress: true } });
    const world = new World(response({ read: { confirmation: 't1' } }), busy, busy, response({}, { ended: ['read'] }));
    await world.send();
    await world.reaches(['confirmation']);
    world.conversation.decide('read', 'allow');
    await world.reaches(['answered']);
    expect([world.requests.length, world.pauses]).toEqual([4, 2]);
    expect(world.calls()[0]?.result).toMatchObject({ content: 'stored' });
  });

  it('does not ask about an always allowed operation, unless each of its calls requires a confirmation', async () => {
    const world = new World(
      response({ write: { confirmation: 't1' } }),
      response({ write: 201 }),
      response({ write1: { confirmation: 't2' }, write2: { confirmation: 't3', can_always_allow: false } }),
    );
    await world.send();
    await world.reaches(['confirmation']);
    world.conversation.decide('write', 'always');
    await world.reaches(['completed']);
    expect([...world.allowed]).toEqual(['write']);
    await world.send();
    await world.reaches(['allowed', 'confirmation'], 2);
    expect(world.calls(2).map(({ wasAlwaysAllowed }) => wasAlwaysAllowed)).toEqual([true, undefined]);
  });

  it('applies "Always allow" to pending calls of the same operation, unless they require a confirmation each', async () => {
    const world = new World(
      response({
        write1: { confirmation: 't1' },
        write2: { confirmation: 't2' },
        write3: { confirmation: 't3', can_always_allow: false },
        other: { confirmation: 't4' },
      }),
      response({ write1: 201, write2: 201 }, { ended: ['write3', 'other'] }),
    );
    await world.send();
    await world.reaches(['confirmation', 'confirmation', 'confirmation', 'confirmation']);
    world.conversation.decide('write1', 'always');
    await world.reaches(['allowed', 'allowed', 'confirmation', 'confirmation']);
    expect(world.calls().map(({ wasAlwaysAllowed }) => wasAlwaysAllowed)).toEqual([
      undefined,
      true,
      undefined,
      undefined,
    ]);
    world.conversation.decide('write3', 'decline');
    world.conversation.decide('other', 'decline');
    await world.reaches(['completed', 'completed', 'declined', 'declined']);
    expect(world.requests[1]).toMatchObject({ confirmations: { write1: 't1', write2: 't2' } });
  });

  it('asks the user if the server requires another confirmation of an always allowed call', async () => {
    const world = new World(
      response({ write: { confirmation: 't1' } }),
      response({ write: { confirmation: 't2' } }),
      response({}, { ended: ['write'] }),
    );
    world.allowed.add('write');
    await world.send();
    await world.until(() => world.requests.length === 2 && world.phases()[0] === 'confirmation');
    world.conversation.decide('write', 'decline');
    await world.ends();
    expect(world.requests.slice(1).map(({ confirmations, declined }) => [confirmations, declined])).toEqual([
      [{ write: 't1' }, []],
      [{}, ['write']],
    ]);
  });

  it('starts the next turn when the previous one has ended', async () => {
    const world = new World(
      response({ write: { confirmation: 't1' } }),
      response({ write: 201 }),
      response({ read: 200 }),
    );
    await world.send();
    const second = world.send();
    await world.reaches(['confirmation']);
    expect(world.conversation.snapshot()[1]?.phase).toEqual({ is: 'queued' });
    world.conversation.decide('write', 'allow');
    expect(await second).toBe(true);
    await world.reaches(['completed'], 2);
  });

  it('shows why a turn was rejected, and goes on with the next one', async () => {
    const world = new World(new Error('calls of two vendors'), response({ read: 200 }));
    const [first, second] = [world.send(), world.send()];
    expect([await first, await second]).toEqual([false, true]);
    expect(world.conversation.snapshot()[0]?.phase).toMatchObject({ is: 'failed', error: { message: /two vendors/ } });
  });

  it('says so if there are no tool calls', async () => {
    const world = new World({ ...response({}), format: null });
    expect(await world.send()).toBe(false);
    expect(world.conversation.snapshot()[0]?.phase).toMatchObject({ is: 'failed', error: { message: /No tool call/ } });
  });

  it('keeps what is known of a turn that cannot be resumed', async () => {
    const unkept = { ...response({ read: 200, write: { confirmation: 't1' } }), resume: undefined };
    const world = new World(unkept);
    await world.send();
    await world.reaches(['completed', 'failed']);
    expect(world.calls()[1]?.phase).toMatchObject({ error: { message: expect.stringContaining('cannot be resumed') } });
  });

  it('keeps what is known of a turn whose second request fails', async () => {
    const world = new World(response({ read: 200, write: { confirmation: 't1' } }), new Error('unreachable'));
    await world.send();
    await world.reaches(['completed', 'confirmation']);
    world.conversation.decide('write', 'allow');
    await world.reaches(['completed', 'failed']);
    expect(world.calls()[1]?.phase).toMatchObject({ error: { message: 'unreachable' } });
  });

  it('aborts the request when it is closed, and reports no failure', async () => {
    let answer: (value: object) => void = () => {};
    const world = new World(new Promise<object>((resolve) => (answer = resolve)));
    const sent = world.send();
    world.conversation.close();
    answer(response({ read: 200 }));
    expect(await sent).toBe(false);
    expect(world.conversation.snapshot()[0]?.phase).toEqual({ is: 'running' });
  });
});

it('a built message is a tool call whose arguments are sent as they were written', () => {
  const { toolCalls } = messageOf('alice', 'listNotes', '{"limit": 12345678901234567890}');
  expect(JSON.parse(toolCalls)).toEqual([
    {
      id: 'call_1',
      type: 'function',
      function: { name: 'listNotes', arguments: '{"limit": 12345678901234567890}' },
    },
  ]);
});
