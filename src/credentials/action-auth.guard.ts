import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { HttpRequest } from '../common/index.js';
import type { Credential } from './credential.js';
import type { WithPlannedCall } from './credential.strategy.js';
import { Credentials } from './credentials.service.js';

/** A request that passed the guard. */
export interface WithCredential {
  credential?: Credential;
}

/**
 * Enforces the schema of the called action: a request passes only if its call can be authenticated.
 *
 * @throws {SignInRequiredError} the user has to sign in
 */
@Injectable()
export class ActionAuthGuard implements CanActivate {
  constructor(private readonly credentials: Credentials) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest & WithPlannedCall & WithCredential>();
    if (!request.plannedCall) return false;
    request.credential = await this.credentials.authenticate(request.plannedCall);
    return true;
  }
}
