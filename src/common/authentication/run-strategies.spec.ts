import { describe, expect, it } from '@jest/globals';
import { Strategy } from 'passport';
import { runStrategies } from './run-strategies.js';

interface Asking {
  name: string;
  after?: number;
}

/** A strategy that passes or fails each request after a delay given by the request. */
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

describe('several strategies', () => {
  it('return the result of the first one that succeeds', async () => {
    await expect(runStrategies([passing(), neverAsked], { name: 'a' })).resolves.toEqual({
      passed: true,
      value: { name: 'a' },
    });
  });

  it('are tried in order until one succeeds', async () => {
    await expect(runStrategies([failing('not'), passing()], { name: 'a' })).resolves.toMatchObject({ passed: true });
  });

  it('fail together, each with its challenge', async () => {
    await expect(runStrategies([failing('no'), failing('nor')], { name: 'a' })).resolves.toEqual({
      passed: false,
      challenges: ['no a', 'nor a'],
    });
  });

  it('keep a challenge that is an object', async () => {
    const challenge = { signIn: { id: 'si-1' } };
    const strategy = new Slow(function (this: Slow) {
      this.fail(challenge as unknown as string);
    });
    const outcome = await runStrategies([strategy], { name: 'a' });
    expect(outcome).toEqual({ passed: false, challenges: [challenge] });
  });

  it('do not accept a success without a result', async () => {
    const strategy = new Slow(function (this: Slow) {
      this.success(undefined as unknown as object);
    });
    await expect(runStrategies([strategy], { name: 'a' })).resolves.toMatchObject({ passed: false });
  });

  it('rethrow the error of a strategy', async () => {
    const error = new Error('the database is unavailable');
    const strategy = new Slow(function (this: Slow) {
      this.error(error);
    });
    await expect(runStrategies([strategy, neverAsked], { name: 'a' })).rejects.toBe(error);
  });
});

describe('a strategy that runs for two requests concurrently', () => {
  it('returns each its own result, in either order', async () => {
    const strategy = passing();
    const names = ['a', 'b', 'c', 'd'];
    const outcomes = await Promise.all(
      names.map((name, at) => runStrategies<Asking>([strategy], { name, after: (names.length - at) * 5 })),
    );
    expect(outcomes.map((outcome) => outcome.passed && outcome.value.name)).toEqual(names);
  });

  it('accepts only the valid request', async () => {
    const strategy = new Slow(function (this: Slow, { name }) {
      if (name === 'alice') this.success({ name });
      else this.fail('no');
    });
    const [mallory, alice] = await Promise.all([
      runStrategies([strategy], { name: 'mallory', after: 1 }),
      runStrategies([strategy], { name: 'alice', after: 10 }),
    ]);
    expect([mallory.passed, alice.passed]).toEqual([false, true]);
    const [late, early] = await Promise.all([
      runStrategies([strategy], { name: 'mallory', after: 10 }),
      runStrategies([strategy], { name: 'alice', after: 1 }),
    ]);
    expect([late.passed, early.passed]).toEqual([false, true]);
  });

  it('is not modified', async () => {
    const strategy = passing();
    await runStrategies([strategy], { name: 'a' });
    expect(Object.keys(strategy)).not.toContain('success');
  });
});
