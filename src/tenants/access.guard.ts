import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ALLOWED_ROLES, ForbiddenError, type HttpRequest, type Role, type WithCaller } from '../common/index.js';
import { requireRole } from './access.js';

/**
 * Lets only admitted requests through. `Access.admit` has run before the body was read; this guard ensures that no handler is reached without
 * it. Routes without declared roles reject every caller.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()];
    const allowed = this.reflector.getAllAndOverride<Role[] | 'everyone' | undefined>(ALLOWED_ROLES, targets);
    if (allowed === 'everyone') return true;
    if (!allowed) throw new ForbiddenError('this route declares no roles, so no key may use it');
    const { caller } = context.switchToHttp().getRequest<HttpRequest & WithCaller>();
    if (!caller) throw new Error('the request reached its handler without authentication');
    requireRole(caller, allowed);
    return true;
  }
}
