import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Cluster } from '../cluster/index.js';
import { CountersignError, digest } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Metrics } from '../metrics/index.js';

/** What is limited: requests of a key, calls for an end user, requests of one sign-in, failed proofs of who one is from one address. */
export type LimitName = 'key' | 'user' | 'sign_in' | 'failed_authentication';

/** How a limit stands after a request has been counted. */
export interface Standing {
  name: LimitName;
  /** Requests in a window. */
  quota: number;
  windowSeconds: number;
  remaining: number;
  /** Until the window ends, rounded up. */
  resetSeconds: number;
  isExceeded: boolean;
}

/**
 * Counts requests in windows: in Redis, for all replicas together, or in the memory of this one. While Redis does not answer each replica
 * counts for itself: limits are then as many times as wide as there are replicas, and nobody is turned away who would not be.
 */
@Injectable()
export class Limits {
  private readonly limiters: Record<LimitName, RateLimiterMemory | RateLimiterRedis | undefined>;
  private readonly windowSeconds: number;

  constructor(
    { limits }: Settings,
    cluster: Cluster,
    private readonly metrics: Metrics,
  ) {
    this.windowSeconds = limits.windowSeconds;
    const limiter = (name: LimitName, points: number) => {
      if (points === 0) return undefined;
      const options = { keyPrefix: `countersign:limit:${name}`, points, duration: limits.windowSeconds };
      const inMemory = new RateLimiterMemory(options);
      if (!cluster.redis) return inMemory;
      return new RateLimiterRedis({ ...options, storeClient: cluster.redis, insuranceLimiter: inMemory });
    };
    this.limiters = {
      key: limiter('key', limits.key),
      user: limiter('user', limits.user),
      sign_in: limiter('sign_in', limits.signIn),
      failed_authentication: limiter('failed_authentication', limits.failedAuthentication),
    };
  }

  /** Counts a request. @returns nothing where there is no such limit */
  async take(name: LimitName, subject: string): Promise<Standing | undefined> {
    const limiter = this.limiters[name];
    if (!limiter) return undefined;
    // What is counted may be somebody's name, or a secret.
    const { remainingPoints, msBeforeNext, isExceeded } = await consumed(limiter, digest(subject).slice(0, 32));
    if (isExceeded) this.metrics.limited.inc({ limit: name });
    return {
      name,
      quota: limiter.points,
      windowSeconds: this.windowSeconds,
      remaining: remainingPoints,
      resetSeconds: Math.ceil(msBeforeNext / 1000),
      isExceeded,
    };
  }
}

async function consumed(limiter: RateLimiterMemory | RateLimiterRedis, subject: string) {
  try {
    const { remainingPoints, msBeforeNext } = await limiter.consume(subject);
    return { remainingPoints, msBeforeNext, isExceeded: false };
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    return { remainingPoints: 0, msBeforeNext: thrown.msBeforeNext, isExceeded: true };
  }
}

/** Too many requests; `standing` says until when. */
export class RateLimitedError extends CountersignError {
  constructor(readonly standing: Standing) {
    super('rate_limited', `too many requests; try again in ${standing.resetSeconds} s`);
  }
}
