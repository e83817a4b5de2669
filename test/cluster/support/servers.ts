import { chmodSync, rmSync } from 'node:fs';
import { createScratchFolder } from '../../support/scratch-folder.js';
import { GaleraCluster } from './galera.js';
import { MariaDb } from './mariadb.js';
import { startRedis, type Redis } from './redis.js';

/** The tables of the product need about 15 MB. */
const SINGLE_MB = 40;

/** The servers that scenarios share, because they take half a minute to start. */
export class Servers {
  private single?: MariaDb;
  private singleMb = SINGLE_MB;

  private constructor(
    readonly folder: string,
    readonly galera: GaleraCluster,
    readonly redis: Redis,
  ) {}

  static async start(): Promise<Servers> {
    const folder = createScratchFolder();
    // MariaDB runs as another user.
    chmodSync(folder, 0o755);
    try {
      const redis = await startRedis(folder);
      const galera = await GaleraCluster.start(folder).catch(async (error: unknown) => {
        await redis.stop();
        throw error;
      });
      return new Servers(folder, galera, redis);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Returns a MariaDB by itself whose tables have a limited size. */
  async singleDatabase(): Promise<MariaDb> {
    if (this.single) return this.single;
    this.single = await MariaDb.create(this.folder, 'single', true);
    await this.launchSingleDatabase();
    await this.single.createUser();
    return this.single;
  }

  /** Gives the tables more space, which takes a restart of the server. */
  async growSingleDatabase(): Promise<void> {
    await this.single?.stop();
    this.singleMb += SINGLE_MB;
    await this.launchSingleDatabase();
  }

  private async launchSingleDatabase(): Promise<void> {
    const { single } = this;
    single?.launch([
      '--innodb-file-per-table=0',
      `--innodb-data-file-path=ibdata1:12M:autoextend:max:${this.singleMb}M`,
    ]);
    await single?.waitUntil(async () => (await single.query('SELECT 1')).length === 1);
  }

  async stop(): Promise<void> {
    await Promise.all([this.galera.stop(), this.single?.stop(), this.redis.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
