import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Browser } from '../../examples/notes-provider/browser.js';
import { createApp } from '../../src/app.js';
import type { AuthSchema } from '../../src/auth-schemas/index.js';
import { createLogger, mintKey, newId } from '../../src/common/index.js';
import { readSettings } from '../../src/config/index.js';
import { Client } from './client.js';
import { freePort } from './free-port.js';
import { TestClock } from './test-clock.js';
import { createMigratedDatabase, type TestDatabase } from './test-database.js';
import { TestTenant } from './tenant.js';

export interface TestAppOptions {
  /** Environment variables, merged over the defaults of all tests. */
  environment?: Record<string, string>;
  /** Port to listen on, for a proxy that has to know it; a free one by default. */
  port?: number;
  /** Starts a replica of this app: the same database and keys, separate memory. */
  replicaOf?: TestApp;
  /** The clock of the app's machine; that of `replicaOf` by default. */
  clock?: TestClock;
  /** A database that the test creates and removes itself. */
  database?: TestDatabase;
  /** Authentication schemas in addition to the built-in ones. */
  authSchemas?: AuthSchema[];
}

/** Countersign under test: the real server, on its own port and its own database. */
export class TestApp {
  private constructor(
    private nest: NestFastifyApplication,
    readonly url: string,
    readonly port: number,
    readonly operator: Client,
    readonly anonymous: Client,
    readonly clock: TestClock,
    readonly database: TestDatabase,
    readonly logLines: string[],
    private readonly boot: () => Promise<NestFastifyApplication>,
    private readonly ownsDatabase: boolean,
  ) {}

  static async start({
    environment = {},
    replicaOf,
    database: given,
    authSchemas,
    port: givenPort,
    clock = replicaOf?.clock ?? new TestClock(),
  }: TestAppOptions = {}): Promise<TestApp> {
    const database = replicaOf?.database ?? given ?? (await createMigratedDatabase());
    const port = givenPort ?? (await freePort());
    const operatorKey = replicaOf?.operator.key ?? mintKey('operator', newId('key')).key;
    const settings = readSettings({
      PORT: String(port),
      DATABASE_URL: database.url,
      DATA_DIR: database.folder,
      VAULT_KEYS: `file:${join(database.folder, 'vault.key')}`,
      OPERATOR_KEY: operatorKey,
      EGRESS_ALLOW: '127.0.0.0/8',
      LOG_LEVEL: 'trace',
      // Background refreshes run only when a test calls `run`.
      REFRESH_INTERVAL_SECONDS: '3600',
      // Tests of rejected requests would exceed these limits.
      RATE_LIMIT_FAILED_AUTHENTICATION: '0',
      RATE_LIMIT_SIGN_IN: '0',
      ...environment,
    });
    const logLines: string[] = [];
    const logger = createLogger(settings.logLevel, { write: (line: string) => void logLines.push(line) });
    const boot = async () => {
      const nest = await createApp({ settings, operatorKey, logger, clock, authSchemas });
      await nest.listen(port, '127.0.0.1');
      return nest;
    };
    const url = settings.publicUrl;
    const reachable = reachableUrl(url, port);
    return new TestApp(
      await boot(),
      url,
      port,
      new Client(reachable, operatorKey),
      new Client(reachable),
      clock,
      database,
      logLines,
      boot,
      !replicaOf && !given,
    );
  }

  /** The URL for requests: the public one, or that of the port if the public one is https, for which no proxy runs. */
  get reachable(): string {
    return reachableUrl(this.url, this.port);
  }

  /** Returns a browser to which the app is at its public URL. */
  browser(): Browser {
    return new Browser((url) => (url.startsWith(this.url) ? url.replace(this.url, this.reachable) : url));
  }

  /** Returns a provider of the running app, for state that no API exposes. */
  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.nest.get(type);
  }

  /** Creates a tenant with an admin key and a runtime key. */
  tenant(name = 'Acme'): Promise<TestTenant> {
    return TestTenant.create({ url: this.reachable, operator: this.operator }, name);
  }

  /** Starts a replica of this app. Stop the replica first. */
  replica(environment: Record<string, string> = {}): Promise<TestApp> {
    return TestApp.start({ environment, replicaOf: this });
  }

  /** Stops the app and starts it again on the same database and port. */
  async restart(): Promise<void> {
    await this.nest.close();
    this.nest = await this.boot();
  }

  async stop(): Promise<void> {
    await this.nest.close();
    if (this.ownsDatabase) await this.database.remove();
  }
}

function reachableUrl(publicUrl: string, port: number): string {
  return publicUrl.startsWith('https:') ? `http://127.0.0.1:${port}` : publicUrl;
}
