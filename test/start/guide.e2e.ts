import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signInAsBrowser } from '../../examples/notes-provider/browser.js';
import { readSettings } from '../../src/config/index.js';
import { BuiltServer } from '../support/built-server.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, database, type TestDatabase } from '../support/test-database.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/guide.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** The commands of the guide, block by block. */
const BLOCKS = [...GUIDE.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);

/** Programs that the guide starts in separate terminals. */
const [SERVER_BLOCK, PROVIDER_BLOCK, ...TYPED_BLOCKS] = BLOCKS;

let folder: string;
let rows: TestDatabase;
let cleanups: (() => unknown)[];

beforeAll(() => BuiltServer.build(), 150_000);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-guide-'));
  rows = await createTestDatabase();
  cleanups = [() => rows.remove(), () => rmSync(folder, { recursive: true, force: true })];
});

afterEach(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

describe('docs/guide.md', () => {
  it('starts the programs that package.json runs', () => {
    expect(SERVER_BLOCK).toBe('npm ci && npm run build\nEGRESS_ALLOW=127.0.0.1 npm start\n');
    expect(PROVIDER_BLOCK).toBe('npm run example\n');
    expect(scripts['start']).toBe('node --max-old-space-size=320 dist/src/main.js');
    expect(scripts['example']).toMatch(/ && node dist\/examples\/notes-provider\/main\.js$/);
  });

  it('leads to a signed-in user if every command is typed as written, and each prints what the guide says', async () => {
    const providerUrl = await startProvider();
    const server = await startServer();
    const shell = new Shell(folder);
    cleanups.push(() => shell.stop());
    for (const block of TYPED_BLOCKS) {
      const printed = await shell.type(withUrls(block, { BASE: server.url, PROVIDER: providerUrl }));
      expect(printed).toMatch(expectedOutput(block));
      if (printed.includes('/signin/')) await signInAsBrowser(printed, 'Alice');
    }
  }, 240_000);
});

/** Replaces the values of the guide's own variables for the two addresses, after checking their defaults. */
function withUrls(block: string, urls: Record<'BASE' | 'PROVIDER', string>): string {
  const defaults = { BASE: readSettings({}).publicUrl, PROVIDER: 'http://127.0.0.1:4000' };
  return block.replaceAll(/^(BASE|PROVIDER)=(.*)$/gm, (_, name: 'BASE' | 'PROVIDER', value: string) => {
    expect([name, value]).toEqual([name, defaults[name]]);
    return `${name}=${urls[name]}`;
  });
}

/** Returns a pattern for the block's comments, which show what its commands print; `…` matches any text. */
function expectedOutput(block: string): RegExp {
  const lines = [...block.matchAll(/^# (.*)$/gm)].map(([, line = '']) => line);
  const escaped = lines.map((line) => line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*'));
  return new RegExp(`^${escaped.join('\\n')}$`);
}

async function startServer(): Promise<BuiltServer> {
  const environment = { EGRESS_ALLOW: '127.0.0.1', ...(database !== 'sqlite' && { DATABASE_URL: rows.url }) };
  const server = await BuiltServer.spawn(folder, environment);
  cleanups.push(() => server.kill('SIGKILL'));
  return server.waitUntilReady();
}

/** Starts the example provider on free ports. @returns the URL that it prints for Notes */
async function startProvider(): Promise<string> {
  const env = { PATH: process.env['PATH'], EXAMPLE_PORT: '0' };
  const program = join(ROOT, 'dist/examples/notes-provider/main.js');
  const child = spawn(process.execPath, [program], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  cleanups.push(() => stop(child));
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  const url = () => /Notes +(http:\/\/127\.0\.0\.1:\d+)\/openapi\.json/.exec(output)?.[1];
  await eventually(url, Boolean, 30_000);
  expect(output).toContain('client_id          countersign\n   client_secret      example-secret\n');
  return url() as string;
}

/** A bash that keeps its variables and functions between commands, as a terminal does. */
class Shell {
  private readonly child: ChildProcess;
  private output = '';
  private count = 0;

  constructor(cwd: string) {
    const env = { PATH: process.env['PATH'] };
    this.child = spawn('bash', ['-eu', '-o', 'pipefail'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (text) => (this.output += text));
  }

  /** Runs commands. @returns what they print @throws {Error} one of them fails */
  async type(commands: string): Promise<string> {
    const marker = `end of block ${++this.count}`;
    this.output = '';
    this.child.stdin?.write(`${commands}\necho "${marker}"\n`);
    const isDone = () => this.output.includes(marker) || this.child.exitCode !== null;
    await eventually(isDone, Boolean, 60_000);
    if (!this.output.includes(marker)) throw new Error(`failed: ${commands}\n${this.output}`);
    return this.output.slice(0, this.output.indexOf(marker)).trim();
  }

  stop(): Promise<void> {
    return stop(this.child);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGKILL');
  await closed;
}
