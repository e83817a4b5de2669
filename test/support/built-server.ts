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

/** Directory that locks the build, because suites run in parallel. */
const LOCK = join(ROOT, 'node_modules/.countersign-build');

/** Upper bound for the duration of a build; an older lock is stale. */
const BUILD_MS = 120_000;

/** The built server in its own process and working directory. */
export class BuiltServer {
  readonly url: string;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  private captured = { output: '', errors: '' };

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    port: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    child.stdout?.on('data', (text) => (this.captured.output += text));
    child.stderr?.on('data', (text) => (this.captured.errors += text));
    this.exited = new Promise((resolve) => child.once('close', resolve));
  }

  /** Builds the server unless the build is up to date. */
  static async build(): Promise<void> {
    const canBuild = () => isBuilt() || acquireLock();
    await eventually(canBuild, Boolean, BUILD_MS);
    if (isBuilt()) return;
    try {
      // The server imports what its packages have built.
      for (const project of ['packages/openapi/tsconfig.build.json', 'tsconfig.build.json'])
        runNode(['node_modules/typescript/bin/tsc', '-p', project]);
      runNode(['scripts/copy-assets.mjs']);
      // The compiler does not touch the file if only other files have changed.
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

  /** Waits until the server responds. @throws if it exits instead, with its output */
  async waitUntilReady(): Promise<this> {
    const isReady = () =>
      fetch(`${this.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await Promise.race([eventually(isReady, Boolean, 50_000), this.exited]);
    if (!(await isReady())) throw new Error(`it did not start: ${this.errors()}${this.output()}`);
    return this;
  }

  operator(): Client {
    return new Client(this.url, readFileSync(join(this.folder, 'data/operator.key'), 'utf8').trim());
  }

  output(): string {
    return this.captured.output;
  }

  errors(): string {
    return this.captured.errors;
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}

/** Runs a script of the project. @throws with its output if it fails */
export function runNode(script: string[], environment: Record<string, string> = {}): string {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { cwd: ROOT, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout + stderr);
  return stdout;
}

/** Returns whether the build is newer than its sources. */
function isBuilt(): boolean {
  if (existsSync(LOCK) || !existsSync(MAIN) || !existsSync(BUILD_INFO)) return false;
  const changed = ['src', 'migrations', 'examples'].flatMap((place) => sourcesIn(join(ROOT, place)));
  return Math.max(...changed) <= statSync(BUILD_INFO).mtimeMs;
}

function acquireLock(): boolean {
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
