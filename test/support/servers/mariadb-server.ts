import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { freePort } from '../free-port.js';
import { createScratchFolder } from '../scratch-folder.js';

/** The certificates of a server, in PEM. */
export interface ServerCertificates {
  /** The authority of client certificates. */
  ca: string;
  cert: string;
  key: string;
}

/** A MariaDB of its own, for tests of what a shared one cannot do. Its user `root` has no password. */
export class MariadbServer {
  private constructor(
    readonly port: number,
    readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param certificates without them, the server does not speak TLS */
  static async start(certificates?: ServerCertificates): Promise<MariadbServer> {
    const folder = createScratchFolder();
    const data = join(folder, 'data');
    mkdirSync(data);
    // MariaDB runs as root only if it is told to.
    const user = process.getuid?.() === 0 ? ['--user=root'] : [];
    const common = ['--no-defaults', ...user, `--datadir=${data}`];
    const made = spawnSync('mariadb-install-db', [
      ...common,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    if (made.status !== 0) throw new Error(`mariadb-install-db failed: ${String(made.stderr)}`);
    const port = await freePort();
    const options = [
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--innodb-buffer-pool-size=16M',
      '--innodb-flush-log-at-trx-commit=0',
      ...(certificates ? tlsOptions(folder, certificates) : ['--skip-ssl']),
    ];
    const path = `${process.env['PATH']}:/usr/sbin`;
    const child = spawn('mariadbd', [...common, ...options], { stdio: 'ignore', env: { ...process.env, PATH: path } });
    const server = new MariadbServer(port, folder, child);
    process.once('exit', server.#kill);
    await server.#waitUntilResponding();
    return server;
  }

  /** Runs statements as `root`. */
  async run(...statements: string[]): Promise<void> {
    const connection = await createConnection({ host: '127.0.0.1', port: this.port, user: 'root' });
    try {
      for (const statement of statements) await connection.query(statement);
    } finally {
      await connection.end();
    }
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.#kill();
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  readonly #kill = (): void => void this.child.kill('SIGKILL');

  async #waitUntilResponding(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (this.child.exitCode === null && Date.now() < deadline) {
      const responds = await this.run('SELECT 1').then(
        () => true,
        () => false,
      );
      if (responds) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.stop();
    throw new Error(`mariadbd did not start (exit code ${this.child.exitCode})`);
  }
}

function tlsOptions(folder: string, certificates: ServerCertificates): string[] {
  return Object.entries(certificates).map(([name, text]) => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, text as string, { mode: 0o600 });
    return `--ssl-${name}=${file}`;
  });
}
