import { describe, expect, it } from '@jest/globals';
import { Strategy } from 'passport';
import { askStrategies } from './passport.js';

interface Asking {
  name: string;
  after?: number;
}

/** Passes or fails each request after the time that the request names. */
class Slow extends Strategy {
  constructor(private readonly decide: (this: Slow, request: Asking) => void) {
    super();
  }

  override authenticate(request: object): void {
    const asking = request as Asking;
    setTimeout(() => this.decide(asking), asking.after ?? 0);
  }
}

const passing = () =>
  new Slow(function (this: Slow, { name }) {
    this.success({ name });
  });
const failing = (why: string) =>
  new Slow(function (this: Slow, { name }) {
    this.fail(`${why} ${name}`);
  });
const neverAsked = new Slow(() => {
  throw new Error('this one should not have been asked');
});

describe('strategies that are asked in order', () => {
  it('let the request pass with what the first one found', async () => {
    await expect(askStrategies([passing(), neverAsked], { name: 'a' })).resolves.toEqual({
      passed: true,
      value: { name: 'a' },
    });
  });

  it('pass the request on until one lets it pass', async () => {
    await expect(askStrategies([failing('not'), passing()], { name: 'a' })).resolves.toMatchObject({ passed: true });
  });

  it('fail together, each with its challenge', async () => {
    await expect(askStrategies([failing('no'), failing('nor')], { name: 'a' })).resolves.toEqual({
      passed: false,
      challenges: ['no a', 'nor a'],
    });
  });

  it('keep a challenge that is an object as it is', async () => {
    const challenge = { signIn: { id: 'si-1' } };
    const strategy = new Slow(function (this: Slow) {
      this.fail(challenge as unknown as string);
    });
    const outcome = await askStrategies([strategy], { name: 'a' });
    expect(outcome).toEqual({ passed: false, challenges: [challenge] });
  });

  it('let nobody pass without having found anything', async () => {
    const strategy = new Slow(function (this: Slow) {
      this.success(undefined as unknown as object);
    });
    await expect(askStrategies([strategy], { name: 'a' })).resolves.toMatchObject({ passed: false });
  });

  it('throw the error that one reports', async () => {
    const error = new Error('the database is gone');
    const strategy = new Slow(function (this: Slow) {
      this.error(error);
    });
    await expect(askStrategies([strategy, neverAsked], { name: 'a' })).rejects.toBe(error);
  });
});

describe('one strategy that is asked by two requests at once', () => {
  it('gives each its own outcome, whichever is first', async () => {
    const strategy = passing();
    const names = ['a', 'b', 'c', 'd'];
    const outcomes = await Promise.all(
      names.map((name, at) => askStrategies<Asking>([strategy], { name, after: (names.length - at) * 5 })),
    );
    expect(outcomes.map((outcome) => outcome.passed && outcome.value.name)).toEqual(names);
  });

  it('lets only the one pass that it lets pass', async () => {
    const strategy = new Slow(function (this: Slow, { name }) {
      if (name === 'alice') this.success({ name });
      else this.fail('no');
    });
    const [mallory, alice] = await Promise.all([
      askStrategies([strategy], { name: 'mallory', after: 1 }),
      askStrategies([strategy], { name: 'alice', after: 10 }),
    ]);
    expect([mallory.passed, alice.passed]).toEqual([false, true]);
    const [late, early] = await Promise.all([
      askStrategies([strategy], { name: 'mallory', after: 10 }),
      askStrategies([strategy], { name: 'alice', after: 1 }),
    ]);
    expect([late.passed, early.passed]).toEqual([false, true]);
  });

  it('is left as it was', async () => {
    const strategy = passing();
    await askStrategies([strategy], { name: 'a' });
    expect(Object.keys(strategy)).not.toContain('success');
  });
});
