import { describe, expect, it } from '@jest/globals';
import { UnsealError } from '../../vault/index.js';
import { TokenError } from '../../oauth/index.js';
import { failureOf, attemptResult, type RevocationFailure } from './attempt-result.js';

const busy = failureOf(new TokenError('unavailable', 'provider_unavailable', ''));
const refused = failureOf(new TokenError('refused', 'invalid_client', ''));
const unreadable = failureOf(new TokenError('unreadable', 'unreadable_answer', ''));
const unsupported = failureOf(new TokenError('refused', 'unsupported_token_type', ''));
const unsealFailed = failureOf(new UnsealError());

/** Returns the number of the last attempt. */
function lastAttempt(...failures: RevocationFailure[]): number {
  for (let attempt = 1; ; attempt++) if (attemptResult(failures, attempt, 0).status === 'failed') return attempt;
}

describe('the result of a revocation attempt', () => {
  it('is confirmed if nothing failed', () => {
    expect(attemptResult([], 1, 0.5)).toEqual({ status: 'confirmed' });
  });

  it('is failed after as many attempts as the failure allows', () => {
    expect(lastAttempt(busy)).toBe(10);
    expect(lastAttempt(failureOf(new Error('the vault does not answer')))).toBe(10);
    expect(lastAttempt(refused)).toBe(3);
    expect(lastAttempt(unreadable)).toBe(3);
    expect(lastAttempt(unsupported)).toBe(1);
    expect(lastAttempt(unsealFailed)).toBe(1);
  });

  it('follows the failure with the most attempts if the two tokens failed differently', () => {
    expect(lastAttempt(unsupported, busy)).toBe(10);
    expect(attemptResult([unsupported, refused], 1, 0)).toMatchObject({ status: 'pending', code: 'invalid_client' });
  });

  it('backs off from half a minute, doubling up to an hour', () => {
    const seconds = [1, 2, 3, 4, 7, 8, 9].map((attempt) => {
      const result = attemptResult([busy], attempt, 0.5);
      return result.status === 'pending' && result.afterMs / 1000;
    });
    expect(seconds).toEqual([30, 60, 120, 240, 1920, 3600, 3600]);
  });

  it('honours Retry-After up to an hour', () => {
    const afterMs = (retryAfterMs: number) => attemptResult([{ ...busy, retryAfterMs }], 1, 0.5);
    expect(afterMs(600_000)).toMatchObject({ afterMs: 600_000 });
    expect(afterMs(1000)).toMatchObject({ afterMs: 30_000 });
    expect(afterMs(86_400_000)).toMatchObject({ afterMs: 3_600_000 });
  });

  it('spreads attempts that failed together by a quarter in either direction', () => {
    const [early, late] = [0, 1].map((random) => attemptResult([busy], 1, random));
    expect([early, late]).toMatchObject([{ afterMs: 22_500 }, { afterMs: 37_500 }]);
  });
});
