import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { TenantsService } from '../../tenants/index.js';
import { type Look, type Page, outcomePage, type Language, type Mistake } from '../../pages/index.js';
import { signInPage } from './sign-in-page.js';
import { TraceLog, Traces } from '../../traces/index.js';
import { endedOutcome } from './outcomes.js';
import { SignInMethods } from '../flow/sign-in-method.js';
import { SignInRefusedError } from '../flow/sign-in-refused.error.js';
import { SignInStore } from '../flow/sign-in-store.js';
import type { SignInWithAction } from '../flow/sign-in-with-action.js';
import type { SignIn, SignInStatus } from '../sign-in.entity.js';
import { signInView } from '../sign-ins.dto.js';

/** What the pages of a sign-in say. */
@Injectable()
export class SignInPages {
  constructor(
    private readonly database: Database,
    private readonly rows: SignInStore,
    private readonly tenants: TenantsService,
    private readonly methods: SignInMethods,
    private readonly traces: Traces,
    private readonly clock: Clock,
  ) {}

  /**
   * The page behind the link; once the sign-in has ended, how it did.
   *
   * @param path where the page is, and its form goes
   * @param mistake what was wrong with what the form was filled in with
   */
  async signIn(
    { signIn, action }: SignInWithAction,
    language: Language,
    path: string,
    mistake?: Mistake,
  ): Promise<Page> {
    const { status } = signInView(signIn, this.clock.now());
    if (status !== 'pending') return this.ended({ signIn, action }, language, status);
    const { tenantId, gptId, domain } = action;
    const page = this.methods.of(action)?.page(action);
    if (!page) throw new SignInRefusedError('ended', tenantId);
    const { leadsTo: formTarget, ...method } = page;
    const gpt = await this.database.tenant(tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    await this.noteOpened(signIn, mistake);
    const brand = await this.tenants.brandOf(tenantId);
    const about = { gptName: gpt.name, tenantName: brand.name, domain, user: signIn.user };
    return signInPage({ language, brand }, { ...about, ...method, mistake, action: path, formTarget });
  }

  /** How a sign-in ended. @throws {SignInRefusedError} there is no such sign-in */
  async outcome(id: string, language: Language): Promise<Page> {
    const found = await this.rows.byId(id);
    if (!found) throw new SignInRefusedError('unknown');
    const { status } = signInView(found.signIn, this.clock.now());
    return this.ended(found, language, status === 'pending' ? 'expired' : status);
  }

  private async ended(
    { signIn, action }: SignInWithAction,
    language: Language,
    status: SignInStatus | 'expired',
  ): Promise<Page> {
    const look: Look = { language, brand: await this.tenants.brandOf(signIn.tenantId) };
    const outcome = endedOutcome(language, status, action.domain, signIn.errorCode);
    // By its id whoever runs the assistant finds what happened, and what to change.
    return outcomePage(look, { ...outcome, reference: status === 'failed' ? signIn.id : undefined }, true);
  }

  private async noteOpened({ tenantId, id }: SignIn, mistake?: Mistake): Promise<void> {
    if (mistake !== undefined) return;
    const log = new TraceLog();
    log.add({ name: 'opened', at: this.clock.now().toISOString(), decision: 'the sign-in page was shown' });
    await this.traces.note(tenantId, id, log);
  }
}
