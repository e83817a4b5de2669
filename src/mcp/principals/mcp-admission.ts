import { Injectable } from '@nestjs/common';
import {
  canUseGpt,
  CountersignError,
  ForbiddenError,
  NotFoundError,
  parseUrl,
  type HttpReply,
  type HttpRequest,
  type WithCaller,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { applyLimit, Limits } from '../../limits/index.js';
import { AllowedOrigins, FailedAuthentications } from '../../tenants/index.js';
import type { McpSettings } from '../settings/mcp-settings.entity.js';
import { McpSettingsService } from '../settings/mcp-settings.service.js';
import type { McpPrincipal } from './access-tokens.js';
import { challenge, type ChallengeParameters } from './challenge.js';
import { Principals, type Identified } from './principals.js';

/** A request to an MCP endpoint that was admitted. */
export interface WithMcp extends WithCaller {
  mcp?: { principal: McpPrincipal; settings: McpSettings };
}

/** Decides who may use a GPT's MCP endpoint. It needs a request's headers and path only, so that it can run before the body is read. */
@Injectable()
export class McpAdmission {
  constructor(
    private readonly config: Settings,
    private readonly settings: McpSettingsService,
    private readonly principals: Principals,
    private readonly limits: Limits,
    private readonly failures: FailedAuthentications,
    private readonly origins: AllowedOrigins,
  ) {}

  /**
   * Checks the host and the content type of a request, authenticates it, applies the rate limits of its key and tenant, and checks its origin and
   * GPT, in this order.
   *
   * @throws {CountersignError} `forbidden`, `unsupported_media_type`, `unauthenticated`, `rate_limited`, `invalid_request`, `not_found`
   */
  async admit(request: HttpRequest & WithMcp, reply: HttpReply): Promise<void> {
    this.requireOwnHost(request);
    requireJson(request);
    const { gpt_id: gptId } = request.params as { gpt_id: string };
    const identified = await this.principals.identify(request, gptId, () => this.settings.ofGpt(gptId));
    const principal = await this.requireValid(request, reply, identified);
    const { caller } = principal;
    // Set before the other checks: a response to an allowed origin gets its CORS headers also if a check fails.
    request.caller = caller;
    applyLimit(reply, await this.limits.take('key', caller.keyId));
    applyLimit(reply, await this.limits.take('tenant', caller.tenantId));
    await this.requireAllowedOrigin(request, caller.tenantId);
    const settings = await this.settings.ofGpt(gptId);
    const isVisible = settings?.tenantId === caller.tenantId && settings.enabled && canUseGpt(caller, gptId);
    if (!isVisible) throw new NotFoundError('MCP endpoint');
    request.mcp = { principal, settings };
  }

  /** Rejects names of this server that others control, which pages use to reach it as their own origin (DNS rebinding). */
  private requireOwnHost({ host, protocol }: HttpRequest): void {
    const own = new URL(this.config.publicUrl);
    if (parseUrl(`${own.protocol}//${host}`)?.host === own.host || parseUrl(`${protocol}://${host}`)?.host === own.host)
      return;
    throw new ForbiddenError('the request was sent to a host that is not the one of PUBLIC_URL');
  }

  private async requireValid(request: HttpRequest, reply: HttpReply, identified: Identified): Promise<McpPrincipal> {
    const { gpt_id: gptId } = request.params as { gpt_id: string };
    const { outcome } = identified;
    const challengeWith = (parameters: ChallengeParameters) =>
      void reply.header('www-authenticate', challenge(this.config.publicUrl, gptId, parameters));
    if (outcome === 'role') {
      challengeWith({});
      throw new ForbiddenError(`MCP clients need a runtime key or a user token; yours has the role ${identified.role}`);
    }
    // Keys and user tokens have no scopes.
    if (outcome === 'valid' && identified.scopes === undefined) return identified.principal;
    const scope = (await this.settings.ofGpt(gptId))?.requiredScope ?? undefined;
    if (outcome === 'valid') {
      if (scope === undefined || identified.scopes?.includes(scope)) return identified.principal;
      challengeWith({ scope, error: 'insufficient_scope' });
      throw new ForbiddenError(`the access token lacks the scope ${scope}`);
    }
    challengeWith({ scope, ...(outcome === 'invalid' && { error: 'invalid_token' }) });
    const detail = 'send a runtime key, a user token or an access token as a bearer token';
    return this.failures.reject(request, reply, detail);
  }

  private async requireAllowedOrigin({ headers, host }: HttpRequest, tenantId: string): Promise<void> {
    const { origin } = headers;
    if (origin === undefined || this.origins.isOwn(origin, host)) return;
    if (await this.origins.isAllowed(tenantId, origin)) return;
    throw new ForbiddenError("the request's origin is not one of the tenant's allowed_origins");
  }
}

function requireJson({ headers }: HttpRequest): void {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() === 'application/json') return;
  throw new CountersignError('unsupported_media_type', 'send the message as application/json');
}
