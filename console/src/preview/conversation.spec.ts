import { describe, expect, it } from '@jest/globals';
import { Conversation, type ConversationDependencies } from './conversation.js';

const CALL = { name: 'createNote', arguments: { body: { title: 'Milk' } } };

const completed = { outcome: 'completed', call_id: 'call-1', response: { status: 201 } };

const confirmationRequired = (token: string, can_always_allow = true) => ({
  outcome: 'confirmation_required',
  call_id: 'call-1',
  confirmation: { token, can_always_allow },
});

const signInRequired = (id: string) => ({ outcome: 'sign_in_required', call_id: 'call-1', sign_in: { id } });

/** A conversation with an API that returns these outcomes, and with sign-ins that end in these states, in order. */
function conversation(answers: (object | Error)[], ends: string[] = []) {
  const sent: Record<string, unknown>[] = [];
  const allowed = new Set<string>();
  const dependencies = {
    call: async (body: object) => {
      sent.push(body as Record<string, unknown>);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    waitForSignIn: async () => {
      const status = ends.shift();
      return status === undefined ? await new Promise(() => undefined) : { status };
    },
    isAlwaysAllowed: (operation: string) => allowed.has(operation),
    alwaysAllow: (operation: string) => void allowed.add(operation),
  } as unknown as ConversationDependencies;
  const self = new Conversation(dependencies);
  const phases = () => self.snapshot().map(({ phase }) => phase.is);
  return { self, sent, allowed, phases };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('Conversation', () => {
  it('runs the calls of a message in parallel, each with its own state', async () => {
    const inFlight: { operation: string; answer: (outcome: object) => void }[] = [];
    const dependencies = {
      call: ({ operation_id: operation }: { operation_id: string }) =>
        new Promise<object>((answer) => inFlight.push({ operation, answer })),
      isAlwaysAllowed: () => false,
    };
    const self = new Conversation(dependencies as unknown as ConversationDependencies);
    const phases = () => self.snapshot().map(({ call, phase }) => [call.name, phase.is]);
    self.send(
      'alice',
      ['one', 'two', 'three'].map((name) => ({ name, arguments: {} })),
    );
    await settled();
    expect(inFlight.map(({ operation }) => operation)).toEqual(['one', 'two', 'three']);
    inFlight[2]?.answer(completed);
    inFlight[0]?.answer(confirmationRequired('t1'));
    await settled();
    expect(phases()).toEqual([
      ['one', 'confirmation'],
      ['two', 'calling'],
      ['three', 'completed'],
    ]);
    inFlight[1]?.answer(completed);
    self.decide(1, 'decline');
    await settled();
    expect(phases().map(([, phase]) => phase)).toEqual(['declined', 'completed', 'completed']);
  });

  it('starts the next message when all calls of the previous one have ended', async () => {
    const { self, sent, phases } = conversation([confirmationRequired('t1'), completed, completed]);
    self.send('alice', [CALL]);
    self.send('alice', [{ name: 'about', arguments: {} }]);
    await settled();
    expect(phases()).toEqual(['confirmation', 'queued']);
    self.decide(1, 'allow');
    await settled();
    expect(phases()).toEqual(['completed', 'completed']);
    expect(sent.map(({ operation_id, user, confirmation }) => [operation_id, user, confirmation])).toEqual([
      ['createNote', 'alice', undefined],
      ['createNote', 'alice', 't1'],
      ['about', 'alice', undefined],
    ]);
  });

  it('sends nothing more of a call that was declined', async () => {
    const { self, sent, phases } = conversation([confirmationRequired('t1')]);
    self.send('alice', [CALL]);
    await settled();
    self.decide(1, 'decline');
    await settled();
    expect([phases(), sent.length]).toEqual([['declined'], 1]);
  });

  it('skips the confirmation of an always allowed operation, unless the document requires one for every call', async () => {
    const { self, allowed, phases } = conversation([
      confirmationRequired('t1'),
      completed,
      confirmationRequired('t2'),
      completed,
      confirmationRequired('t3', false),
    ]);
    self.send('alice', [CALL]);
    await settled();
    self.decide(1, 'always');
    await settled();
    expect([...allowed]).toEqual(['createNote']);
    self.send('alice', [CALL]);
    self.send('alice', [CALL]);
    await settled();
    expect(phases()).toEqual(['completed', 'completed', 'confirmation']);
    expect(self.snapshot().map(({ wasAlwaysAllowed }) => wasAlwaysAllowed)).toEqual([undefined, true, undefined]);
  });

  it('applies "Always allow" to pending calls of the same operation, unless they require a confirmation each', async () => {
    const { self, sent, phases } = conversation([
      confirmationRequired('t1'),
      confirmationRequired('t2'),
      confirmationRequired('t3', false),
      completed,
      completed,
    ]);
    self.send('alice', [CALL, CALL, CALL]);
    await settled();
    expect(phases()).toEqual(['confirmation', 'confirmation', 'confirmation']);
    self.decide(1, 'always');
    await settled();
    expect(phases()).toEqual(['completed', 'completed', 'confirmation']);
    expect(sent.slice(3).map(({ confirmation }) => confirmation)).toEqual(['t1', 't2']);
    expect(self.snapshot().map(({ wasAlwaysAllowed }) => wasAlwaysAllowed)).toEqual([undefined, true, undefined]);
  });

  it('resumes all calls that wait for the same sign-in when one of them succeeds', async () => {
    const offers = [1, 2].map((number) => ({ ...signInRequired(`si-${number}`) }));
    const { self, sent, phases } = conversation([...offers, completed, completed]);
    const ends: ((end: object) => void)[] = [];
    const signals: AbortSignal[] = [];
    Object.assign(self['dependencies'], {
      waitForSignIn: (_: string, signal: AbortSignal) => {
        signals.push(signal);
        return new Promise((resolve) => ends.push(resolve));
      },
    });
    self.send('alice', [CALL, CALL]);
    await settled();
    expect(phases()).toEqual(['sign_in', 'sign_in']);
    ends[1]?.({ status: 'connected' });
    await settled();
    expect([phases(), sent.length]).toEqual([['completed', 'completed'], 4]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('asks the user if the server requires another confirmation of an always allowed call', async () => {
    const { self, allowed, phases } = conversation([confirmationRequired('t1'), confirmationRequired('t2')]);
    allowed.add('createNote');
    self.send('alice', [CALL]);
    await settled();
    expect(phases()).toEqual(['confirmation']);
  });

  it('repeats the call after a successful sign-in, and ends it after a denied one', async () => {
    const answers = [signInRequired('si-1'), signInRequired('si-2'), completed, signInRequired('si-3')];
    const { self, sent, phases } = conversation(answers, ['connected', 'connected', 'denied']);
    self.send('alice', [CALL]);
    self.send('alice', [CALL]);
    await settled();
    expect([phases(), sent.length]).toEqual([['completed', 'not_signed_in'], 4]);
  });

  it('shows a failed call beside a completed one', async () => {
    const { self, phases } = conversation([new Error('no'), completed]);
    self.send('alice', [CALL, CALL]);
    await settled();
    expect(phases()).toEqual(['failed', 'completed']);
  });

  it('aborts calls in flight when it is closed', async () => {
    const signals: AbortSignal[] = [];
    const dependencies = { call: (_: object, signal: AbortSignal) => new Promise(() => signals.push(signal)) };
    const self = new Conversation(dependencies as unknown as ConversationDependencies);
    self.send('alice', [CALL]);
    await settled();
    self.close();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
