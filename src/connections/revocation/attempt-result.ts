import { backoffMs } from '../../common/index.js';
import { TokenError } from '../../oauth/index.js';
import { UnsealError } from '../../vault/index.js';

/** Why a token was not revoked. */
export interface RevocationFailure {
  /** The provider's error code, or one of ours if it sent none. */
  code: string;
  /** The status of the provider's response. */
  status?: number;
  maxAttempts: number;
  /** The provider's `Retry-After`. */
  retryAfterMs?: number;
}

export type AttemptResult =
  | { status: 'confirmed' }
  | { status: 'pending'; code: string; afterMs: number }
  | { status: 'failed'; code: string; responseStatus?: number };

const MAX_ATTEMPTS = {
  /** No response, or a rate limit. Ten attempts take about three hours. */
  transient: 10,
  /** An error response or an unreadable one, which may be caused by a deployment. */
  rejected: 3,
  permanent: 1,
};

const MAX_BACKOFF_MS = 3_600_000;

/** 30 s, 1 min, 2 min … 1 h. */
const BACKOFF = { firstMs: 30_000, maxMs: MAX_BACKOFF_MS };

/** The code for a kind of token that the provider does not revoke (RFC 7009, section 2.2.1). */
export const UNSUPPORTED = 'unsupported_token_type';

/** @param error thrown while unsealing the tokens or by a revocation request */
export function failureOf(error: unknown): RevocationFailure {
  if (error instanceof UnsealError) return { code: 'seal_broken', maxAttempts: MAX_ATTEMPTS.permanent };
  if (!(error instanceof TokenError)) return { code: 'internal', maxAttempts: MAX_ATTEMPTS.transient };
  const { kind, code, response: { status, retryAfterMs } = {} } = error;
  if (kind === 'unavailable') return { code, status, maxAttempts: MAX_ATTEMPTS.transient, retryAfterMs };
  return { code, status, maxAttempts: MAX_ATTEMPTS[code === UNSUPPORTED ? 'permanent' : 'rejected'] };
}

/**
 * Decides whether a revocation is confirmed, retried or given up. With several failures, the one with the most attempts decides.
 *
 * @param failures the failures of this attempt
 * @param attempt the number of the attempt, from 1
 * @param random 0 to 1; spreads the attempts of connections that ended together
 */
export function attemptResult(failures: RevocationFailure[], attempt: number, random: number): AttemptResult {
  const [mostPatient] = failures.toSorted((a, b) => b.maxAttempts - a.maxAttempts);
  if (!mostPatient) return { status: 'confirmed' };
  const { code, status, maxAttempts, retryAfterMs = 0 } = mostPatient;
  if (attempt >= maxAttempts) return { status: 'failed', code, responseStatus: status };
  const afterMs = Math.max(backoffMs(attempt, BACKOFF, random), Math.min(retryAfterMs, MAX_BACKOFF_MS));
  return { status: 'pending', code, afterMs };
}
