import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/connection.entity.js';
import { TestApp, type TestAppOptions } from './app.js';
import { AuthorizationServer } from './authorization-server.js';
import { EndUser } from './end-user.js';
import type { TestGpt, TestTenant } from './tenant.js';
import { NOTES_PATHS, Upstream } from './upstream.js';

/** Countersign, an API, and an authorization server whose tokens open it. */
export class OAuthWorld {
  private constructor(
    readonly app: TestApp,
    readonly api: Upstream,
    readonly provider: AuthorizationServer,
    readonly tenant: TestTenant,
  ) {}

  static async start(options?: TestAppOptions): Promise<OAuthWorld> {
    const [app, api, provider] = await Promise.all([
      TestApp.start(options),
      Upstream.start(),
      AuthorizationServer.start(),
    ]);
    provider.now = () => app.clock.now();
    return new OAuthWorld(app, api, provider, await app.tenant());
  }

  /** For a test of its own: nothing has been asked yet, everybody behaves, and the API wants a token that is good. */
  reset(): void {
    this.provider.reset();
    this.api.requests.length = 0;
    this.api.answers(({ headers }) => {
      const [, token = ''] = (headers['authorization'] ?? '').split(' ');
      return this.provider.accessTokens.has(token)
        ? { body: { ok: true } }
        : { status: 401, body: { error: 'invalid_token' } };
    });
  }

  /** A GPT with the notes API as its one action, which users sign in to. @param schema over that of the provider */
  async notesGpt(schema: object = {}, tenant = this.tenant): Promise<{ gpt: TestGpt; action: NotesAction }> {
    const gpt = await tenant.gpt();
    const action = await gpt.action(this.api.document(NOTES_PATHS), this.provider.schema(schema));
    return { gpt, action };
  }

  /** A user of a GPT of its own. */
  async user(name = 'alice', schema: object = {}): Promise<EndUser> {
    const { gpt } = await this.notesGpt(schema);
    return new EndUser(gpt, name);
  }

  /** A user who is signed in, and nothing to be seen of how. */
  async connectedUser(name = 'alice', schema: object = {}): Promise<EndUser> {
    const user = await this.user(name, schema);
    await user.signsIn();
    this.provider.tokenRequests.length = 0;
    return user;
  }

  /** The row of a connection, for what no API shows. */
  row({ id }: { id: string }): Promise<Connection> {
    return this.app.get(Database).read((manager) => manager.findOneByOrFail(Connection, { id }));
  }

  /** Makes the row of a connection what a crash, a fault or another process might have left. */
  async changeRow({ id }: { id: string }, changes: Partial<Omit<Connection, 'action'>>): Promise<void> {
    await this.app.get(Database).write((manager) => manager.update(Connection, { id }, changes));
  }

  async stop(): Promise<void> {
    await Promise.all([this.app.stop(), this.api.stop(), this.provider.stop()]);
  }
}

export interface NotesAction {
  id: string;
  domain: string;
  auth: { callback_url: string };
}
