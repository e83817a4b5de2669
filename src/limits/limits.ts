import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Cluster } from '../cluster/index.js';
import { CountersignError, digest } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Metrics } from '../metrics/index.js';

/**
 * A limit counts requests of an API key, of all keys of a tenant, calls for an end user, requests of a sign-in, or failed authentications of a
 * network.
 */
export type LimitName = 'key' | 'tenant' | 'user' | 'sign_in' | 'failed_authentication';

/** Limits whose subjects are our own ids. The others may be names of users, addresses or secrets, and are stored as digests. */
const IDS: ReadonlySet<LimitName> = new Set(['key', 'tenant']);

/** A caller that has been rejected this often in a window gets further responses late. */
const DELAYED_FROM = 100;
const DELAY_MS = 1000;

/** The state of a rate limit after a request was counted. */
export interface RateLimitState {
  name: LimitName;
  /** Requests per window. */
  quota: number;
  windowSeconds: number;
  remaining: number;
  /** Seconds until the window ends, rounded up. */
  resetSeconds: number;
  isExceeded: boolean;
}

/** Counts in memory, and in Redis if it is configured. */
interface Limiter {
  inMemory: RateLimiterMemory;
  shared: RateLimiterRedis | undefined;
}

/**
 * Counts requests in fixed windows: in Redis for all replicas together, or in memory. While Redis does not respond each replica counts
 * for itself, so that limits are multiplied by the number of replicas and no request is rejected that would otherwise pass.
 */
@Injectable()
export class Limits {
  private readonly limiters: Record<LimitName, Limiter | undefined>;
  private readonly windowSeconds: number;

  constructor(
    { limits }: Settings,
    private readonly cluster: Cluster,
    private readonly metrics: Metrics,
  ) {
    this.windowSeconds = limits.windowSeconds;
    const limiter = (name: LimitName, points: number): Limiter | undefined => {
      if (points === 0) return undefined;
      const options = { keyPrefix: `countersign:limit:${name}`, points, duration: limits.windowSeconds };
      const { redis } = cluster;
      return {
        inMemory: new RateLimiterMemory(options),
        shared: redis && new RateLimiterRedis({ ...options, storeClient: redis }),
      };
    };
    this.limiters = {
      key: limiter('key', limits.key),
      tenant: limiter('tenant', limits.tenant),
      user: limiter('user', limits.user),
      sign_in: limiter('sign_in', limits.signIn),
      failed_authentication: limiter('failed_authentication', limits.failedAuthentication),
    };
  }

  /**
   * Counts a request.
   *
   * @param points more than one for a request with several calls
   * @returns `undefined` if the limit is turned off
   */
  async take(name: LimitName, subject: string, points = 1): Promise<RateLimitState | undefined> {
    const limiter = this.limiters[name];
    if (!limiter) return undefined;
    const id = IDS.has(name) ? subject : digest(subject).slice(0, 32);
    const quota = limiter.inMemory.points;
    const { remainingPoints, consumedPoints, msBeforeNext, isExceeded } = await this.consume(limiter, id, points);
    if (isExceeded) this.metrics.limited.inc({ limit: name });
    // Most floods wait for a response before they send the next request.
    if (consumedPoints > quota + DELAYED_FROM) await setTimeout(DELAY_MS, undefined, { ref: false });
    return {
      name,
      quota,
      windowSeconds: this.windowSeconds,
      remaining: remainingPoints,
      resetSeconds: Math.ceil(msBeforeNext / 1000),
      isExceeded,
    };
  }

  private async consume({ shared, inMemory }: Limiter, subject: string, points: number) {
    const state = shared && (await this.cluster.withRedis(() => consume(shared, subject, points)));
    return state ?? consume(inMemory, subject, points);
  }
}

async function consume(limiter: RateLimiterMemory | RateLimiterRedis, subject: string, points: number) {
  try {
    const { remainingPoints, consumedPoints, msBeforeNext } = await limiter.consume(subject, points);
    return { remainingPoints, consumedPoints, msBeforeNext, isExceeded: false };
  } catch (thrown) {
    if (!(thrown instanceof RateLimiterRes)) throw thrown;
    const { consumedPoints, msBeforeNext } = thrown;
    return { remainingPoints: 0, consumedPoints, msBeforeNext, isExceeded: true };
  }
}

/** A rate limit was exceeded; `state` says when the window ends. */
export class RateLimitedError extends CountersignError {
  constructor(readonly state: RateLimitState) {
    super('rate_limited', `rate limit "${state.name}" exceeded; retry in ${state.resetSeconds} s`);
  }
}
