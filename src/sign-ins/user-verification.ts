import { Injectable } from '@nestjs/common';
import {
  Clock,
  CountersignError,
  digest,
  canUseGpt,
  NotFoundError,
  isSameDigest,
  type TenantCaller,
} from '../common/index.js';
import { Settings } from '../config/index.js';
import { TraceLog, Traces, diagnose } from '../traces/index.js';
import { resultUrl } from './flow/result-url.js';
import { SignInCompletion } from './flow/sign-in-completion.js';
import { SignInStore } from './flow/sign-in-store.js';
import type { SignInResult } from './flow/sign-in-with-action.js';
import { SignInWrites } from './flow/sign-in-writes.js';
import { signInView, type VerifiedSignInDto, type VerifySignInDto } from './sign-ins.dto.js';

/**
 * Finishes a sign-in after the tenant's server has identified the user at the browser. The code is exchanged only then, so a victim who
 * signs in with an attacker's link does not connect their account to the attacker's user (security rule C45).
 */
@Injectable()
export class UserVerification {
  constructor(
    private readonly signIns: SignInStore,
    private readonly completion: SignInCompletion,
    private readonly writes: SignInWrites,
    private readonly traces: Traces,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Verifies the user of a sign-in, then exchanges the grant and connects the user.
   *
   * @throws {CountersignError} `conflict`: the sign-in is not awaiting verification; `verification_refused`: the browser token is wrong;
   *   `user_mismatch`: the browser belongs to another user, and the sign-in has failed; `unavailable`: the result could not be stored
   */
  async verify(caller: TenantCaller, id: string, { user, browser_token }: VerifySignInDto): Promise<VerifiedSignInDto> {
    const found = await this.signIns.ofTenant(caller.tenantId, id);
    if (!found || !canUseGpt(caller, found.signIn.gptId)) throw new NotFoundError('sign-in');
    const { signIn } = found;
    const isAwaiting = signIn.status === 'awaiting_verification' && signIn.expiresAt > this.clock.now();
    if (!isAwaiting || !signIn.browserTokenDigest) throw notAwaitingVerification();
    if (!isSameDigest(signIn.browserTokenDigest, digest(browser_token))) {
      await this.note(caller.tenantId, id, 'verification was refused: wrong browser_token');
      throw new CountersignError('verification_refused', 'the browser_token does not belong to this sign-in', [
        { pointer: '/browser_token', message: 'must be the token from the query of user_verification_url' },
      ]);
    }
    this.writes.requireCapacity();
    if (!(await this.signIns.claimVerification(signIn))) throw notAwaitingVerification();
    if (user !== signIn.user) {
      await this.note(caller.tenantId, id, 'the tenant named a different user than the link was created for', true);
      await this.completion.end(found, USER_MISMATCH, caller);
      throw new CountersignError('user_mismatch', USER_MISMATCH.message, [
        { pointer: '/user', message: 'the link was created for a different user' },
      ]);
    }
    await this.note(caller.tenantId, id, "the tenant's server confirmed the user");
    const flow = await this.writes.retry(() => this.signIns.flowOf(signIn));
    const result = await this.completion.exchangeAndConnect(found, flow, caller);
    if (result.isUnstored)
      throw new CountersignError('unavailable', 'the result of the sign-in could not be stored; create a new sign-in');
    const ended = (await this.signIns.ofTenant(caller.tenantId, id))?.signIn ?? signIn;
    return {
      ...signInView(ended, this.clock.now()),
      redirect_url: resultUrl(this.settings.publicUrl, signIn, result.status),
    };
  }

  private note(tenantId: string, id: string, decision: string, isMismatch = false): Promise<void> {
    const log = new TraceLog();
    const diagnosis = isMismatch ? diagnose({ phase: 'verification', rejection: 'user_mismatch' }) : undefined;
    log.add({ name: 'verification', at: this.clock.now().toISOString(), decision, diagnosis });
    return this.traces.note(tenantId, id, log);
  }
}

const USER_MISMATCH = {
  status: 'failed',
  code: 'user_mismatch',
  message: 'a different user completed the sign-in than the link was created for; nothing was connected',
} as const satisfies SignInResult;

function notAwaitingVerification(): CountersignError {
  return new CountersignError('conflict', 'this sign-in is not awaiting verification');
}
