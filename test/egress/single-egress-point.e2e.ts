// Runs once: the database takes no part in what this suite tests.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONFIGURATION = ['.dependency-cruiser.cjs', '.oxlintrc.json', 'package.json', 'tsconfig.json'];

const SOCKETS = 'http https http2 net tls dgram dns dns/promises inspector inspector/promises _http_client _tls_wrap';
/** Modules that run unchecked code, or load any module by a name that no linter sees. */
const CODE_LOADERS = 'child_process worker_threads cluster module process vm v8 repl wasi';
const CORE = `${SOCKETS} ${CODE_LOADERS}`.split(' ');

/** Code outside `src/egress`, and the rule that rejects it, whatever other rules it breaks. */
const FORBIDDEN: [code: string, rule: string][] = [
  ["import { request } from 'undici'; request('x');", 'single-egress-point'],
  ["export * from 'undici';", 'single-egress-point'],
  ["export const load = () => import('undici');", 'single-egress-point'],
  ['export const load = () => import(`undici`);', 'single-egress-point'],
  ["declare const require: (name: string) => unknown; require('undici');", 'single-egress-point'],
  ["import undici = require('undici'); undici.request('x');", 'single-egress-point'],
  ["import Agent from 'undici/lib/dispatcher/agent.js'; new Agent();", 'single-egress-point'],
  ["import { ajax } from 'rxjs/ajax'; ajax('x');", 'single-egress-point'],
  ["import { fromFetch } from 'rxjs/fetch'; fromFetch('x');", 'single-egress-point'],
  ["import axios from 'axios'; axios('x');", 'single-egress-point'],
  ["import got from 'got'; got('x');", 'single-egress-point'],
  ["import fetch from 'node-fetch'; fetch('x');", 'single-egress-point'],
  ["import superagent from 'superagent'; superagent('x');", 'single-egress-point'],
  ["import needle from 'needle'; needle('x');", 'no-unresolvable'],
  ["import { Axios } from '@nestjs/axios'; new Axios();", 'no-unresolvable'],
  // Installed, but as a dependency of another package or for the tests.
  ["import { OAuth2 } from 'oauth'; new OAuth2();", 'declared-dependencies-only'],
  ["import Provider from 'oidc-provider'; new Provider();", 'declared-dependencies-only'],
  // Clients of databases, caches and key services, which open connections of their own.
  ["import { Redis } from 'ioredis'; new Redis();", 'ioredis-in-cluster'],
  ["import { createConnection } from 'mysql2/promise'; createConnection('x');", 'mysql2-in-database'],
  ["import Libsql from 'libsql'; new Libsql('x');", 'libsql-in-database'],
  ["import Strategy from 'passport-oauth2'; new Strategy();", 'passport-oauth2-in-oauth'],
  ["import { KMSClient } from '@aws-sdk/client-kms'; new KMSClient();", 'key-services-in-the-vault'],
  // Our own client, which uses `fetch`.
  ["import { Countersign } from '@countersign/sdk'; new Countersign({} as never);", 'sdk-in-clients-only'],
  ...CORE.map((name): [string, string] => [`import * as it from 'node:${name}'; it.x;`, 'allowed-core-modules-only']),
  ["import { connect } from 'net'; connect(1);", 'allowed-core-modules-only'],
  ["import 'https';", 'allowed-core-modules-only'],
  ["export { request } from 'node:https';", 'allowed-core-modules-only'],
  ["import net = require('net'); net.connect(1);", 'allowed-core-modules-only'],
  ["export const load = () => import('node:tls');", 'allowed-core-modules-only'],
  [
    "import { createRequire } from 'node:module'; createRequire(import.meta.url)('undici').request('x');",
    'allowed-core-modules-only',
  ],
  ["import { execFile } from 'child_process'; execFile('curl', ['x']);", 'allowed-core-modules-only'],
  ["void fetch('x');", 'no-restricted-globals'],
  ["const get = fetch; void get('x');", 'no-restricted-globals'],
  ["void globalThis.fetch('x');", 'no-restricted-globals'],
  ["void globalThis['fe' + 'tch']('x');", 'no-restricted-globals'],
  ["const { fetch: get } = globalThis; void get('x');", 'no-restricted-globals'],
  ["void global.fetch('x');", 'no-restricted-globals'],
  ["new WebSocket('ws://x');", 'no-restricted-globals'],
  ["new EventSource('x');", 'no-restricted-globals'],
  ['new XMLHttpRequest();', 'no-restricted-globals'],
  ["process.binding('tcp_wrap');", 'no-restricted-properties'],
  ["process['binding']('tcp_wrap');", 'no-restricted-properties'],
  ["const { binding } = process; binding('tcp_wrap');", 'no-restricted-properties'],
  ["process._linkedBinding('tcp_wrap');", 'no-restricted-properties'],
  ["process.getBuiltinModule('node:https').get('x');", 'no-restricted-properties'],
  ["process.dlopen({ exports: {} }, 'x.node');", 'no-restricted-properties'],
  ["const name = 'undici'; export const load = () => import(name);", 'no-dynamic-require'],
  ["export const load = () => import('und' + 'ici');", 'no-dynamic-require'],
  ['eval("fetch(\'x\')");', 'no-eval'],
  ['new Function("fetch(\'x\')")();', 'no-new-func'],
  ['Function("fetch(\'x\')")();', 'no-new-func'],
];

/** The folders that each line of code is written to. */
const FOLDERS = ['src/dispatch', 'src', 'packages/openapi/src', 'migrations'];

const ALLOWED: Record<string, string> = {
  'src/egress/undici.ts': "import { request } from 'undici'; request('x');",
  'src/egress/core.ts':
    "import 'node:net'; import 'node:tls'; import 'node:http'; import { lookup } from 'dns/promises'; lookup;",
  'src/dispatch/types.ts':
    "import type { Agent } from 'undici'; import type { Socket } from 'node:net'; export type A = Agent | Socket;",
  'src/dispatch/core.ts':
    "import { createHash } from 'node:crypto'; import { gzipSync } from 'zlib'; createHash; gzipSync;",
  'src/dispatch/way.ts': "export const way = import('node:path');",
  'src/cluster/redis.ts': "import { Redis } from 'ioredis'; new Redis();",
};

/** A temporary folder, so that builds and checks of `src` do not see the files. */
let folder: string;
/** `file rule` for each violation that either linter found. */
let found: Set<string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-single-egress-point-'));
  for (const file of CONFIGURATION) cpSync(join(ROOT, file), join(folder, file));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [index, [code]] of FORBIDDEN.entries()) {
    for (const target of FOLDERS) write(`${target}/f${index}.ts`, code);
  }
  for (const [file, code] of Object.entries(ALLOWED)) write(file, code);
  found = new Set([...boundaries(), ...lint()]);
});

afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, code: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  // Makes it a module even without imports.
  writeFileSync(join(folder, file), `${code}\nexport {};\n`);
}

function run(tool: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin', tool), args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (!stdout.startsWith('{')) throw new Error(`${tool}: ${stdout}${stderr}`);
  return stdout;
}

function boundaries(): string[] {
  const { summary } = JSON.parse(
    run('depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'packages', 'migrations'),
  ) as { summary: { violations: { from: string; rule: { name: string; severity: string } }[] } };
  return summary.violations
    .filter(({ rule }) => rule.severity === 'error')
    .map(({ from, rule }) => `${from} ${rule.name}`);
}

function lint(): string[] {
  const { diagnostics } = JSON.parse(
    run('oxlint', '--deny-warnings', '--format', 'json', 'src', 'packages', 'migrations'),
  ) as {
    diagnostics: { filename: string; code: string }[];
  };
  return diagnostics.map(({ filename, code }) => `${filename} ${/\((.+)\)/.exec(code)?.[1] ?? code}`);
}

describe('code that could send requests without src/egress', () => {
  it.each(FORBIDDEN.map(([code, rule], index) => ({ code, rule, index })))(
    'is rejected by $rule: $code',
    ({ rule, index }) => {
      const seen = FOLDERS.filter((target) => found.has(`${target}/f${index}.ts ${rule}`));
      expect(seen).toEqual(FOLDERS);
    },
  );
});

describe('code that the product needs', () => {
  it.each(Object.keys(ALLOWED))('is accepted: %s', (file) => {
    const rules = new Set(FORBIDDEN.map(([, rule]) => `${file} ${rule}`));
    expect([...found].filter((each) => rules.has(each))).toEqual([]);
  });
});
