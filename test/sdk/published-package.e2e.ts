// Runs once: the database takes no part in what this suite tests.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { StubCountersign } from '../../packages/sdk/src/testing/stub-countersign.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = join(ROOT, 'packages/sdk');
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

/** A program of somebody who has installed the package. */
const PROGRAM = `
import { Countersign, CountersignError, type OpenAiResult, type SettleOptions } from '@countersign/sdk';
import { aiTools } from '@countersign/sdk/ai';
import { langchainTools } from '@countersign/sdk/langchain';

declare const process: { env: Record<string, string> };
declare const console: { log(text: string): void };

const client = new Countersign({ url: process.env['STUB_URL'] ?? '', key: 'key', gptId: 'g-1' });
const user: SettleOptions = { user: 'alice', onSignIn: ({ url }) => void url, onConfirmation: async () => true };
const call = { id: 'call_1', type: 'function', function: { name: 'createNote', arguments: '{}' } } as const;

const { results } = await client.settle({ id: 'chatcmpl-1', choices: [{ message: { tool_calls: [call] } }] }, user);
const typed: OpenAiResult[] = results;
const made = await aiTools(client, { jsonSchema: (schema: object) => schema, dynamicTool: (tool: object) => tool }, user);
const tool = (run: (args: object) => Promise<string>, fields: { name: string }) => ({ run, fields });
const others = await langchainTools(client, { tool }, user);
// @ts-expect-error -- there is no such format
const error: unknown = await client.tools('azure').catch((reason: unknown) => reason);
// @ts-expect-error -- Anthropic's results are others
const wrong = (): Promise<{ results: OpenAiResult[] }> => client.run([{ type: 'tool_use', id: 'x', name: 'x', input: {} } as const]);
console.log(JSON.stringify({ typed, made: Object.keys(made), others: others.map(({ fields }) => fields.name), error: error instanceof CountersignError, wrong: typeof wrong }));
`;

let folder: string;
let stub: StubCountersign;
let packed: { filename: string; files: { path: string }[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-sdk-'));
  stub = await StubCountersign.start();
  Object.assign(stub.tools, { createNote: { confirm: true } });
  packed = pack();
  install(packed.filename);
  // Compiles the package.
}, 120_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stub.stop();
});

/** Builds and packs a copy, because what is built in the repository may be older than its source. */
function pack(): typeof packed {
  const copy = join(folder, 'copy');
  const skipped = ['dist', 'node_modules'].map((name) => join(SOURCE, name));
  cpSync(SOURCE, copy, { recursive: true, filter: (from) => !skipped.includes(from) });
  const options = ['--outDir', join(copy, 'dist'), '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  execFileSync(process.execPath, [TSC, '-p', join(SOURCE, 'tsconfig.build.json'), ...options], { stdio: 'inherit' });
  const output = npm(copy, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  return JSON.parse(output)[0];
}

function install(filename: string): void {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(join(project, 'program.ts'), PROGRAM);
  npm(project, 'install', '--offline', '--ignore-scripts', join(folder, filename));
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd, encoding: 'utf8' });
}

/** @throws {Error} the program does not compile; its output has the errors */
function compile(options: object): void {
  const project = join(folder, 'project');
  const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: 'es2022' };
  const compilerOptions = { ...strict, rootDir: '.', outDir: 'out', ...options };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['program.ts'] }));
  try {
    execFileSync(process.execPath, [TSC, '-p', '.'], { cwd: project, encoding: 'utf8' });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error });
  }
}

it('has what it exports, its source, license and README, and nothing of its tests', () => {
  const files = packed.files.map(({ path }) => path);
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'src/index.ts']));
  expect(files.filter((path) => /spec|testing|tsbuildinfo|tsconfig/.test(path))).toEqual([]);
  const installed = join(folder, 'project/node_modules/@countersign/sdk');
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { exports: object };
  const targets = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)));
  expect(targets).toHaveLength(10);
  expect(targets.filter((target) => !existsSync(join(installed, target as string)))).toEqual([]);
});

it('has the license of the repository', () => {
  expect(readFileSync(join(SOURCE, 'LICENSE'), 'utf8')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
});

it('is type-checked by a bundler, with the types of the web', () => {
  const options = { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [], noEmit: true };
  expect(() => compile(options)).not.toThrow();
});

it("is type-checked by Node's rules, and runs", async () => {
  compile({ module: 'nodenext', types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] });
  const child = spawn(process.execPath, [join(folder, 'project/out/program.js')], {
    env: { STUB_URL: stub.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(JSON.parse(output)).toEqual({
    typed: [{ role: 'tool', tool_call_id: 'call_1', content: 'createNote {}' }],
    made: ['createNote'],
    others: ['createNote'],
    error: false,
    wrong: 'function',
  });
});
