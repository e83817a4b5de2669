import { Injectable } from '@nestjs/common';
import { addressOf, CountersignError, type HttpReply, type HttpRequest } from '../common/index.js';
import { applyLimit, Limits, networkOf } from '../limits/index.js';

/** Rejects requests without a valid key and rate-limits them by network. Valid keys from the same network are not affected. */
@Injectable()
export class FailedAuthentications {
  constructor(private readonly limits: Limits) {}

  /** @throws {CountersignError} always: `unauthenticated`, or `rate_limited` */
  async reject(request: HttpRequest, reply: HttpReply, detail: string): Promise<never> {
    applyLimit(reply, await this.limits.take('failed_authentication', networkOf(addressOf(request))));
    throw new CountersignError('unauthenticated', detail);
  }
}
