import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { HttpReply, HttpRequest } from '../common/index.js';
import { applyLimit, Limits } from '../limits/index.js';

/** Limits the rate of page requests per sign-in, which is identified by the ticket, the id or the state. */
@Injectable()
export class PageLimitGuard implements CanActivate {
  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params, query, body } = context.switchToHttp().getRequest<HttpRequest>();
    const {
      ticket,
      sign_in_id,
      authorization_id,
      callback_id: callbackId,
    } = params as Record<string, string | undefined>;
    const id = sign_in_id ?? authorization_id;
    const { state } = { ...(body as object | undefined), ...(query as object) } as { state?: unknown };
    const subject = ticket ?? id ?? `${callbackId} ${typeof state === 'string' ? state : ''}`;
    applyLimit(context.switchToHttp().getResponse<HttpReply>(), await this.limits.take('sign_in', subject));
    return true;
  }
}
