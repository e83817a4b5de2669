import { createHash, randomBytes } from 'node:crypto';
import type { Browser } from '../../../examples/notes-provider/browser.js';
import { Database } from '../../../src/database/index.js';
import { AccessTokens, McpSettings, type VerifiedToken } from '../../../src/mcp/index.js';
import { TestApp, type TestAppOptions } from '../app.js';
import { Client, type ApiResponse } from '../client.js';
import type { TestGpt } from '../tenant.js';
import { Upstream } from '../upstream.js';

/** The page of the tenant on which its users sign in. No server answers there: tests stop at redirects to it. */
const LOGIN_URL = 'https://chat.acme.example/login?theme=dark';

export const REDIRECT_URI = 'https://app.example.com/callback';

/** Countersign with a server that publishes client metadata documents. */
export class AuthorizationWorld {
  private constructor(
    readonly app: TestApp,
    readonly publisher: Upstream,
  ) {}

  static async start(options: TestAppOptions = {}): Promise<AuthorizationWorld> {
    return new AuthorizationWorld(...(await Promise.all([TestApp.start(options), Upstream.start()])));
  }

  async stop(): Promise<void> {
    await Promise.all([this.app.stop(), this.publisher.stop()]);
  }

  /** Returns a GPT with the built-in authorization server. */
  async gpt(settings: Partial<McpSettings> = {}, name = 'Note keeper'): Promise<AuthorizedGpt> {
    const gpt = await (await this.app.tenant()).gpt(name);
    const authorized = new AuthorizedGpt(this.app, gpt);
    await authorized.isSetUp(settings);
    return authorized;
  }

  /** Publishes a client metadata document. Returns its URL, the client id. @param members more, or other ones than usual */
  publish(members: object = {}, reply: object = {}): string {
    const url = `${this.publisher.url}/client-${randomBytes(8).toString('hex')}.json`;
    const document = { client_id: url, client_name: 'Example app', redirect_uris: [REDIRECT_URI], ...members };
    const { pathname } = new URL(url);
    this.documents.set(pathname, { body: document, ...reply });
    this.publisher.respondWith(({ path }) => this.documents.get(path) ?? { status: 404, body: {} });
    return url;
  }

  private readonly documents = new Map<string, object>();
}

/** A GPT with settings for MCP. */
export class AuthorizedGpt {
  constructor(
    readonly app: TestApp,
    readonly gpt: TestGpt,
  ) {}

  /** The MCP URL, which is the issuer. */
  get url(): string {
    return `${this.app.url}/mcp/${this.gpt.id}`;
  }

  get path(): string {
    return `/mcp/${this.gpt.id}`;
  }

  async isSetUp(changes: Partial<McpSettings> = {}): Promise<void> {
    const row = { ...DEFAULTS, gptId: this.gpt.id, updatedAt: this.app.clock.now(), ...changes };
    await this.rows(async (store) => {
      await store.delete(McpSettings, { gptId: this.gpt.id });
      await store.insert(McpSettings, [row]);
    });
  }

  async change(changes: Partial<McpSettings>): Promise<void> {
    await this.rows((store) => store.update(McpSettings, { gptId: this.gpt.id }, changes));
  }

  async settings(): Promise<McpSettings> {
    const database = this.app.get(Database).tenant(this.gpt.tenant.id);
    return database.read((store) => store.get(McpSettings, { gptId: this.gpt.id }, 'settings'));
  }

  async register(metadata: object = {}): Promise<ApiResponse> {
    return this.app.anonymous.post(`${this.path}/register`, { redirect_uris: [REDIRECT_URI], ...metadata });
  }

  async client(metadata: object = {}): Promise<string> {
    const { status, body } = await this.register({ client_name: 'Example app', ...metadata });
    if (status !== 201) throw new Error(`the client was not registered: ${JSON.stringify(body)}`);
    return body.client_id;
  }

  /** Returns an attempt of a client to get tokens. */
  attempt(clientId: string, browser = this.app.browser()): Attempt {
    return new Attempt(this, clientId, browser);
  }

  /** Runs the whole flow for a user. */
  async tokens(user = 'alice', parameters: object = {}, browser = this.app.browser()): Promise<Granted> {
    const attempt = this.attempt(await this.client(), browser);
    await attempt.startsAuthorizing(parameters);
    await attempt.isVerified(user);
    await attempt.opensConsent();
    await attempt.allows();
    const response = await attempt.redeems();
    if (response.status !== 200) throw new Error(`no tokens: ${JSON.stringify(response.body)}`);
    return { ...response.body, client_id: attempt.clientId, attempt };
  }

  postForm(endpoint: string, fields: Record<string, string> | [string, string][]): Promise<ApiResponse> {
    const body = new URLSearchParams(fields).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return new Client(this.app.reachable).send('POST', `${this.path}/${endpoint}`, body, headers);
  }

  refresh({ client_id, refresh_token }: Granted, more: Record<string, string> = {}): Promise<ApiResponse> {
    return this.postForm('token', { grant_type: 'refresh_token', client_id, refresh_token, ...more });
  }

  /** Returns what the MCP endpoint learns from an access token. */
  async verify(token: string, app = this.app): Promise<VerifiedToken | undefined> {
    const request = { id: 'request-1', ip: '127.0.0.1', headers: {}, socket: {} };
    return app.get(AccessTokens).verify(token, await this.settings(), request as never);
  }

  async events(): Promise<string[]> {
    const { body } = await this.gpt.tenant.admin.get('/v1/audit-events?type=mcp_authorization.*&limit=200&order=desc');
    return body.data.map(({ type }: { type: string }) => type.replace('mcp_authorization.', ''));
  }

  private rows(work: Parameters<ReturnType<Database['tenant']>['write']>[0]): Promise<unknown> {
    return this.app.get(Database).tenant(this.gpt.tenant.id).write(work);
  }
}

export interface Granted {
  access_token: string;
  refresh_token: string;
  scope: string;
  client_id: string;
  attempt: Attempt;
}

/** The steps of one authorization. */
export class Attempt {
  readonly verifier = randomBytes(32).toString('base64url');
  readonly state = randomBytes(8).toString('hex');
  redirectUri = REDIRECT_URI;
  /** Where the authorization endpoint has sent the browser: the login page of the tenant. */
  loginUrl = '';
  consentUrl = '';
  /** Where the consent page has sent the browser. */
  responseUrl = '';

  constructor(
    readonly gpt: AuthorizedGpt,
    readonly clientId: string,
    readonly browser: Browser,
  ) {}

  /** @param parameters more, or other ones than usual; `undefined` leaves one out */
  authorizationUrl(parameters: object = {}): string {
    const all: Record<string, string | undefined> = {
      response_type: 'code',
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state: this.state,
      resource: this.gpt.url,
      ...parameters,
    };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return `${this.gpt.url}/authorize?${new URLSearchParams(given).toString()}`;
  }

  /** Opens the authorization endpoint, and expects a redirect to the login page. */
  async startsAuthorizing(parameters: object = {}): Promise<void> {
    await this.browser.get(this.authorizationUrl(parameters), { follow: false });
    this.loginUrl = this.browser.redirect ?? '';
    if (!this.loginUrl.startsWith('https://chat.acme.example/login?'))
      throw new Error(`no login: ${this.browser.page.status} ${this.loginUrl} ${this.browser.page.body}`);
  }

  get id(): string {
    return new URL(this.loginUrl).searchParams.get('authorization') ?? '';
  }

  /** The tenant's server verifies the user. */
  verifies(user: string, changes: object = {}): Promise<ApiResponse> {
    const browser_token = new URL(this.loginUrl).searchParams.get('browser_token');
    const body = { user, browser_token, ...changes };
    return this.gpt.gpt.tenant.runtime.post(`/v1/mcp-authorizations/${this.id}/verify`, body);
  }

  async isVerified(user: string): Promise<void> {
    const { status, body } = await this.verifies(user);
    if (status !== 200) throw new Error(`not verified: ${JSON.stringify(body)}`);
    this.consentUrl = body.redirect_url;
  }

  opensConsent(browser = this.browser): Promise<Browser['page']> {
    return browser.get(this.consentUrl);
  }

  async allows(browser = this.browser): Promise<void> {
    await browser.submit({}, { button: 'Allow', follow: false });
    this.responseUrl = browser.redirect ?? '';
  }

  async denies(): Promise<void> {
    await this.browser.submit({}, { button: 'Do not allow', follow: false });
    this.responseUrl = this.browser.redirect ?? '';
  }

  /** The parameters of the authorization response. */
  get response(): Record<string, string> {
    return Object.fromEntries(new URL(this.responseUrl).searchParams);
  }

  /** Runs all steps up to the authorization response. */
  async authorizes(user = 'alice', parameters: object = {}): Promise<this> {
    await this.startsAuthorizing(parameters);
    await this.isVerified(user);
    await this.opensConsent();
    await this.allows();
    return this;
  }

  /** The client redeems the code. */
  redeems(changes: Record<string, string> = {}): Promise<ApiResponse> {
    return this.gpt.postForm('token', {
      grant_type: 'authorization_code',
      client_id: this.clientId,
      code: this.response['code'] ?? '',
      code_verifier: this.verifier,
      redirect_uri: this.redirectUri,
      ...changes,
    });
  }
}

const DEFAULTS = {
  enabled: true,
  authorization: 'builtin' as const,
  issuer: null,
  jwksUri: null,
  userClaim: 'sub',
  requiredScope: null,
  loginUrl: LOGIN_URL,
  confirmation: 'ask' as const,
  clientHosts: null,
  structuredContent: false,
  authorizationVersion: 0,
};
