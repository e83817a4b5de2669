import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { TenantsService } from '../../tenants/index.js';
import { outcomePage, type Outcome } from '../pages/outcome-page.js';
import { signInPage } from '../pages/sign-in-page.js';
import type { OAuthSettings } from '../protocol/client.js';
import { endedOutcome } from './outcomes.js';
import { SignInRefusedError } from './sign-in-flow.js';
import { SignInRows, type SignInWithAction } from './sign-in-rows.js';
import { signInView } from './sign-ins.dto.js';

/** What the pages of a sign-in say. */
@Injectable()
export class SignInScreens {
  constructor(
    private readonly database: Database,
    private readonly rows: SignInRows,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /** The page behind the link; once the sign-in has ended, how it did. @param path where the page is, and its form goes */
  async signIn({ signIn, action }: SignInWithAction, path: string): Promise<{ body: string; formTarget?: string }> {
    const { status } = signInView(signIn, this.clock.now());
    if (status !== 'pending') return { body: outcomePage(endedOutcome(status, action.domain, signIn.errorCode)) };
    const { tenantId, gptId } = action;
    const settings = action.authSettings as unknown as OAuthSettings;
    const gpt = await this.database.tenant(tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    const body = signInPage({
      gptName: gpt.name,
      tenantName: await this.tenants.nameOf(tenantId),
      domain: action.domain,
      user: signIn.user,
      scopes: settings.scope?.split(/\s+/).filter(Boolean) ?? [],
      action: path,
    });
    return { body, formTarget: new URL(settings.authorization_url).origin };
  }

  /** @throws {SignInRefusedError} there is no such sign-in */
  async outcome(id: string): Promise<Outcome> {
    const found = await this.rows.byId(id);
    if (!found) throw new SignInRefusedError('unknown');
    const { signIn, action } = found;
    const { status } = signInView(signIn, this.clock.now());
    return endedOutcome(status === 'pending' ? 'expired' : status, action.domain, signIn.errorCode);
  }
}
