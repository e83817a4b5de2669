import { describe, expect, it } from '@jest/globals';
import { SealBrokenError } from '../../vault/index.js';
import { TokenError } from '../../oauth/index.js';
import { obstacleOf, verdictOf, type Obstacle } from './verdict.js';

const busy = obstacleOf(new TokenError('unavailable', 'provider_unavailable', ''));
const refused = obstacleOf(new TokenError('refused', 'invalid_client', ''));
const noSuchPage = obstacleOf(new TokenError('unreadable', 'unreadable_answer', ''));
const unsupported = obstacleOf(new TokenError('refused', 'unsupported_token_type', ''));
const sealBroken = obstacleOf(new SealBrokenError());

/** Which attempt is the last. */
function lastAttempt(...obstacles: Obstacle[]): number {
  for (let attempt = 1; ; attempt++) if (verdictOf(obstacles, attempt, 0).status === 'failed') return attempt;
}

describe('a verdict', () => {
  it('is that the provider has confirmed, where nothing was in the way', () => {
    expect(verdictOf([], 1, 0.5)).toEqual({ status: 'confirmed' });
  });

  it('gives up after as many attempts as the obstacle is worth', () => {
    expect(lastAttempt(busy)).toBe(10);
    expect(lastAttempt(obstacleOf(new Error('the vault does not answer')))).toBe(10);
    expect(lastAttempt(refused)).toBe(3);
    expect(lastAttempt(noSuchPage)).toBe(3);
    expect(lastAttempt(unsupported)).toBe(1);
    expect(lastAttempt(sealBroken)).toBe(1);
  });

  it('goes by what may pass, where the two tokens met different obstacles', () => {
    expect(lastAttempt(unsupported, busy)).toBe(10);
    expect(verdictOf([unsupported, refused], 1, 0)).toMatchObject({ status: 'pending', code: 'invalid_client' });
  });

  it('knows a broken seal behind the problem that a client would be told', () => {
    const problem = new Error("the user's tokens do not open", { cause: new SealBrokenError() });
    expect(obstacleOf(problem)).toEqual(sealBroken);
  });

  it('waits half a minute, then twice as long each time, up to an hour', () => {
    const seconds = [1, 2, 3, 4, 7, 8, 9].map((attempt) => {
      const verdict = verdictOf([busy], attempt, 0.5);
      return verdict.status === 'pending' && verdict.afterMs / 1000;
    });
    expect(seconds).toEqual([30, 60, 120, 240, 1920, 3600, 3600]);
  });

  it('waits as long as the provider asks to, and no more than an hour', () => {
    const afterMs = (retryAfterMs: number) => verdictOf([{ ...busy, retryAfterMs }], 1, 0.5);
    expect(afterMs(600_000)).toMatchObject({ afterMs: 600_000 });
    expect(afterMs(1000)).toMatchObject({ afterMs: 30_000 });
    expect(afterMs(86_400_000)).toMatchObject({ afterMs: 3_600_000 });
  });

  it('spreads the attempts of those who failed together by a quarter to either side', () => {
    const [early, late] = [0, 1].map((random) => verdictOf([busy], 1, random));
    expect([early, late]).toMatchObject([{ afterMs: 22_500 }, { afterMs: 37_500 }]);
  });
});
