import { mintKey, newId } from '../../../src/common/index.js';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { BuiltServer } from '../../support/built-server.js';
import { Client, type ApiResponse } from '../../support/client.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { LAYOUTS, MetadataServer } from '../../support/metadata-server.js';
import { Canaries } from '../../support/canaries.js';
import { sendImport } from '../../support/connection-imports.js';
import { TestTenant, type TestGpt } from '../../support/tenant.js';
import { createMigratedDatabase, type TestDatabase } from '../../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../../support/upstream.js';

/** The built server with all debug logging on, its peers, and the secrets that it has received. */
export class LeakWorld {
  /** Secrets that may appear nowhere. */
  readonly canaries = new Canaries();
  /** Secrets that were pasted in a wrong place and rejected. */
  readonly refused = new Canaries();
  /** Secrets that were accepted as a name, a user or a title, which makes them data. */
  readonly asData = new Canaries();
  /** Descriptions of the leaks that were found. */
  readonly leaks: string[] = [];
  readonly answered: Record<string, number[]> = {};

  private constructor(
    readonly rows: TestDatabase,
    readonly server: BuiltServer,
    readonly operator: Client,
    readonly api: Upstream,
    readonly provider: AuthorizationServer,
    readonly metadata: MetadataServer,
  ) {}

  static async start(): Promise<LeakWorld> {
    await BuiltServer.build();
    const [rows, api, provider, metadata] = await Promise.all([
      createMigratedDatabase(),
      Upstream.start(),
      AuthorizationServer.start(),
      MetadataServer.start(),
    ]);
    metadata.publish(LAYOUTS.oauth(''), { body: metadata.document() });
    const operatorKey = mintKey('operator', newId('key')).key;
    const server = await BuiltServer.spawn(rows.folder, {
      OPERATOR_KEY: operatorKey,
      DATABASE_URL: rows.url,
      DATA_DIR: rows.folder,
      EGRESS_ALLOW: '127.0.0.0/8',
      REFRESH_INTERVAL_SECONDS: '1',
      LOG_LEVEL: 'trace',
      RATE_LIMIT_FAILED_AUTHENTICATION: '0',
      RATE_LIMIT_SIGN_IN: '0',
    });
    await server.waitUntilReady();
    const world = new LeakWorld(rows, server, new Client(server.url, operatorKey), api, provider, metadata);
    world.canaries.watchKey('operator key', operatorKey);
    return world;
  }

  get anonymous(): Client {
    return new Client(this.server.url);
  }

  /** Searches a response for all known secrets, and for its own. */
  see(place: string, { status, headers, body }: ApiResponse, own: Canaries = new Canaries()): void {
    (this.answered[place] ??= []).push(status);
    // Forms and links of a page contain the page's own address.
    const ownAddress = /(action|href)="\/(signin|connected|mcp\/confirm)\/[^"]*"/g;
    const shown = typeof body === 'string' ? body.replaceAll(ownAddress, '') : body;
    const text = JSON.stringify([status, [...headers].filter(([name]) => name !== 'set-cookie'), shown]);
    for (const name of [...this.canaries.findIn(text), ...own.findIn(text)])
      this.leaks.push(`${name} in an answer of ${place}`);
  }

  /** Watches secrets that the provider has issued or received. */
  watchTheProvider(): void {
    for (const secret of this.provider.secrets.splice(0)) this.canaries.watch('secret of the provider', secret);
    for (const request of this.provider.authorizationRequests.splice(0)) {
      this.canaries.watch('state', request.get('state') ?? '');
    }
  }

  async tenantWithEverything(): Promise<Belongings> {
    const tenant = await TestTenant.create({ url: this.server.url, operator: this.operator }, 'Acme');
    this.canaries.watchKey('admin key', tenant.admin.key);
    this.canaries.watchKey('runtime key', tenant.runtime.key);
    const gpt = await tenant.gpt();
    this.api.respondWith(({ headers, path }) => ({ body: { echo: [headers, path] } }));
    const schema = this.provider.schema({ revocation_url: `${this.provider.url}/revoke` });
    const action = await gpt.action(JSON.stringify(this.api.document(NOTES_PATHS)), schema);
    const alice = new EndUser(gpt, 'alice');
    const signIn = await alice.signsIn();
    this.watch(signIn);
    const [bob, bobs] = [new EndUser(gpt, 'bob'), await new EndUser(gpt, 'bob').signsIn()];
    this.watch(bobs);
    const { id: connection_id } = await alice.connection();
    const { revocation_id } = (await tenant.runtime.post('/v1/connections/revoke', { user: bob.name })).body;
    const key = (await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'to be ended' })).body;
    this.canaries.watchKey('key that is to be ended', key.key);
    await tenant.admin.put(`${gpt.path}/mcp`, { enabled: true });
    const token = (await tenant.runtime.post('/v1/mcp-tokens', { gpt_id: gpt.id, user: 'alice' })).body;
    this.canaries.watchKey('user token', token.token);
    const rotation = (await this.operator.post('/v1/vault/rotations', { scope: 'kek' })).body;
    this.watchTheProvider();
    return {
      tenant,
      gpt,
      alice,
      ids: {
        tenant_id: tenant.id,
        rotation_id: rotation.id,
        gpt_id: gpt.id,
        action_id: action.id,
        callback_id: new URL(action.auth.callback_url).pathname.split('/')[2] ?? '',
        sign_in_id: signIn.offer.id,
        ticket: ticketOf(signIn),
        connection_id,
        revocation_id,
        import_id: (await sendImport(tenant.admin, ['{}'])).body.id,
        key_id: key.id,
        mcp_token_id: token.id,
        provider_id: 'github',
      },
    };
  }

  watch(attempt: SignInAttempt): void {
    this.canaries.watch('ticket', ticketOf(attempt));
    this.canaries.watch('state', attempt.state);
    this.canaries.watch('code', attempt.code);
    const cookie = attempt.user.browser.cookies.headerFor(this.server.url)?.split('=')[1];
    if (cookie) this.canaries.watch('cookie', cookie);
  }

  said(): string {
    return this.server.output() + this.server.errors();
  }

  async stop(): Promise<void> {
    await this.server.kill('SIGKILL');
    await Promise.all([this.rows.remove(), this.api.stop(), this.provider.stop(), this.metadata.stop()]);
  }
}

export function ticketOf({ offer }: SignInAttempt): string {
  return offer.url.split('/').at(-1) ?? '';
}

/** A tenant with one of every resource, and the ids for the paths of routes. */
export interface Belongings {
  tenant: TestTenant;
  gpt: TestGpt;
  alice: EndUser;
  ids: Record<string, string>;
}
