import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/app.js';
import type { AuthSchema } from '../../src/auth-schemas/index.js';
import { createLogger, mintKey, newId } from '../../src/common/index.js';
import { readSettings } from '../../src/config/index.js';
import { Client } from './client.js';
import { TestClock } from './test-clock.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { TestTenant } from './tenant.js';

export interface TestAppOptions {
  /** Settings by their variables, over those that every test has. */
  environment?: Record<string, string>;
  /** A replica beside `of`: the same database and keys, its own process's memory. */
  of?: TestApp;
  /** A database that the test made, and removes, itself. */
  on?: TestDatabase;
  /** Authentication schemas besides the built-in ones. */
  authSchemas?: AuthSchema[];
}

/** Countersign as a test starts it: the real server on a port of its own, on a database of its own. */
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

  static async start({ environment = {}, of, on, authSchemas }: TestAppOptions = {}): Promise<TestApp> {
    const database = of?.database ?? on ?? (await createTestDatabase());
    const port = await freePort();
    const operatorKey = of?.operator.key ?? mintKey('operator', newId('key')).key;
    const settings = readSettings({
      PORT: String(port),
      DATABASE_URL: database.url,
      DATA_DIR: database.folder,
      VAULT_KEYS: `file:${join(database.folder, 'vault.key')}`,
      OPERATOR_KEY: operatorKey,
      EGRESS_ALLOW: '127.0.0.0/8',
      LOG_LEVEL: 'trace',
      // Only when a test asks for it: see `run`.
      REFRESH_INTERVAL_SECONDS: '3600',
      // Tests of who is turned away would be.
      RATE_LIMIT_FAILED_AUTHENTICATION: '0',
      RATE_LIMIT_SIGN_IN: '0',
      ...environment,
    });
    const clock = of?.clock ?? new TestClock();
    const logLines: string[] = [];
    const logger = createLogger(settings.logLevel, { write: (line: string) => void logLines.push(line) });
    const boot = async () => {
      const nest = await createApp({ settings, operatorKey, logger, clock, authSchemas });
      await nest.listen(port, '127.0.0.1');
      return nest;
    };
    const url = settings.publicUrl;
    const operator = new Client(url, operatorKey);
    return new TestApp(await boot(), url, port, operator, new Client(url), clock, database, logLines, boot, !of && !on);
  }

  /** A part of the running app, for what can only be seen or set off from inside. */
  get<T>(type: abstract new (...args: never[]) => T): T {
    return this.nest.get(type);
  }

  /** A new tenant with its admin and runtime keys. */
  tenant(name = 'Acme'): Promise<TestTenant> {
    return TestTenant.create(this, name);
  }

  /** A replica of it, to be stopped before it. */
  beside(environment: Record<string, string> = {}): Promise<TestApp> {
    return TestApp.start({ environment, of: this });
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

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
