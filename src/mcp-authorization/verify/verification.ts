import { Injectable } from '@nestjs/common';
import {
  canUseGpt,
  Clock,
  CountersignError,
  digest,
  isSameDigest,
  NotFoundError,
  randomSecret,
  type TenantCaller,
} from '../../common/index.js';
import { BuiltInServers } from '../servers/built-in-servers.js';
import { Authorizations, STEP_MS } from '../store/authorizations.js';
import type { VerifiedMcpAuthorizationDto, VerifyMcpAuthorizationDto } from './verify.dto.js';

/** Records which user the tenant's server has identified at a browser that is on its login page. */
@Injectable()
export class Verification {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly servers: BuiltInServers,
    private readonly clock: Clock,
  ) {}

  /**
   * Sets the user of an authorization. The returned URL has a fresh key: the consent page needs it together with the cookie of the browser that
   * sent the authorization request. An attacker who sends their own login link to a victim has the cookie, but the victim's browser gets the key.
   *
   * @throws {NotFoundError} unknown, or of another tenant or a GPT that the key does not cover
   * @throws {CountersignError} `conflict`: already verified, expired, or the GPT is set up differently now; `verification_refused`: the browser
   *   token is wrong
   */
  async verify(
    caller: TenantCaller,
    id: string,
    { user, browser_token }: VerifyMcpAuthorizationDto,
  ): Promise<VerifiedMcpAuthorizationDto> {
    const row = await this.authorizations.find(caller.tenantId, id);
    if (!row || !canUseGpt(caller, row.gptId)) throw new NotFoundError('MCP authorization');
    if (row.status !== 'pending' || row.expiresAt <= this.clock.now()) throw notAwaitingVerification();
    if (!isSameDigest(row.browserTokenDigest, digest(browser_token))) throw wrongBrowserToken();
    const { issuer, settings } = await this.servers.ofTenant(caller.tenantId, row.gptId);
    if (settings.authorizationVersion !== row.authorizationVersion) throw notAwaitingVerification();
    const key = randomSecret();
    const changes = {
      status: 'verified' as const,
      user,
      consentKeyDigest: digest(key),
      expiresAt: this.clock.in(STEP_MS),
    };
    const isFirst = await this.authorizations.change(row, { status: 'pending' }, changes, (store) =>
      this.authorizations.record(store, { ...row, user }, 'verified', caller),
    );
    if (!isFirst) throw notAwaitingVerification();
    return { redirect_url: `${issuer}/consent/${row.id}?key=${key}` };
  }
}

function notAwaitingVerification(): CountersignError {
  return new CountersignError(
    'conflict',
    'this authorization is not awaiting verification; start it again in the client',
  );
}

function wrongBrowserToken(): CountersignError {
  return new CountersignError('verification_refused', 'the browser_token does not belong to this authorization', [
    { pointer: '/browser_token', message: 'must be the token from the query of login_url' },
  ]);
}
