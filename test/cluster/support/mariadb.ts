import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { eventually } from '../../support/eventually.js';
import { freePort } from '../../support/free-port.js';
import { ManagedProcess } from './managed-process.js';

const START_MS = 120_000;

/** The user of the replicas, who has no rights of an administrator: `read_only` does not hold for those. */
export const DATABASE_USER = { name: 'countersign', password: 'cluster' };

/** A MariaDB of the cluster, or one by itself. */
export class MariaDb {
  private process?: ManagedProcess;

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly folder: string,
  ) {}

  /** Creates the folder of a server. @param isInstalled whether it has system tables; a node that joins a cluster receives them */
  static async create(parent: string, name: string, isInstalled: boolean): Promise<MariaDb> {
    const folder = join(parent, name);
    mkdirSync(folder, { mode: 0o755 });
    chownToMysql(folder);
    if (isInstalled) install(folder);
    return new MariaDb(name, await freePort(), folder);
  }

  get isRunning(): boolean {
    return this.process?.isRunning ?? false;
  }

  /** Starts the server without waiting until it responds. */
  launch(options: string[]): void {
    const file = (name: string) => join(this.folder, name);
    this.process = ManagedProcess.start(
      'mariadbd',
      [
        '--no-defaults',
        ...(isRoot() ? ['--user=mysql'] : []),
        `--datadir=${this.folder}`,
        `--socket=${this.socket}`,
        `--pid-file=${file('pid')}`,
        '--bind-address=127.0.0.1',
        `--port=${this.port}`,
        '--skip-networking=OFF',
        '--max-connections=200',
        '--character-set-server=utf8mb4',
        // Survives the end of the process, not that of the machine.
        '--innodb-flush-log-at-trx-commit=2',
        '--innodb-buffer-pool-size=32M',
        '--innodb-log-file-size=16M',
        ...options,
      ],
      { log: `${this.folder}.log` },
    );
  }

  async waitUntil(isReady: () => Promise<boolean>): Promise<void> {
    const state = async () => (this.isRunning ? await isReady().catch(() => false) : 'ended');
    const last = await eventually(state, Boolean, START_MS);
    if (last !== true) throw new Error(`${this.name} did not start: ${this.process?.tail()}`);
  }

  async isSynced(): Promise<boolean> {
    const [row] = await this.query("SHOW GLOBAL STATUS LIKE 'wsrep_local_state_comment'");
    return row?.['Value'] === 'Synced';
  }

  /** Runs statements as the administrator. */
  async query(...statements: string[]): Promise<RowDataPacket[]> {
    const connection = await createConnection({ socketPath: this.socket, user: 'root', connectTimeout: 2000 });
    try {
      let rows: RowDataPacket[] = [];
      for (const statement of statements) [rows] = await connection.query<RowDataPacket[]>(statement);
      return rows;
    } finally {
      connection.destroy();
    }
  }

  createUser(): Promise<RowDataPacket[]> {
    const { name, password } = DATABASE_USER;
    const user = `'${name}'@'127.0.0.1'`;
    return this.query(
      `CREATE USER IF NOT EXISTS ${user} IDENTIFIED BY '${password}'`,
      `GRANT ALL ON \`cluster\\_%\`.* TO ${user}`,
    );
  }

  signal(name: NodeJS.Signals): void {
    this.process?.signal(name);
  }

  async kill(): Promise<void> {
    await this.process?.kill();
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }

  private get socket(): string {
    return join(this.folder, 'socket');
  }
}

function isRoot(): boolean {
  return userInfo().uid === 0;
}

/** MariaDB refuses to run as root: it runs as another user, which must own the folder. */
function chownToMysql(folder: string): void {
  if (!isRoot()) return;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'mysql'], { encoding: 'utf8' }).stdout);
  chownSync(folder, id('-u'), id('-g'));
}

function install(folder: string): void {
  const { status, stdout, stderr } = spawnSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      ...(isRoot() ? ['--user=mysql'] : []),
      `--datadir=${folder}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ],
    // Its temporary files must belong to the same user.
    { encoding: 'utf8', env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin`, TMPDIR: folder } },
  );
  if (status !== 0) throw new Error(`mariadb-install-db failed: ${stdout}${stderr}`);
}
