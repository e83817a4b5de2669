import { Injectable } from '@nestjs/common';
import { addressOf, type HttpReply, type HttpRequest } from '../../common/index.js';
import { applyLimit, Limits, networkOf } from '../../limits/index.js';

/** Limits requests of callers without a credential. */
@Injectable()
export class ClientLimits {
  constructor(private readonly limits: Limits) {}

  /** Limits requests that fetch, store or seal something, by endpoint and network. @throws {RateLimitedError} */
  async takeCostly(request: HttpRequest, reply: HttpReply, endpoint: string): Promise<void> {
    applyLimit(reply, await this.limits.take('sign_in', `mcp ${endpoint} ${networkOf(addressOf(request))}`));
  }

  /** Limits refreshes of one grant. @throws {RateLimitedError} */
  async takeRefresh(reply: HttpReply, authorizationId: string): Promise<void> {
    applyLimit(reply, await this.limits.take('sign_in', `mcp refresh ${authorizationId}`));
  }

  /** Counts a code or token that was wrong, by network. @throws {RateLimitedError} */
  async takeFailure(request: HttpRequest, reply: HttpReply): Promise<void> {
    applyLimit(reply, await this.limits.take('failed_authentication', networkOf(addressOf(request))));
  }
}
