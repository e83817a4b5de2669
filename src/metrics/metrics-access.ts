import { Injectable } from '@nestjs/common';
import { bearerToken, CountersignError, digest, isSameDigest } from '../common/index.js';
import { Settings } from '../config/index.js';

/** Requires `METRICS_TOKEN`, if it is set, as a bearer token. */
@Injectable()
export class MetricsAccess {
  private readonly tokenDigest: string | undefined;

  constructor({ metrics: { token } }: Settings) {
    this.tokenDigest = token === undefined ? undefined : digest(token);
  }

  /** @throws {CountersignError} `unauthenticated` */
  check(authorization: string | undefined): void {
    if (this.tokenDigest === undefined) return;
    const token = bearerToken(authorization);
    if (token !== undefined && isSameDigest(digest(token), this.tokenDigest)) return;
    throw new CountersignError('unauthenticated', 'send METRICS_TOKEN as a bearer token');
  }
}
