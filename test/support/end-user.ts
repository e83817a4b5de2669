import { Browser, type Page } from '../../examples/notes-provider/browser.js';
import type { TestApp } from './app.js';
import type { Answer } from './client.js';
import type { TestGpt } from './tenant.js';

/** An end user of a GPT: talks to it, and has a browser. */
export class EndUser {
  constructor(
    readonly gpt: TestGpt,
    readonly name: string,
    readonly browser = new Browser(),
  ) {}

  /** The GPT calls the API for this user. */
  calls(body: object = {}): Promise<Answer> {
    return this.gpt.call('listNotes', { user: this.name, ...body });
  }

  /** Calls, and gets a link to sign in. */
  async isOfferedSignIn(body: object = {}): Promise<SignInAttempt> {
    const answer = await this.calls(body);
    if (answer.body.outcome !== 'sign_in_required') throw new Error(`no sign-in: ${JSON.stringify(answer.body)}`);
    return new SignInAttempt(this, answer.body.sign_in);
  }

  /** Opens the link and presses the button; the browser is about to go to the provider. */
  async startsSigningIn(body: object = {}): Promise<SignInAttempt> {
    const attempt = await this.isOfferedSignIn(body);
    await attempt.opensTheLink();
    await attempt.pressesTheButton();
    return attempt;
  }

  /** Has been at the provider; the browser is about to return. */
  async comesBack(body: object = {}): Promise<SignInAttempt> {
    const attempt = await this.startsSigningIn(body);
    await attempt.signsInAtTheProvider();
    return attempt;
  }

  /** The whole way. */
  async signsIn(body: object = {}): Promise<SignInAttempt> {
    const attempt = await this.comesBack(body);
    await attempt.returns();
    return attempt;
  }

  /** Their connections, as the tenant's server sees them. */
  async connections(): Promise<Answer['body'][]> {
    const path = `/v1/connections?gpt_id=${this.gpt.id}&user=${encodeURIComponent(this.name)}`;
    return (await this.gpt.tenant.runtime.get(path)).body.data;
  }

  /** The one connection they have. */
  async connection(): Promise<Answer['body']> {
    const [connection, ...others] = await this.connections();
    if (!connection || others.length > 0) throw new Error(`${this.name} has not one connection`);
    return connection;
  }

  async disconnects(): Promise<Answer> {
    const { id } = await this.connection();
    return this.gpt.tenant.runtime.delete(`/v1/connections/${id}`);
  }

  /** The same user, served by another replica. */
  at(app: Pick<TestApp, 'url'>): EndUser {
    return new EndUser(this.gpt.at(app), this.name, this.browser);
  }
}

/** One sign-in, step by step; no redirect is followed unless a step says so. */
export class SignInAttempt {
  /** Where the button leads: the authorization request. */
  authorizationUrl = '';
  /** Where the provider sends the browser back to. */
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

  /** The callback. @param changes query parameters that are replaced, or left out where they are `undefined` */
  returns(changes: Record<string, string | undefined> = {}, browser = this.user.browser): Promise<Page> {
    const url = new URL(this.callbackUrl);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    return browser.get(url.href, { follow: false });
  }

  /** How it stands. */
  async view(): Promise<Answer['body']> {
    return (await this.user.gpt.tenant.runtime.get(`/v1/sign-ins/${this.offer.id}`)).body;
  }

  /** What happened in it, as the builder sees it. */
  async trace(): Promise<Answer['body']> {
    return (await this.user.gpt.tenant.admin.get(`/v1/sign-ins/${this.offer.id}/trace`)).body;
  }
}
