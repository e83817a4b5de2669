import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/store/connection.entity.js';
import { TestApp, type TestAppOptions } from './app.js';
import { AuthorizationServer } from './authorization-server.js';
import { EndUser } from './end-user.js';
import type { TestGpt, TestTenant } from './tenant.js';
import { NOTES_PATHS, Upstream } from './upstream.js';

/** Countersign, an API, and an authorization server whose access tokens the API accepts. */
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

  /** Clears recorded requests, restores the standard behavior of the provider, and makes the API require a valid token. */
  reset(): void {
    this.provider.reset();
    this.api.requests.length = 0;
    this.api.respondWith(({ headers }) => {
      const [, token = ''] = (headers['authorization'] ?? '').split(' ');
      return this.provider.accessTokens.has(token)
        ? { body: { ok: true } }
        : { status: 401, body: { error: 'invalid_token' } };
    });
  }

  /** Creates a GPT whose only action is the notes API with OAuth. @param schema fields that override the provider's schema */
  async notesGpt(schema: object = {}, tenant = this.tenant): Promise<{ gpt: TestGpt; action: NotesAction }> {
    const gpt = await tenant.gpt();
    const action = await gpt.action(this.api.document(NOTES_PATHS), this.provider.schema(schema));
    return { gpt, action };
  }

  /** Creates a GPT and a user of it. */
  async user(name = 'alice', schema: object = {}): Promise<EndUser> {
    const { gpt } = await this.notesGpt(schema);
    return new EndUser(gpt, name);
  }

  /** Creates a user who has signed in, and clears the recorded token requests. */
  async connectedUser(name = 'alice', schema: object = {}): Promise<EndUser> {
    const user = await this.user(name, schema);
    await user.signsIn();
    this.provider.tokenRequests.length = 0;
    return user;
  }

  /** Returns the row of a connection, for columns that no API shows. */
  row({ id }: { id: string }): Promise<Connection> {
    return this.app.get(Database).read((manager) => manager.findOneByOrFail(Connection, { id }));
  }

  /** Updates the row of a connection, to simulate a crash, a fault or another process. */
  async changeRow({ id }: { id: string }, changes: Partial<Omit<Connection, 'action'>>): Promise<void> {
    const database = this.app.get(Database);
    const { tenantId } = await database.read((manager) => manager.findOneByOrFail(Connection, { id }));
    await database.tenant(tenantId).write((store) => store.update(Connection, { id }, changes));
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
