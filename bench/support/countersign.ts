import { execFileSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { Child } from './child.js';

const MAIN = new URL('../../src/main.js', import.meta.url);

/** The built server in its own process, set up as in production: SQLite on disk, every request logged to a file. */
export class Countersign {
  private constructor(
    readonly url: string,
    private readonly child: Child,
    private readonly operatorKey: string,
  ) {}

  /** @param settings merged over those of all benchmarks */
  static async start(folder: string, settings: Record<string, string> = {}): Promise<Countersign> {
    const port = await freePort();
    const keys = freshKeys();
    const environment = {
      NODE_ENV: 'production',
      PORT: String(port),
      DATA_DIR: folder,
      VAULT_KEYS: 'env:COUNTERSIGN_VAULT_KEY',
      EGRESS_ALLOW: '127.0.0.0/8',
      LOG_LEVEL: 'info',
      ...keys,
      ...settings,
    };
    const log = join(folder, 'countersign.log');
    const child = Child.start({ script: MAIN, environment, folder, log });
    const server = new Countersign(`http://127.0.0.1:${port}`, child, keys.OPERATOR_KEY);
    await server.isReady(log);
    return server;
  }

  /** Creates a tenant with its keys. */
  async tenant(): Promise<{ id: string; admin: string; runtime: string }> {
    const body = { name: 'Bench' };
    const tenant = await this.post<{ id: string; admin_key: { key: string } }>('/v1/tenants', this.operatorKey, body);
    const admin = tenant.admin_key.key;
    const { key } = await this.post<{ key: string }>('/v1/keys', admin, { role: 'runtime', name: 'bench' });
    return { id: tenant.id, admin, runtime: key };
  }

  /** @throws {Error} if the response is not 2xx */
  post<T>(path: string, key: string, body: object): Promise<T> {
    return this.send('POST', path, key, body);
  }

  /** @throws {Error} if the response is not 2xx */
  put<T>(path: string, key: string, body: object): Promise<T> {
    return this.send('PUT', path, key, body);
  }

  /** Sends a request of the operator. @throws {Error} if the response is not 2xx */
  postAsOperator<T>(path: string, body: object): Promise<T> {
    return this.post(path, this.operatorKey, body);
  }

  /** @throws {Error} if the response is not 2xx */
  async delete(path: string, key: string): Promise<void> {
    await this.send('DELETE', path, key);
  }

  private async send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, key: string, body?: object): Promise<T> {
    const headers = { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) };
    const answer = await request(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** CPU time of the process in seconds. */
  cpu(): Promise<number> {
    return this.metric('countersign_process_cpu_seconds_total');
  }

  /** Returns a metric by name and labels as in `/metrics`; 0 if it does not exist yet. */
  async metric(name: string): Promise<number> {
    const { body } = await request(`${this.url}/metrics`);
    const line = (await body.text()).split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.slice(name.length) ?? 0);
  }

  /** Memory in MiB. */
  get peakMemory(): number {
    return this.child.peakMemory;
  }

  stop(): Promise<void> {
    return this.child.stop();
  }

  private async isReady(log: string): Promise<void> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      if (this.child.hasExited) throw new Error(`Countersign did not start; see ${log}`);
      const status = await request(`${this.url}/readyz`).then(
        async ({ statusCode, body }) => body.dump().then(() => statusCode),
        () => 0,
      );
      if (status === 200) return;
      if (Date.now() > deadline) throw new Error('Countersign did not get ready in 30 seconds');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

interface Keys {
  OPERATOR_KEY: string;
  COUNTERSIGN_VAULT_KEY: string;
}

/** Creates new keys with `npm run keys`. */
function freshKeys(): Keys & Record<string, string> {
  const script = fileURLToPath(new URL('../../src/cli/keys.js', import.meta.url));
  const lines = execFileSync(process.execPath, [script], { encoding: 'utf8' }).matchAll(/^(\w+)=(\S+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name, value]) => [name, value])) as unknown as Keys &
    Record<string, string>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
