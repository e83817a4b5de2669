import { Injectable } from '@nestjs/common';
import { Action } from '../actions/index.js';
import { callbackUrl, OAuthClients, Discovery, type OAuthClient } from '../oauth/index.js';
import { Clock, CountersignError, InvalidRequestError, type TenantCaller } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import { Egress } from '../egress/index.js';
import { TenantsService } from '../tenants/index.js';
import { SealBrokenError } from '../vault/index.js';
import { checkAuthorizationUrl } from './checks/authorization-check.js';
import type { CheckDto } from './provider-checks.dto.js';
import { worstOf } from './finding.js';
import { LastSignIn } from './last-sign-in.js';
import { checkMetadata } from './checks/metadata-check.js';
import { checkRefreshUrl, checkRevocationUrl } from './checks/other-endpoints.js';
import { Probe } from './checks/probe.js';
import { checkDomains, checkSettings } from './checks/settings-check.js';
import { checkTokenUrl } from './checks/token-check.js';

/** Looks at a provider as a sign-in would meet it, before there is one. Nothing is stored, and nobody's code is spent. */
@Injectable()
export class ProviderCheck {
  constructor(
    private readonly database: Database,
    private readonly clients: OAuthClients,
    private readonly discovery: Discovery,
    private readonly lastSignIn: LastSignIn,
    private readonly tenants: TenantsService,
    private readonly egress: Egress,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @throws {CountersignError} `not_found`; `invalid_request`: the schema has no provider; `credential_unavailable` */
  async check({ tenantId }: TenantCaller, gptId: string, actionId: string): Promise<CheckDto> {
    const action = await this.database
      .tenant(tenantId)
      .read((store) => store.get(Action, { id: actionId, gptId }, 'action'));
    if (action.authType !== 'oauth') {
      const message = `the action's schema is ${action.authType}; only one of type oauth has a provider to check`;
      throw InvalidRequestError.at('', message);
    }
    const client = await this.clientOf(action);
    const now = this.clock.now();
    const callback = callbackUrl(this.settings, action);
    const probe = new Probe(this.egress, this.settings.refresh.tokenTimeoutMs);
    const groups = await Promise.all([
      checkAuthorizationUrl(probe, client, callback, now),
      checkTokenUrl(probe, client, callback, now),
      checkRefreshUrl(probe, client, now),
      checkRevocationUrl(probe, client, now),
      checkMetadata(this.discovery, client),
      checkDomains(action.domain, client, await this.tenants.oauthDomainRuleOf(tenantId)),
      checkSettings(client, callback),
      this.lastSignIn.check(action),
    ]);
    const findings = groups.flat();
    return { status: worstOf(findings), checked_at: now.toISOString(), findings };
  }

  private async clientOf(action: Action): Promise<OAuthClient> {
    try {
      return await this.clients.of(action);
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      throw new CountersignError('credential_unavailable', "the action's secrets do not open", [], { cause: error });
    }
  }
}
