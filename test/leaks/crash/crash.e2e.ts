import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mintKey, newId } from '../../../src/common/index.js';
import { BuiltServer } from '../../support/built-server.js';
import { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { Canaries } from '../../support/canaries.js';
import { TestTenant } from '../../support/tenant.js';
import { createMigratedDatabase, type TestDatabase } from '../../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../../support/upstream.js';

const PRELOAD = new URL('preload.mjs', import.meta.url).href;

let rows: TestDatabase;
let api: Upstream;
let canaries: Canaries;
let server: BuiltServer;
let operatorKey: string;

beforeAll(async () => {
  await BuiltServer.build();
  api = await Upstream.start();
}, 150_000);

afterAll(() => api.stop());

beforeEach(async () => {
  rows = await createMigratedDatabase();
  canaries = new Canaries();
  operatorKey = canaries.watchKey('operator key', mintKey('operator', newId('key')).key);
});

afterEach(async () => {
  await server.kill('SIGKILL');
  await rows.remove();
});

async function start(trouble: string, options: string[] = []): Promise<void> {
  server = await BuiltServer.spawn(rows.folder, {
    DATABASE_URL: rows.url,
    DATA_DIR: rows.folder,
    EGRESS_ALLOW: '127.0.0.0/8',
    OPERATOR_KEY: operatorKey,
    // A fatal error is logged nevertheless.
    LOG_LEVEL: 'silent',
    NODE_OPTIONS: [`--import=${PRELOAD}`, ...options].join(' '),
    TROUBLE: trouble,
    IN_MESSAGE: canaries.make('secret in a message'),
    IN_PROPERTIES: canaries.make('secret in properties'),
  });
  await server.waitUntilReady();
}

/** Starts a call whose credential was sent and whose response is outstanding. */
async function startCall(): Promise<void> {
  const tenant = await TestTenant.create({ url: server.url, operator: new Client(server.url, operatorKey) }, 'Acme');
  canaries.watchKey('admin key', tenant.admin.key);
  canaries.watchKey('runtime key', tenant.runtime.key);
  const gpt = await tenant.gpt();
  const auth = { type: 'api_key', auth_type: 'bearer', api_key: canaries.make('API key') };
  await gpt.action(api.document(NOTES_PATHS), auth);
  api.requests.length = 0;
  api.respondWith(() => 'silence');
  // The process exits without a response.
  gpt.call('listNotes').catch(() => undefined);
  await eventually(async () => api.requests.length, Boolean);
}

const allOutput = () => server.output() + server.errors();
const lines = () =>
  server
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; err: Record<string, unknown>; msg: string });

/** Files that remain in the writable folders, except the database and the keys. */
const remainingFiles = () => readdirSync(rows.folder).filter((file) => !/^(countersign\.db.*|vault\.key)$/.test(file));

const ERROR = {
  type: 'Error',
  message: 'no good: "[HIDDEN]"',
  errorCode: 'E_SORRY',
  stack: expect.stringMatching(/^Error: no good: "\[HIDDEN\]"\n +at sorry .*preload\.mjs/),
  cause: expect.objectContaining({
    message: 'GET https://[HIDDEN]@api.example/?[HIDDEN] failed',
    cause: expect.objectContaining({ type: 'QueryFailedError', errorCode: 'ER_DUP_ENTRY' }),
  }),
};
const EXCEPTION = 'uncaught exception, exiting';
const REJECTION = 'unhandled promise rejection, exiting';

describe('a fatal error ends the process with code 1 and one log line without secrets', () => {
  it.each([
    ['an exception', EXCEPTION, ERROR],
    ['an exception of a failed query', EXCEPTION, { type: 'QueryFailedError', errorCode: 'ER_DUP_ENTRY' }],
    ['a thrown string', EXCEPTION, 'Bearer [HIDDEN]'],
    ['a rejection', REJECTION, ERROR],
    ['a rejection with a value that is not an error', REJECTION, 'not an Error: Object'],
  ])('%s', async (trouble, msg, err) => {
    await start(trouble);
    await startCall();
    expect(await server.kill('SIGUSR2')).toBe(1);
    expect(lines()).toEqual([{ level: 'fatal', time: expect.any(String), err: expect.anything(), msg }]);
    expect(lines()[0]).toMatchObject({ err });
    expect(server.errors()).toBe('');
    expect(canaries.findIn(allOutput())).toEqual([]);
    expect(remainingFiles()).toEqual([]);
    expect(canaries.findIn(await rows.dump())).toEqual([]);
  });
});

it('a fatal error that cannot be read ends the process without output', async () => {
  await start('an exception whose getter throws');
  expect(await server.kill('SIGUSR2')).toBe(1);
  expect(allOutput()).toBe('');
});

it('another process continues after a fatal error', async () => {
  await start('a rejection');
  await startCall();
  await server.kill('SIGUSR2');
  await start('none');
  const { status, body } = await new Client(server.url, operatorKey).get('/v1/tenants');
  expect([status, body.data]).toEqual([200, [expect.objectContaining({ name: 'Acme' })]]);
});

describe('files that Node writes contain no secrets', () => {
  const REPORTS = ['--report-on-fatalerror', '--report-uncaught-exception', '--report-on-signal', '--report-compact'];

  /** Contents of reports, cores and snapshots. */
  const read = () => remainingFiles().map((file) => readFileSync(join(rows.folder, file), 'latin1'));

  it('after running out of memory', async () => {
    await start('no memory left', [...REPORTS, '--report-signal=SIGWINCH', '--max-old-space-size=100']);
    await startCall();
    expect(await server.kill('SIGUSR2')).not.toBe(0);
    expect(server.errors()).toContain('heap out of memory');
    expect(canaries.findIn(allOutput())).toEqual([]);
    expect(read().flatMap((text) => canaries.findIn(text))).toEqual([]);
  });

  it('after a diagnostic report was requested', async () => {
    await start('none', [...REPORTS, '--report-signal=SIGUSR2']);
    await startCall();
    // Versions of Node that cannot omit the environment have no handler for the signal, which ends the process.
    await Promise.race([server.kill('SIGUSR2'), new Promise((resolve) => setTimeout(resolve, 2000))]);
    expect(canaries.findIn(allOutput())).toEqual([]);
    expect(read().flatMap((text) => canaries.findIn(text))).toEqual([]);
    expect(existsSync(rows.folder)).toBe(true);
  });

  it('after an abort', async () => {
    await start('none', REPORTS);
    await startCall();
    expect(await server.kill('SIGABRT')).toBeNull();
    expect(allOutput()).toBe('');
    expect(remainingFiles().filter((file) => file.startsWith('report'))).toEqual([]);
  });
});
