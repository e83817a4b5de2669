import { Injectable } from '@nestjs/common';
import { addressOf, CountersignError, type HttpReply, type HttpRequest } from '../common/index.js';
import { applyLimit, Limits, networkOf } from '../limits/index.js';

/** Turns away who shows no good key, and counts how often: whose keys are good is never turned away for those who share an address and try. */
@Injectable()
export class FailedAuthentications {
  constructor(private readonly limits: Limits) {}

  /** @throws {CountersignError} always: `unauthenticated`, or `rate_limited` */
  async refuse(request: HttpRequest, reply: HttpReply, detail: string): Promise<never> {
    applyLimit(reply, await this.limits.take('failed_authentication', networkOf(addressOf(request))));
    throw new CountersignError('unauthenticated', detail);
  }
}
