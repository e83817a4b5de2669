import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { HttpReply, HttpRequest } from '../common/index.js';
import { applyLimit, Limits } from '../limits/index.js';

/** Counts what browsers send for one sign-in: by the ticket in its link, the state of its flow, or its id. */
@Injectable()
export class PageLimitGuard implements CanActivate {
  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params, query } = context.switchToHttp().getRequest<HttpRequest>();
    const { ticket, sign_in_id: id, callback_id: callbackId } = params as Record<string, string | undefined>;
    const { state } = query as Record<string, unknown>;
    const subject = ticket ?? id ?? `${callbackId} ${typeof state === 'string' ? state : ''}`;
    applyLimit(context.switchToHttp().getResponse<HttpReply>(), await this.limits.take('sign_in', subject));
    return true;
  }
}
