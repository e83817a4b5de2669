import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { OAuthWorld } from '../oauth-world.js';
import type { TestGpt } from '../tenant.js';
import { ConsoleBrowser, type Visitor, type VisitorOptions } from './console-browser.js';

/** Countersign with its console in a browser, an API and a provider. Each test has a visitor and a GPT of its own. */
export class ConsoleWorld {
  gpt!: TestGpt;
  visitor!: Visitor;
  readonly app = this.servers.app;
  readonly api = this.servers.api;
  readonly provider = this.servers.provider;
  readonly tenant = this.servers.tenant;

  private constructor(
    private readonly servers: OAuthWorld,
    private readonly browser: ConsoleBrowser,
  ) {}

  static async start(): Promise<ConsoleWorld> {
    const [servers, browser] = await Promise.all([OAuthWorld.start(), ConsoleBrowser.start()]);
    return new ConsoleWorld(servers, browser);
  }

  /** Resets the servers, and creates the visitor and the GPT of a test. The API accepts every request. */
  async startTest(options: VisitorOptions = {}): Promise<void> {
    this.requireTokens();
    this.api.respondWith(() => ({ body: { notes: ['Milk'] } }));
    this.visitor = await this.browser.visitor(this.app, options);
    // The console asks for its session before the sign-in.
    this.visitor.expectedErrors.push(/401 \(Unauthorized\)/);
    this.gpt = await this.tenant.gpt();
  }

  /** Closes the visitor's pages, which must not have reported errors. */
  async endTest(): Promise<void> {
    await this.visitor.leaves();
    expect(this.visitor.errors).toEqual([]);
  }

  /** Resets the servers. The API accepts only requests with a valid access token. */
  requireTokens(): void {
    this.servers.reset();
  }

  /** Signs the visitor in as an admin, and opens a page of the GPT. */
  opensGpt(path = ''): Promise<Page> {
    return this.visitor.signsIn(this.tenant.admin.key ?? '', `/console/gpts/${this.gpt.id}${path}`);
  }

  async stop(): Promise<void> {
    await Promise.all([this.servers.stop(), this.browser.stop()]);
  }
}
