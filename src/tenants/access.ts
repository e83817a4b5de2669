import { Injectable } from '@nestjs/common';
import {
  addressOf,
  canUseGpt,
  ForbiddenError,
  NotFoundError,
  runStrategies,
  type Caller,
  type HttpReply,
  type HttpRequest,
  type Role,
  type WithCaller,
} from '../common/index.js';
import { applyLimit, Limits } from '../limits/index.js';
import { AllowedOrigins } from './allowed-origins.js';
import { FailedAuthentications } from './failed-authentications.js';
import { BearerKeyStrategy, HeaderKeyStrategy } from './key.strategies.js';
import type { KeyHolder } from './keyring.js';
import { ConsoleSessionStrategy } from './sessions/console-session.strategy.js';

/** Decides who may use a route. It needs a request's headers and path only, so that it can run before the body is read. */
@Injectable()
export class Access {
  private readonly strategies: [HeaderKeyStrategy, BearerKeyStrategy, ConsoleSessionStrategy];

  constructor(
    private readonly limits: Limits,
    private readonly failures: FailedAuthentications,
    private readonly origins: AllowedOrigins,
    header: HeaderKeyStrategy,
    bearer: BearerKeyStrategy,
    session: ConsoleSessionStrategy,
  ) {
    this.strategies = [header, bearer, session];
  }

  /**
   * Authenticates a request, applies the rate limits of its key and tenant, and checks its role, GPT and origin.
   *
   * @param roles the roles that may use the route
   * @throws {CountersignError} `unauthenticated`, `rate_limited`, `forbidden`, `not_found`
   */
  async admit(request: HttpRequest & WithCaller, reply: HttpReply, roles: readonly Role[]): Promise<void> {
    const outcome = await runStrategies<KeyHolder>(this.strategies, request);
    if (!outcome.passed) {
      return this.failures.reject(request, reply, 'send a valid API key as X-API-Key or as a bearer token');
    }
    const caller: Caller = { ...outcome.value, requestId: request.id, address: addressOf(request) };
    // Set before the checks: a response to an allowed origin gets its CORS headers also if a check fails.
    request.caller = caller;
    applyLimit(reply, await this.limits.take('key', caller.keyId));
    if (caller.tenantId !== undefined) applyLimit(reply, await this.limits.take('tenant', caller.tenantId));
    requireRole(caller, roles);
    const { gpt_id: gptId } = request.params as { gpt_id?: string };
    if (gptId !== undefined && !canUseGpt(caller, gptId)) throw new NotFoundError('GPT');
    await this.requireAllowedOrigin(request, caller);
  }

  /** Rejects requests of web pages on other origins before they have an effect: CORS alone would only withhold the response. */
  private async requireAllowedOrigin({ headers, host }: HttpRequest, { tenantId }: Caller): Promise<void> {
    const { origin } = headers;
    if (origin === undefined || this.origins.isOwn(origin, host)) return;
    if (tenantId !== undefined && (await this.origins.isAllowed(tenantId, origin))) return;
    throw new ForbiddenError("the request's origin is not one of the tenant's allowed_origins");
  }
}

/** @throws {ForbiddenError} none of the roles is the caller's */
export function requireRole({ role }: Caller, roles: readonly Role[]): void {
  if (roles.includes(role)) return;
  throw new ForbiddenError(`this requires a key with the role ${roles.join(' or ')}; yours has the role ${role}`);
}
