import { describe, expect, it } from '@jest/globals';
import { Conversation, type Links } from './conversation.js';

const CALL = { name: 'createNote', arguments: { body: { title: 'Milk' } } };

const completed = { outcome: 'completed', call_id: 'call-1', response: { status: 201 } };

const asks = (token: string, can_always_allow = true) => ({
  outcome: 'confirmation_required',
  call_id: 'call-1',
  confirmation: { token, can_always_allow },
});

const wantsSignIn = (id: string) => ({ outcome: 'sign_in_required', call_id: 'call-1', sign_in: { id } });

/** A conversation with an API that gives these answers, in the order in which it is asked. */
function conversation(answers: (object | Error)[], ends: string[] = []) {
  const sent: Record<string, unknown>[] = [];
  const allowed = new Set<string>();
  const links = {
    call: async (body: object) => {
      sent.push(body as Record<string, unknown>);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    endOf: async () => {
      const status = ends.shift();
      return status === undefined ? await new Promise(() => undefined) : { status };
    },
    isAllowed: (operation: string) => allowed.has(operation),
    alwaysAllow: (operation: string) => void allowed.add(operation),
  } as unknown as Links;
  const self = new Conversation(links);
  const phases = () => self.snapshot().map(({ phase }) => phase.is);
  return { self, sent, allowed, phases };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a conversation', () => {
  it('makes the calls of a message at the same time, each with its own state, in their order', async () => {
    const under: { operation: string; answer: (outcome: object) => void }[] = [];
    const links = {
      call: ({ operation_id: operation }: { operation_id: string }) =>
        new Promise<object>((answer) => under.push({ operation, answer })),
      isAllowed: () => false,
    };
    const self = new Conversation(links as unknown as Links);
    const phases = () => self.snapshot().map(({ call, phase }) => [call.name, phase.is]);
    self.send(
      'alice',
      ['one', 'two', 'three'].map((name) => ({ name, arguments: {} })),
    );
    await settled();
    expect(under.map(({ operation }) => operation)).toEqual(['one', 'two', 'three']);
    under[2]?.answer(completed);
    under[0]?.answer(asks('t1'));
    await settled();
    expect(phases()).toEqual([
      ['one', 'confirmation'],
      ['two', 'calling'],
      ['three', 'completed'],
    ]);
    under[1]?.answer(completed);
    self.answer(1, 'decline');
    await settled();
    expect(phases().map(([, phase]) => phase)).toEqual(['declined', 'completed', 'completed']);
  });

  it('begins what was sent later once the calls before it are done', async () => {
    const { self, sent, phases } = conversation([asks('t1'), completed, completed]);
    self.send('alice', [CALL]);
    self.send('alice', [{ name: 'about', arguments: {} }]);
    await settled();
    expect(phases()).toEqual(['confirmation', 'queued']);
    self.answer(1, 'allow');
    await settled();
    expect(phases()).toEqual(['completed', 'completed']);
    expect(sent.map(({ operation_id, user, confirmation }) => [operation_id, user, confirmation])).toEqual([
      ['createNote', 'alice', undefined],
      ['createNote', 'alice', 't1'],
      ['about', 'alice', undefined],
    ]);
  });

  it('ends a call that was declined, and sends nothing more of it', async () => {
    const { self, sent, phases } = conversation([asks('t1')]);
    self.send('alice', [CALL]);
    await settled();
    self.answer(1, 'decline');
    await settled();
    expect([phases(), sent.length]).toEqual([['declined'], 1]);
  });

  it('asks no more for what is always allowed, but where the document wants it asked each time', async () => {
    const { self, allowed, phases } = conversation([asks('t1'), completed, asks('t2'), completed, asks('t3', false)]);
    self.send('alice', [CALL]);
    await settled();
    self.answer(1, 'always');
    await settled();
    expect([...allowed]).toEqual(['createNote']);
    self.send('alice', [CALL]);
    self.send('alice', [CALL]);
    await settled();
    expect(phases()).toEqual(['completed', 'completed', 'confirmation']);
    expect(self.snapshot().map(({ wasAllowedBefore }) => wasAllowedBefore)).toEqual([undefined, true, undefined]);
  });

  it('answers the same question of other calls of a message, but not those that are asked each time', async () => {
    const { self, sent, phases } = conversation([asks('t1'), asks('t2'), asks('t3', false), completed, completed]);
    self.send('alice', [CALL, CALL, CALL]);
    await settled();
    expect(phases()).toEqual(['confirmation', 'confirmation', 'confirmation']);
    self.answer(1, 'always');
    await settled();
    expect(phases()).toEqual(['completed', 'completed', 'confirmation']);
    expect(sent.slice(3).map(({ confirmation }) => confirmation)).toEqual(['t1', 't2']);
    expect(self.snapshot().map(({ wasAllowedBefore }) => wasAllowedBefore)).toEqual([undefined, true, undefined]);
  });

  it('goes on with all calls that wait for a sign-in once the user has signed in for one of them', async () => {
    const offers = [1, 2].map((number) => ({ ...wantsSignIn(`si-${number}`) }));
    const { self, sent, phases } = conversation([...offers, completed, completed]);
    const ends: ((end: object) => void)[] = [];
    const signals: AbortSignal[] = [];
    Object.assign(self['links'], {
      endOf: (_: string, signal: AbortSignal) => {
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

  it('asks where an earlier permission has led to the same question again', async () => {
    const { self, allowed, phases } = conversation([asks('t1'), asks('t2')]);
    allowed.add('createNote');
    self.send('alice', [CALL]);
    await settled();
    expect(phases()).toEqual(['confirmation']);
  });

  it('goes on by itself once the user has signed in, and says where they have not', async () => {
    const answers = [wantsSignIn('si-1'), wantsSignIn('si-2'), completed, wantsSignIn('si-3')];
    const { self, sent, phases } = conversation(answers, ['connected', 'connected', 'denied']);
    self.send('alice', [CALL]);
    self.send('alice', [CALL]);
    await settled();
    expect([phases(), sent.length]).toEqual([['completed', 'not_signed_in'], 4]);
  });

  it('shows what failed beside what did not', async () => {
    const { self, phases } = conversation([new Error('no'), completed]);
    self.send('alice', [CALL, CALL]);
    await settled();
    expect(phases()).toEqual(['failed', 'completed']);
  });

  it('hands on that it was left', async () => {
    const signals: AbortSignal[] = [];
    const links = { call: (_: object, signal: AbortSignal) => new Promise(() => signals.push(signal)) };
    const self = new Conversation(links as unknown as Links);
    self.send('alice', [CALL]);
    await settled();
    self.leave();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
