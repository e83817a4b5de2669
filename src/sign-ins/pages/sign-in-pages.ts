import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import { Clock } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { TenantsService } from '../../tenants/index.js';
import { outcomePage, type FormError, type Language, type Page, type PageTheme } from '../../pages/index.js';
import { signInPage, type DescribedScope } from './sign-in-page.js';
import { TraceLog, Traces } from '../../traces/index.js';
import { outcomeText } from './outcome-text.js';
import { returnUrlWith } from '../flow/result-url.js';
import { SignInMethods } from '../flow/sign-in-method.js';
import { SignInRefusedError } from '../flow/sign-in-refused.error.js';
import { SignInStore } from '../flow/sign-in-store.js';
import type { SignInWithAction } from '../flow/sign-in-with-action.js';
import { statusAt, type VisibleStatus } from '../flow/sign-in-status.js';

/** Loads the data of the sign-in pages and renders them. */
@Injectable()
export class SignInPages {
  constructor(
    private readonly database: Database,
    private readonly signIns: SignInStore,
    private readonly tenants: TenantsService,
    private readonly methods: SignInMethods,
    private readonly traces: Traces,
    private readonly clock: Clock,
  ) {}

  /**
   * Renders the page of a sign-in link, or the result page after the sign-in has ended.
   *
   * @param path URL of the page, to which its form is sent
   * @param formError error in the form that was submitted last
   */
  async signIn(
    { signIn, action }: SignInWithAction,
    language: Language,
    path: string,
    formError?: FormError,
  ): Promise<Page> {
    const status = statusAt(signIn, this.clock.now());
    if (status !== 'pending') return this.resultPage({ signIn, action }, language, status);
    const { tenantId, gptId, domain } = action;
    const page = this.methods.forAction(action)?.page(action, signIn.scope ?? undefined);
    if (!page) throw new SignInRefusedError('ended', signIn);
    const gpt = await this.database.tenant(tenantId).read((store) => store.get(Gpt, { id: gptId }, 'GPT'));
    const brand = await this.tenants.brandOf(tenantId);
    const about = { gptName: gpt.name, tenantName: brand.name, domain, user: signIn.user };
    const { privacyPolicyUrl } = action;
    const scopes = await this.described(action, page.scopes);
    return signInPage({ language, brand }, { ...about, ...page, scopes, privacyPolicyUrl, formError, action: path });
  }

  /**
   * Renders the result page of a sign-in.
   *
   * @throws {SignInRefusedError} the sign-in is unknown
   */
  async outcome(id: string, language: Language): Promise<Page> {
    const found = await this.signIns.byId(id);
    if (!found) throw new SignInRefusedError('unknown');
    const status = statusAt(found.signIn, this.clock.now());
    return this.resultPage(found, language, status === 'pending' ? 'expired' : status);
  }

  private async resultPage(
    { signIn, action }: SignInWithAction,
    language: Language,
    status: VisibleStatus,
  ): Promise<Page> {
    const theme: PageTheme = { language, brand: await this.tenants.brandOf(signIn.tenantId) };
    const outcome = outcomeText(language, status, action.domain, signIn.errorCode);
    // With the id, the assistant's operator finds the trace and its diagnosis.
    const reference = status === 'failed' ? signIn.id : undefined;
    const returnTo = signIn.returnUrl ? returnUrlWith(signIn.returnUrl, signIn.id, status) : undefined;
    return outcomePage(theme, { ...outcome, reference, returnTo }, true);
  }

  /** Returns the scopes with the descriptions that the action's document has. */
  private async described({ tenantId, id }: Action, scopes: string[]): Promise<DescribedScope[]> {
    if (scopes.length === 0) return [];
    const select = { id: true, scopeDescriptions: true } as const;
    const [row] = await this.database.tenant(tenantId).read((store) => store.find(Action, { id }, { select }));
    const descriptions = new Map(Object.entries(row?.scopeDescriptions ?? {}));
    return scopes.map((name) => ({ name, description: descriptions.get(name) }));
  }

  /** Notes in the trace that a user opened the page of a sign-in that can still be started. */
  async noteOpened({ signIn }: SignInWithAction): Promise<void> {
    const { tenantId, id } = signIn;
    if (statusAt(signIn, this.clock.now()) !== 'pending') return;
    const log = new TraceLog();
    log.add({ name: 'opened', at: this.clock.now().toISOString(), decision: 'the sign-in page was shown' });
    await this.traces.note(tenantId, id, log);
  }
}
