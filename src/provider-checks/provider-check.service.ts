import { Injectable } from '@nestjs/common';
import { Action } from '../actions/index.js';
import { callbackUrl, OAuthClients, Discovery } from '../oauth/index.js';
import { Clock, InvalidRequestError, type TenantCaller } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import { Egress } from '../egress/index.js';
import { TenantsService } from '../tenants/index.js';
import { FORM_LABELS } from '../traces/index.js';
import { checkAuthorizationUrl } from './checks/authorization-check.js';
import type { CheckDto } from './provider-checks.dto.js';
import { worstStatus } from './findings/finding.js';
import { LastSignIn } from './last-sign-in.js';
import { checkMetadata } from './checks/metadata-check.js';
import { checkRefreshUrl, checkRevocationUrl } from './checks/optional-endpoints-check.js';
import { Probe } from './checks/probe.js';
import { checkDomains, checkSettings } from './checks/settings-check.js';
import { checkTokenUrl } from './checks/token-check.js';

/** Checks an action's provider with the requests of a sign-in. It stores nothing and uses no real codes. */
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

  /**
   * Runs all checks of an action's provider.
   *
   * @throws {CountersignError} `not_found`; `invalid_request`: the action's schema is not `oauth`; `credential_unavailable`
   */
  async check({ tenantId }: TenantCaller, gptId: string, actionId: string): Promise<CheckDto> {
    const action = await this.database
      .tenant(tenantId)
      .read((store) => store.get(Action, { id: actionId, gptId }, 'action'));
    if (action.authType !== 'oauth') {
      const message = `the action's schema is ${action.authType}; only an oauth schema can be checked`;
      throw InvalidRequestError.at('', message);
    }
    const client = await this.clients.of(action);
    const now = this.clock.now();
    const redirectUri = callbackUrl(this.settings, action);
    const probe = new Probe(this.egress, tenantId, this.settings.refresh.tokenTimeoutMs);
    const groups = await Promise.all([
      checkAuthorizationUrl(probe, client, redirectUri, now),
      checkTokenUrl(probe, client, redirectUri, now),
      checkRefreshUrl(probe, client, now),
      checkRevocationUrl(probe, client, now),
      checkMetadata(this.discovery, client, tenantId),
      checkDomains(action.domain, client, await this.tenants.oauthDomainRuleOf(tenantId)),
      checkSettings(client, redirectUri),
      this.lastSignIn.check(action),
    ]);
    const findings = groups.flat();
    const labeled = findings.map((finding) => ({ ...finding, label: FORM_LABELS[finding.field ?? ''] ?? null }));
    return { status: worstStatus(findings), checked_at: now.toISOString(), findings: labeled };
  }
}
