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

/** A conversation with an API that gives these answers, one after the other. */
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
    endOf: async () => ({ status: ends.shift() }),
    isAllowed: (operation: string) => allowed.has(operation),
    alwaysAllow: (operation: string) => void allowed.add(operation),
  } as unknown as Links;
  const self = new Conversation(links);
  const phases = () => self.snapshot().map(({ phase }) => phase.is);
  return { self, sent, allowed, phases };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('a conversation', () => {
  it('makes calls in their order, each once the one before it is done', async () => {
    const { self, sent, phases } = conversation([asks('t1'), completed, completed]);
    self.send('alice', [CALL, { name: 'about', arguments: {} }]);
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
    self.send('alice', [CALL, CALL]);
    await settled();
    expect(phases()).toEqual(['completed', 'completed', 'confirmation']);
    expect(self.snapshot().map(({ wasAllowedBefore }) => wasAllowedBefore)).toEqual([undefined, true, undefined]);
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
    self.send('alice', [CALL, CALL]);
    await settled();
    expect([phases(), sent.length]).toEqual([['completed', 'not_signed_in'], 4]);
  });

  it('shows what failed, and goes on with the next call', async () => {
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
