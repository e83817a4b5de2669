import { SealBrokenError } from '../../vault/index.js';
import { TokenError } from '../../oauth/index.js';

/** Why a token has not been revoked, and after how many attempts that is final. */
export interface Obstacle {
  code: string;
  attempts: number;
  /** How long the provider wants to be left alone. */
  retryAfterMs?: number;
}

/** What comes after an attempt: nothing, another one, or giving up. */
export type Verdict =
  { status: 'confirmed' } | { status: 'pending'; code: string; afterMs: number } | { status: 'failed'; code: string };

/** Somebody who does not answer, or asks for patience: ten attempts take about three hours. */
const PASSING = 10;

/** A refusal, or an answer that is none: it may be a deployment in between, not more. */
const STUBBORN = 3;

const FINAL = 1;

/** An hour. */
const LONGEST_MS = 3_600_000;

/** @param error of opening the tokens, or of a revocation request */
export function obstacleOf(error: unknown): Obstacle {
  if (isSealBroken(error)) return { code: 'seal_broken', attempts: FINAL };
  if (!(error instanceof TokenError)) return { code: 'internal', attempts: PASSING };
  const { kind, code } = error;
  if (kind === 'unavailable') return { code, attempts: PASSING, retryAfterMs: error.response?.retryAfterMs };
  return { code, attempts: code === 'unsupported_token_type' ? FINAL : STUBBORN };
}

/**
 * @param obstacles of this attempt
 * @param attempt its number, from 1
 * @param random 0 to 1; spreads the attempts of connections that ended together
 */
export function verdictOf(obstacles: Obstacle[], attempt: number, random: number): Verdict {
  const [most] = obstacles.toSorted((a, b) => b.attempts - a.attempts);
  if (!most) return { status: 'confirmed' };
  const { code, attempts, retryAfterMs = 0 } = most;
  if (attempt >= attempts) return { status: 'failed', code };
  return { status: 'pending', code, afterMs: Math.max(pauseMs(attempt, random), Math.min(retryAfterMs, LONGEST_MS)) };
}

/** 30 s, 1 min, 2 min … 1 h, each up to a quarter more or less. */
function pauseMs(attempt: number, random: number): number {
  return Math.min(LONGEST_MS, 30_000 * 2 ** (attempt - 1)) * (0.75 + random / 2);
}

function isSealBroken(error: unknown): boolean {
  return error instanceof SealBrokenError || (error instanceof Error && error.cause instanceof SealBrokenError);
}
