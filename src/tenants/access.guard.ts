import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  addressOf,
  ALLOWED_ROLES,
  askStrategies,
  CountersignError,
  ForbiddenError,
  type HttpRequest,
  type Role,
  type WithCaller,
} from '../common/index.js';
import { BearerKeyStrategy, HeaderKeyStrategy } from './key.strategies.js';
import type { KeyHolder } from './keyring.js';

/** Stands before every route: lets in whom the route names, and nobody where it names no one. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly strategies: [HeaderKeyStrategy, BearerKeyStrategy];

  constructor(
    private readonly reflector: Reflector,
    header: HeaderKeyStrategy,
    bearer: BearerKeyStrategy,
  ) {
    this.strategies = [header, bearer];
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getHandler(), context.getClass()];
    const allowed = this.reflector.getAllAndOverride<Role[] | 'everyone' | undefined>(ALLOWED_ROLES, places);
    if (allowed === 'everyone') return true;
    if (!allowed) throw new ForbiddenError('this route is open to nobody');
    const request = context.switchToHttp().getRequest<HttpRequest & WithCaller>();
    const outcome = await askStrategies<KeyHolder>(this.strategies, request);
    if (!outcome.passed) {
      throw new CountersignError('unauthenticated', 'send a valid key as X-API-Key or as a bearer token');
    }
    const holder = outcome.value;
    request.caller = { ...holder, requestId: request.id, address: addressOf(request) };
    if (!allowed.includes(holder.role)) {
      throw new ForbiddenError(`a key of the role ${holder.role} may not do this; ${allowed.join(' or ')} may`);
    }
    return true;
  }
}
