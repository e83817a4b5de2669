import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { UserCookie, type BrowserOwner } from '../../pages/index.js';
import { TenantsService } from '../../tenants/index.js';
import { diagnose, TraceLog, Traces } from '../../traces/index.js';
import { SignInRefusedError } from './sign-in-refused.error.js';
import type { SignInResult, SignInWithAction } from './sign-in-with-action.js';

/** A browser that opens a link. */
export interface Opener {
  /** Cookie that names its user; `undefined` if it has none. */
  userCookie?: string;
  /** Whether no user asked for the page, as for a link preview. */
  isSpeculative?: boolean;
}

/**
 * Verifies who opens the links to sign-ins that MCP clients with access tokens show (security rule C46). Otherwise an attacker could send their
 * own link to a victim, whose account would be connected to the attacker's user.
 */
@Injectable()
export class OpenerVerification {
  constructor(
    private readonly tenants: TenantsService,
    private readonly userCookie: UserCookie,
    private readonly traces: Traces,
    private readonly clock: Clock,
  ) {}

  /**
   * Requires that a link is opened in its user's browser, unless the tenant's server verifies the user before the code is exchanged. A refusal is
   * noted in the trace.
   *
   * @throws {SignInRefusedError} `other_user`
   */
  async requireUser(found: SignInWithAction, opener: Opener): Promise<void> {
    const { signIn } = found;
    if (!signIn.verifiesOpener || (await this.tenants.verificationUrlOf(signIn.tenantId)) !== undefined) return;
    const owner = await this.ownerOf(found, opener);
    if (owner === 'user') return;
    if (!opener.isSpeculative) await this.noteRefusal(found, owner);
    throw new SignInRefusedError('other_user', signIn);
  }

  /** Returns whether a browser may complete a sign-in whose user the tenant's server does not verify. */
  async isVerified(found: SignInWithAction, opener: Opener): Promise<boolean> {
    return !found.signIn.verifiesOpener || (await this.ownerOf(found, opener)) === 'user';
  }

  private ownerOf({ signIn: { tenantId, user } }: SignInWithAction, { userCookie }: Opener): Promise<BrowserOwner> {
    return this.userCookie.ownerOf(userCookie, tenantId, user);
  }

  private async noteRefusal({ signIn: { tenantId, id } }: SignInWithAction, owner: BrowserOwner): Promise<void> {
    const log = new TraceLog();
    log.add({
      name: 'verification',
      at: this.clock.now().toISOString(),
      decision: `the link was refused: ${owner === 'other_user' ? "the browser's cookie names another user" : "the browser has no cookie that names one of the tenant's users"}`,
      diagnosis: diagnose({ phase: 'verification', rejection: 'other_user' }),
    });
    await this.traces.note(tenantId, id, log);
  }
}

/** The result of a sign-in that began while the tenant's server verified users, and whose browser is not known to be the user's. */
export const OTHER_USER: SignInResult = {
  status: 'failed',
  code: 'user_mismatch',
  message: 'the sign-in was completed in a browser that is not known as that of its user; nothing was connected',
};
