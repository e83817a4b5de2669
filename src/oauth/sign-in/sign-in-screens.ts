import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { TenantsService } from '../../tenants/index.js';
import { outcomePage, type Outcome } from '../pages/outcome-page.js';
import { signInPage } from '../pages/sign-in-page.js';
import { TraceLog } from '../trace/trace-log.js';
import { Traces } from '../trace/traces.js';
import { endedOutcome } from './outcomes.js';
import { SignInMethods } from './sign-in-method.js';
import { SignInRefusedError } from './sign-in-refused.error.js';
import { SignInRows, type SignInWithAction } from './sign-in-rows.js';
import type { SignIn } from './sign-in.entity.js';
import { signInView } from './sign-ins.dto.js';

/** A page, and where its form leads besides https addresses. */
interface Screen {
  body: string;
  formTarget?: string;
}

/** What the pages of a sign-in say. */
@Injectable()
export class SignInScreens {
  constructor(
    private readonly database: Database,
    private readonly rows: SignInRows,
    private readonly tenants: TenantsService,
    private readonly methods: SignInMethods,
    private readonly traces: Traces,
    private readonly clock: Clock,
  ) {}

  /**
   * The page behind the link; once the sign-in has ended, how it did.
   *
   * @param path where the page is, and its form goes
   * @param problem what was wrong with what the form was filled in with
   */
  async signIn({ signIn, action }: SignInWithAction, path: string, problem?: string): Promise<Screen> {
    const { status } = signInView(signIn, this.clock.now());
    if (status !== 'pending') return { body: outcomePage(endedOutcome(status, action.domain, signIn.errorCode)) };
    const { tenantId, gptId } = action;
    const { leadsTo: formTarget, ...method } = this.methods.of(action).page(action);
    const gpt = await this.database.tenant(tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    await this.noteOpened(signIn, problem);
    const body = signInPage({
      gptName: gpt.name,
      tenantName: await this.tenants.nameOf(tenantId),
      domain: action.domain,
      user: signIn.user,
      ...method,
      problem,
      action: path,
    });
    return { body, formTarget };
  }

  private async noteOpened({ tenantId, id }: SignIn, problem?: string): Promise<void> {
    if (problem !== undefined) return;
    const log = new TraceLog();
    log.add({ name: 'opened', at: this.clock.now().toISOString(), decision: 'the sign-in page was shown' });
    await this.traces.note(tenantId, id, log);
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
