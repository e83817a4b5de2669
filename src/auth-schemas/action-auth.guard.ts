import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { runStrategies, type HttpRequest } from '../common/index.js';
import type { Credential, SignInNeeded, WithPlannedCall } from './credential.js';
import { Credentials } from './credentials.service.js';

/**
 * Enforces the schema that the called action has selected: behind it, a request has either what its call carries or the sign-in
 * that its user needs.
 */
@Injectable()
export class ActionAuthGuard implements CanActivate {
  constructor(private readonly credentials: Credentials) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<HttpRequest & WithPlannedCall>();
    if (!request.plannedCall) return false;
    const outcome = await runStrategies<Credential>([this.credentials.strategyFor(request.plannedCall)], request);
    request.obtained = outcome.passed ? outcome.value : (outcome.challenges as SignInNeeded[])[0];
    return request.obtained !== undefined;
  }
}
