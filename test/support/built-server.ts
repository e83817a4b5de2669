import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'dist/src/main.js');
const BUILD_INFO = join(ROOT, 'dist/.tsbuildinfo');

/** Held by whoever builds: suites run beside each other. */
const LOCK = join(ROOT, 'node_modules/.countersign-build');

/** Longer than any build; a lock that is older was left behind. */
const BUILD_MS = 120_000;

/** The server as it is built: a process of its own, in a folder of its own. */
export class BuiltServer {
  readonly url: string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  private said = { output: '', errors: '' };

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    port: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    child.stdout?.on('data', (text) => (this.said.output += text));
    child.stderr?.on('data', (text) => (this.said.errors += text));
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** Builds what has changed since it was built last. */
  static async build(): Promise<void> {
    const takesLock = () => isBuilt() || takeLock();
    await eventually(takesLock, Boolean, BUILD_MS);
    if (isBuilt()) return;
    try {
      runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
      runNode(['scripts/copy-assets.mjs']);
      // The compiler leaves it alone where only other files have changed.
      utimesSync(BUILD_INFO, new Date(), new Date());
    } finally {
      rmdirSync(LOCK);
    }
  }

  static async spawn(folder: string, environment: Record<string, string> = {}): Promise<BuiltServer> {
    const env = { PATH: process.env['PATH'] ?? '', PORT: String(await freePort()), ...environment };
    const child = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new BuiltServer(child, folder, env.PORT);
  }

  /** Waits until it answers. @throws where it ends instead, with what it said */
  async isUp(): Promise<this> {
    const answers = () =>
      fetch(`${this.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await Promise.race([eventually(answers, Boolean, 30_000), this.ended]);
    if (!(await answers())) throw new Error(`it did not start: ${this.errors()}${this.output()}`);
    return this;
  }

  operator(): Client {
    return new Client(this.url, readFileSync(join(this.folder, 'data/operator.key'), 'utf8').trim());
  }

  output(): string {
    return this.said.output;
  }

  errors(): string {
    return this.said.errors;
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Runs a script of the project to its end. @throws with what it said, where that is not a success */
export function runNode(script: string[], environment: Record<string, string> = {}): string {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { cwd: ROOT, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout + stderr);
  return stdout;
}

/** Whether what was built is as new as what it is built from. */
function isBuilt(): boolean {
  if (existsSync(LOCK) || !existsSync(MAIN) || !existsSync(BUILD_INFO)) return false;
  const changed = ['src', 'migrations', 'examples'].flatMap((place) => sourcesIn(join(ROOT, place)));
  return Math.max(...changed) <= statSync(BUILD_INFO).mtimeMs;
}

function takeLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (existsSync(LOCK) && Date.now() - statSync(LOCK).mtimeMs > BUILD_MS) rmdirSync(LOCK);
    return false;
  }
}

function sourcesIn(place: string): number[] {
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return sourcesIn(join(place, entry.name));
    const isSource = /\.(ts|json)$/.test(entry.name) && !entry.name.endsWith('.spec.ts');
    return isSource ? [statSync(join(place, entry.name)).mtimeMs] : [];
  });
}
