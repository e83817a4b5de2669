import { Injectable } from '@nestjs/common';
import {
  Clock,
  CountersignError,
  digest,
  mayUseGpt,
  NotFoundError,
  sameDigest,
  type TenantCaller,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { TraceLog, Traces, diagnose } from '../../traces/index.js';
import { resultUrl } from './result-url.js';
import { SignInFlow } from './sign-in-flow.js';
import { SignInStore } from './sign-in-store.js';
import type { Ending } from './sign-in-with-action.js';
import { signInView, type VerifiedSignInDto, type VerifySignInDto } from '../sign-ins.dto.js';

/**
 * The tenant's server says who is sitting at the browser that signed in. Only then is the code exchanged: an attacker's link that a victim
 * signs in with connects the victim's account to nobody (SECURITY C45).
 */
@Injectable()
export class UserVerification {
  constructor(
    private readonly rows: SignInStore,
    private readonly flow: SignInFlow,
    private readonly traces: Traces,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws {CountersignError} `conflict`: nothing is waiting to be verified; `verification_refused`: the token is not the browser's;
   *   `user_mismatch`: another user is sitting there, and the sign-in has ended
   */
  async verify(caller: TenantCaller, id: string, { user, browser_token }: VerifySignInDto): Promise<VerifiedSignInDto> {
    const found = await this.rows.ofTenant(caller.tenantId, id);
    if (!found || !mayUseGpt(caller, found.signIn.gptId)) throw new NotFoundError('sign-in');
    const { signIn } = found;
    const isWaiting = signIn.status === 'awaiting_verification' && signIn.expiresAt > this.clock.now();
    if (!isWaiting || !signIn.browserTokenDigest) throw notWaiting();
    if (!sameDigest(signIn.browserTokenDigest, digest(browser_token))) {
      await this.note(caller.tenantId, id, 'the browser_token is not the one that this sign-in was given');
      throw new CountersignError('verification_refused', 'the browser_token is not that of this sign-in', [
        { pointer: '/browser_token', message: 'this is not the token that the browser was sent with' },
      ]);
    }
    if (!(await this.rows.claimVerification(signIn))) throw notWaiting();
    if (user !== signIn.user) {
      await this.note(caller.tenantId, id, 'the tenant named another user than the one the link was made for', true);
      await this.flow.end(found, USER_MISMATCH, caller);
      throw new CountersignError('user_mismatch', USER_MISMATCH.message, [
        { pointer: '/user', message: 'the link was made for another user' },
      ]);
    }
    await this.note(caller.tenantId, id, "the tenant's server confirmed the user");
    const ending = await this.flow.conclude(found, await this.rows.flowOf(signIn), caller);
    const ended = (await this.rows.ofTenant(caller.tenantId, id))?.signIn ?? signIn;
    return {
      ...signInView(ended, this.clock.now()),
      redirect_url: resultUrl(this.settings.publicUrl, signIn, ending.status),
    };
  }

  private note(tenantId: string, id: string, decision: string, isMismatch = false): Promise<void> {
    const log = new TraceLog();
    const diagnosis = isMismatch ? diagnose({ phase: 'verification', refusal: 'user_mismatch' }) : undefined;
    log.add({ name: 'verification', at: this.clock.now().toISOString(), decision, diagnosis });
    return this.traces.note(tenantId, id, log);
  }
}

const USER_MISMATCH = {
  status: 'failed',
  code: 'user_mismatch',
  message: 'another user finished the sign-in than the one it was made for; nothing was connected',
} as const satisfies Ending;

function notWaiting(): CountersignError {
  return new CountersignError('conflict', 'this sign-in is not waiting to be verified');
}
