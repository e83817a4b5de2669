import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { mintKey, newId, randomText } from '../../../src/common/index.js';
import { AuthorizationServer } from '../../support/authorization-server.js';
import { freePort } from '../../support/free-port.js';
import { Upstream } from '../../support/upstream.js';
import { Balancer } from './balancer.js';
import { ProviderLedger } from './ledger.js';
import { Load } from './load.js';
import { DATABASE_USER, type MariaDb } from './mariadb.js';
import { populate, type LoadTenant } from './population.js';
import { FaultyProxy } from '../../support/faulty-proxy.js';
import { Recorder } from './recorder.js';
import { Replica } from './replica.js';
import { REPOSITORY } from './repository.js';
import type { Servers } from './servers.js';

/** The database of a scenario: three nodes, one MariaDB of limited size, or the SQLite file of a single replica. */
export type DatabaseKind = 'galera' | 'single' | 'sqlite';

/** Settings of all replicas. Requests are counted, in Redis, but never too many. */
const SETTINGS = {
  EGRESS_ALLOW: '127.0.0.0/8',
  TRUSTED_PROXIES: '127.0.0.1',
  VAULT_KEYS: 'env:COUNTERSIGN_VAULT_KEY',
  CALL_TIMEOUT_SECONDS: '10',
  TOKEN_TIMEOUT_SECONDS: '5',
  REFRESH_INTERVAL_SECONDS: '1',
  SHUTDOWN_DELAY_SECONDS: '3',
  ...Object.fromEntries(
    ['KEY', 'TENANT', 'USER', 'SIGN_IN', 'FAILED_AUTHENTICATION'].map((name) => [`RATE_LIMIT_${name}`, '1000000']),
  ),
};

/** Refreshes are always in flight. */
const TOKEN_LIFETIME_SECONDS = 10;
const PROVIDER_DELAY_MS = 100;

/** Lets a signal fill the disk of the replica on SQLite. */
const FULL_DISK = join(REPOSITORY, 'test/cluster/support/full-disk.mjs');

/** Milliseconds that a lease of a refresh lasts with these settings. */
export const LEASE_MS = 35_000;

interface WorldParts {
  servers: Servers;
  kind: DatabaseKind;
  databases: readonly MariaDb[];
  databaseName: string;
  proxies: readonly FaultyProxy[];
  redisProxy: FaultyProxy;
  replicas: readonly Replica[];
  balancer: Balancer;
  provider: AuthorizationServer;
  api: Upstream;
}

/** A deployment of its own for one scenario: a database, replicas behind a balancer, and a provider. */
export class World implements WorldParts {
  readonly servers!: Servers;
  readonly kind!: DatabaseKind;
  readonly databases!: readonly MariaDb[];
  readonly databaseName!: string;
  /** One between each replica and its database. */
  readonly proxies!: readonly FaultyProxy[];
  readonly redisProxy!: FaultyProxy;
  readonly replicas!: readonly Replica[];
  readonly balancer!: Balancer;
  readonly provider!: AuthorizationServer;
  readonly api!: Upstream;
  readonly ledger: ProviderLedger;
  readonly recorder = new Recorder();
  /** Starts of replicas on an empty or half migrated database, and those that failed. */
  readonly starts = { count: 0, failures: [] as string[] };
  tenants: LoadTenant[] = [];
  load!: Load;

  private constructor(
    parts: WorldParts,
    readonly environment: Record<string, string>,
  ) {
    Object.assign(this, parts);
    this.ledger = new ProviderLedger(parts.provider);
  }

  static async create(servers: Servers, kind: DatabaseKind): Promise<World> {
    const databases = await databasesOf(servers, kind);
    const name = `cluster_${randomText(10)}`;
    const folder = join(servers.folder, name);
    mkdirSync(folder, { mode: 0o755 });
    if (databases[0]) await createDatabase(databases[0], name);
    const ports = kind === 'sqlite' ? [await freePort()] : [await freePort(), await freePort(), await freePort()];
    const proxies: FaultyProxy[] = [];
    for (const index of databases.length > 0 ? ports.keys() : []) {
      proxies.push(await FaultyProxy.start(databases[index % databases.length]?.port ?? 0));
    }
    const redisProxy = await FaultyProxy.start(servers.redis.port);
    const balancer = await Balancer.start(folder, await freePort(), ports);
    const [provider, api] = await Promise.all([AuthorizationServer.start(), Upstream.start()]);
    const environment = {
      ...SETTINGS,
      DATA_DIR: folder,
      PUBLIC_URL: balancer.url,
      OPERATOR_KEY: mintKey('operator', newId('key')).key,
      COUNTERSIGN_VAULT_KEY: randomBytes(32).toString('base64'),
      REDIS_URL: `redis://127.0.0.1:${redisProxy.port}`,
    };
    const replicas = ports.map((port, index) => {
      const url = proxies[index] && databaseUrl(proxies[index].port, name);
      const more = { ...environment, ...(url && { DATABASE_URL: url }) };
      const preload = kind === 'sqlite' ? FULL_DISK : undefined;
      return new Replica({ name: `replica-${index + 1}`, port, folder, environment: more, preload });
    });
    const parts = {
      servers,
      kind,
      databases,
      databaseName: name,
      proxies,
      redisProxy,
      replicas,
      balancer,
      provider,
      api,
    };
    const world = new World(parts, environment);
    world.simulateServices();
    return world;
  }

  /** Starts all replicas at once on the empty database. */
  async startReplicas(): Promise<void> {
    for (const replica of this.replicas) replica.launch();
    await this.waitUntilReady(this.replicas);
  }

  /** Starts the replicas of another build, one after the other. */
  async startReplicasOf(build: string): Promise<void> {
    for (const replica of this.replicas) {
      replica.launch({}, build);
      await replica.waitUntilReady();
    }
  }

  /** Waits for replicas that start; those that end instead are counted and started again, as a supervisor does. */
  async waitUntilReady(replicas: readonly Replica[]): Promise<void> {
    this.starts.count += replicas.length;
    const attempt = async (replica: Replica) => {
      await replica.waitUntilReady().catch(async (error: Error) => {
        this.starts.failures.push(error.message);
        replica.launch();
        await replica.waitUntilReady();
      });
    };
    await Promise.all(replicas.map(attempt));
  }

  async startLoad(): Promise<void> {
    const { balancer, environment, provider, api, replicas, ledger, recorder } = this;
    this.tenants = await populate(balancer.url, environment['OPERATOR_KEY'] ?? '', provider, api);
    this.load = new Load({ url: balancer.url, tenants: this.tenants, replicas, ledger, recorder });
    this.load.start();
  }

  /** Creates replicas like those of the world on a new, empty database. They run until they are stopped. */
  async siblings(): Promise<{ replicas: Replica[]; database: string }> {
    const database = `cluster_${randomText(10)}`;
    await createDatabase(this.databases[0] as MariaDb, database);
    const folder = join(this.servers.folder, this.databaseName);
    const replicas: Replica[] = [];
    for (const [index, { port }] of this.proxies.entries()) {
      const environment = { ...this.environment, DATABASE_URL: databaseUrl(port, database) };
      replicas.push(new Replica({ name: `${database}-${index + 1}`, port: await freePort(), folder, environment }));
    }
    return { replicas, database };
  }

  /** Queries the first database as a replica does, past the proxies. */
  async query(sql: string, database = this.databaseName): Promise<RowDataPacket[]> {
    const connection = await createConnection(databaseUrl(this.databases[0]?.port ?? 0, database));
    try {
      return (await connection.query<RowDataPacket[]>(sql))[0];
    } finally {
      connection.destroy();
    }
  }

  get databaseUrl(): string {
    if (this.kind === 'sqlite') return `sqlite:${join(this.servers.folder, this.databaseName, 'countersign.db')}`;
    return databaseUrl(this.databases[0]?.port ?? 0, this.databaseName);
  }

  setProxies(mode: Parameters<FaultyProxy['set']>[0]): Promise<unknown> {
    return Promise.all(this.proxies.map((proxy) => proxy.set(mode)));
  }

  async stop(): Promise<void> {
    await this.load?.stop();
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.balancer.stop();
    await Promise.all([...this.proxies, this.redisProxy].map((proxy) => proxy.close()));
    await Promise.all([this.provider.stop(), this.api.stop()]);
  }

  private simulateServices(): void {
    const { provider, api, ledger } = this;
    const pause = () => new Promise<void>((resolve) => setTimeout(resolve, PROVIDER_DELAY_MS));
    provider.simulate({
      rotates: true,
      reuseEndsGrant: true,
      expiresIn: TOKEN_LIFETIME_SECONDS,
      before: pause,
      after: pause,
      tokenResponseFor: (params) => {
        ledger.record(params);
        return undefined;
      },
    });
    api.respondWith(({ headers }) => {
      const [, token = ''] = (headers['authorization'] ?? '').split(' ');
      if (!provider.accessTokens.has(token)) return { status: 401, body: { error: 'invalid_token' } };
      return { body: { owner: ledger.ownerOf(token) } };
    });
  }
}

async function databasesOf(servers: Servers, kind: DatabaseKind): Promise<readonly MariaDb[]> {
  if (kind === 'galera') return servers.galera.nodes;
  return kind === 'single' ? [await servers.singleDatabase()] : [];
}

function databaseUrl(port: number, name: string): string {
  return `mysql://${DATABASE_USER.name}:${DATABASE_USER.password}@127.0.0.1:${port}/${name}`;
}

async function createDatabase(server: MariaDb, name: string): Promise<void> {
  await server.query(`CREATE DATABASE \`${name}\``);
}
