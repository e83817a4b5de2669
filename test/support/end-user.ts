import { Browser, type Page } from '../../examples/notes-provider/browser.js';
import type { TestApp } from './app.js';
import type { ApiResponse } from './client.js';
import type { TestGpt } from './tenant.js';

/** An end user of a GPT, with a browser. */
export class EndUser {
  constructor(
    readonly gpt: TestGpt,
    readonly name: string,
    readonly browser = new Browser(),
  ) {}

  /** Calls an operation of the GPT for this user. */
  calls(body: object = {}): Promise<ApiResponse> {
    return this.gpt.call('listNotes', { user: this.name, ...body });
  }

  /** Calls an operation and expects a sign-in link in the response. */
  async getsSignInLink(body: object = {}): Promise<SignInAttempt> {
    const response = await this.calls(body);
    if (response.body.outcome !== 'sign_in_required') throw new Error(`no sign-in: ${JSON.stringify(response.body)}`);
    return new SignInAttempt(this, response.body.sign_in);
  }

  /** Opens the link and submits the form; the next step is at the provider. */
  async startsSigningIn(body: object = {}): Promise<SignInAttempt> {
    const attempt = await this.getsSignInLink(body);
    await attempt.opensTheLink();
    await attempt.pressesTheButton();
    return attempt;
  }

  /** Signs in at the provider; the next step is the callback. */
  async signsInAtProvider(body: object = {}): Promise<SignInAttempt> {
    const attempt = await this.startsSigningIn(body);
    await attempt.signsInAtTheProvider();
    return attempt;
  }

  /** Runs all steps of a sign-in. */
  async signsIn(body: object = {}): Promise<SignInAttempt> {
    const attempt = await this.signsInAtProvider(body);
    await attempt.returns();
    return attempt;
  }

  /** Lists the user's connections with the tenant's runtime key. */
  async connections(): Promise<ApiResponse['body'][]> {
    const path = `/v1/connections?gpt_id=${this.gpt.id}&user=${encodeURIComponent(this.name)}`;
    return (await this.gpt.tenant.runtime.get(path)).body.data;
  }

  /** Returns the user's only connection. */
  async connection(): Promise<ApiResponse['body']> {
    const [connection, ...others] = await this.connections();
    if (!connection || others.length > 0) throw new Error(`${this.name} has not one connection`);
    return connection;
  }

  async disconnects(): Promise<ApiResponse> {
    const { id } = await this.connection();
    return this.gpt.tenant.runtime.delete(`/v1/connections/${id}`);
  }

  /** Returns the same user as a client of another replica. */
  at(app: Pick<TestApp, 'url'>): EndUser {
    return new EndUser(this.gpt.at(app), this.name, this.browser);
  }
}

/** The steps of one sign-in. Redirects are not followed unless a step says so. */
export class SignInAttempt {
  /** Target of the page's button: the authorization request. */
  authorizationUrl = '';
  /** Target of the provider's redirect. */
  callbackUrl = '';

  constructor(
    readonly user: EndUser,
    readonly offer: { id: string; url: string; domain: string; label: string; reason: string; expires_at: string },
  ) {}

  get authorizationRequest(): URLSearchParams {
    return new URL(this.authorizationUrl).searchParams;
  }

  get state(): string {
    return this.authorizationRequest.get('state') ?? '';
  }

  get code(): string {
    return new URL(this.callbackUrl).searchParams.get('code') ?? '';
  }

  opensTheLink(browser = this.user.browser): Promise<Page> {
    return browser.get(this.offer.url);
  }

  async pressesTheButton(browser = this.user.browser): Promise<Page> {
    const page = await browser.submit({}, { follow: false });
    this.authorizationUrl = browser.redirect ?? '';
    return page;
  }

  async signsInAtTheProvider(browser = this.user.browser): Promise<void> {
    await browser.get(this.authorizationUrl, { follow: false });
    this.callbackUrl = browser.redirect ?? '';
  }

  /** Opens the callback. @param changes query parameters to replace, or to remove if `undefined` */
  returns(changes: Record<string, string | undefined> = {}, browser = this.user.browser): Promise<Page> {
    const url = new URL(this.callbackUrl);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    return browser.get(url.href, { follow: false });
  }

  /** Returns the sign-in as the runtime API shows it. */
  async view(): Promise<ApiResponse['body']> {
    return (await this.user.gpt.tenant.runtime.get(`/v1/sign-ins/${this.offer.id}`)).body;
  }

  /** Returns the trace as the admin API shows it. */
  async trace(): Promise<ApiResponse['body']> {
    return (await this.user.gpt.tenant.admin.get(`/v1/sign-ins/${this.offer.id}/trace`)).body;
  }
}
