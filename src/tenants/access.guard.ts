import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  addressOf,
  ALLOWED_ROLES,
  runStrategies,
  ForbiddenError,
  canUseGpt,
  NotFoundError,
  type HttpReply,
  type HttpRequest,
  type Role,
  type WithCaller,
} from '../common/index.js';
import { applyLimit, Limits } from '../limits/index.js';
import { FailedAuthentications } from './failed-authentications.js';
import { BearerKeyStrategy, HeaderKeyStrategy } from './key.strategies.js';
import type { KeyHolder } from './keyring.js';
import { ConsoleSessionStrategy } from './sessions/console-session.strategy.js';

/** Authenticates every request and enforces the roles of its route. Routes without declared roles reject every caller. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly strategies: [HeaderKeyStrategy, BearerKeyStrategy, ConsoleSessionStrategy];

  constructor(
    private readonly reflector: Reflector,
    private readonly limits: Limits,
    private readonly failures: FailedAuthentications,
    header: HeaderKeyStrategy,
    bearer: BearerKeyStrategy,
    session: ConsoleSessionStrategy,
  ) {
    this.strategies = [header, bearer, session];
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const allowed = this.reflector.getAllAndOverride<Role[] | 'everyone' | undefined>(ALLOWED_ROLES, targets);
    if (allowed === 'everyone') return true;
    if (!allowed) throw new ForbiddenError('this route declares no roles, so no key may use it');
    const request = context.switchToHttp().getRequest<HttpRequest & WithCaller>();
    const reply = context.switchToHttp().getResponse<HttpReply>();
    const outcome = await runStrategies<KeyHolder>(this.strategies, request);
    if (!outcome.passed) {
      return this.failures.reject(request, reply, 'send a valid API key as X-API-Key or as a bearer token');
    }
    const holder = outcome.value;
    request.caller = { ...holder, requestId: request.id, address: addressOf(request) };
    applyLimit(reply, await this.limits.take('key', holder.keyId));
    if (!allowed.includes(holder.role)) {
      throw new ForbiddenError(
        `this requires a key with the role ${allowed.join(' or ')}; yours has the role ${holder.role}`,
      );
    }
    const { gpt_id: gptId } = request.params as { gpt_id?: string };
    if (gptId !== undefined && !canUseGpt(request.caller, gptId)) throw new NotFoundError('GPT');
    return true;
  }
}
