import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mintKey, newId } from '../../../src/common/index.js';
import { BuiltServer } from '../../support/built-server.js';
import { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { Canaries } from '../../support/canaries.js';
import { TestTenant } from '../../support/tenant.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
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
  rows = await createTestDatabase();
  canaries = new Canaries();
  operatorKey = canaries.watchKey('operator key', mintKey('operator', newId('key')).key);
});

afterEach(async () => {
  await server.kill('SIGKILL');
  await rows.remove();
});

async function starts(trouble: string, options: string[] = []): Promise<void> {
  server = await BuiltServer.spawn(rows.folder, {
    DATABASE_URL: rows.url,
    DATA_DIR: rows.folder,
    EGRESS_ALLOW: '127.0.0.0/8',
    OPERATOR_KEY: operatorKey,
    // What ends the process is told nevertheless.
    LOG_LEVEL: 'silent',
    NODE_OPTIONS: [`--import=${PRELOAD}`, ...options].join(' '),
    TROUBLE: trouble,
    IN_MESSAGE: canaries.make('secret in a message'),
    IN_PROPERTIES: canaries.make('secret in properties'),
  });
  await server.waitUntilReady();
}

/** A credential is on its way, and the answer to it is not. */
async function callsAnApi(): Promise<void> {
  const tenant = await TestTenant.create({ url: server.url, operator: new Client(server.url, operatorKey) }, 'Acme');
  canaries.watchKey('admin key', tenant.admin.key);
  canaries.watchKey('runtime key', tenant.runtime.key);
  const gpt = await tenant.gpt();
  const auth = { type: 'api_key', auth_type: 'bearer', api_key: canaries.make('API key') };
  await gpt.action(api.document(NOTES_PATHS), auth);
  api.requests.length = 0;
  api.respondWith(() => 'silence');
  // Nobody answers it: the process ends.
  gpt.call('listNotes').catch(() => undefined);
  await eventually(async () => api.requests.length, Boolean);
}

const said = () => server.output() + server.errors();
const lines = () =>
  server
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; err: Record<string, unknown>; msg: string });

/** What is left in the folders that the process can write to, but for the database and the keys. */
const left = () => readdirSync(rows.folder).filter((file) => !/^(countersign\.db.*|vault\.key)$/.test(file));

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

describe('the process ends with one line in the log, with code 1 and without a secret, of', () => {
  it.each([
    ['an exception', EXCEPTION, ERROR],
    ['an exception of a failed query', EXCEPTION, { type: 'QueryFailedError', errorCode: 'ER_DUP_ENTRY' }],
    ['a text that is thrown', EXCEPTION, 'Bearer [HIDDEN]'],
    ['a rejection', REJECTION, ERROR],
    ['a rejection with what is no error', REJECTION, 'not an Error: Object'],
  ])('%s', async (trouble, msg, err) => {
    await starts(trouble);
    await callsAnApi();
    expect(await server.kill('SIGUSR2')).toBe(1);
    expect(lines()).toEqual([{ level: 'fatal', time: expect.any(String), err: expect.anything(), msg }]);
    expect(lines()[0]).toMatchObject({ err });
    expect(server.errors()).toBe('');
    expect(canaries.findIn(said())).toEqual([]);
    expect(left()).toEqual([]);
    expect(canaries.findIn(await rows.dump())).toEqual([]);
  });
});

it('an error that cannot even be read ends it all the same, and silently', async () => {
  await starts('an exception that is read badly');
  expect(await server.kill('SIGUSR2')).toBe(1);
  expect(said()).toBe('');
});

it('another process goes on where one ended so', async () => {
  await starts('a rejection');
  await callsAnApi();
  await server.kill('SIGUSR2');
  await starts('none');
  const { status, body } = await new Client(server.url, operatorKey).get('/v1/tenants');
  expect([status, body.data]).toEqual([200, [expect.objectContaining({ name: 'Acme' })]]);
});

describe('there is no secret in what Node leaves behind', () => {
  const REPORTS = ['--report-on-fatalerror', '--report-uncaught-exception', '--report-on-signal', '--report-compact'];

  /** Reports, cores and snapshots. */
  const read = () => left().map((file) => readFileSync(join(rows.folder, file), 'latin1'));

  it('when it runs out of memory', async () => {
    await starts('no memory left', [...REPORTS, '--report-signal=SIGWINCH', '--max-old-space-size=100']);
    await callsAnApi();
    expect(await server.kill('SIGUSR2')).not.toBe(0);
    expect(server.errors()).toContain('heap out of memory');
    expect(canaries.findIn(said())).toEqual([]);
    expect(read().flatMap((text) => canaries.findIn(text))).toEqual([]);
  });

  it('when it is asked for a report', async () => {
    await starts('none', [...REPORTS, '--report-signal=SIGUSR2']);
    await callsAnApi();
    // A Node that cannot leave the environment out has no handler for the signal any more, and ends of it.
    await Promise.race([server.kill('SIGUSR2'), new Promise((resolve) => setTimeout(resolve, 2000))]);
    expect(canaries.findIn(said())).toEqual([]);
    expect(read().flatMap((text) => canaries.findIn(text))).toEqual([]);
    expect(existsSync(rows.folder)).toBe(true);
  });

  it('when it is told to abort', async () => {
    await starts('none', REPORTS);
    await callsAnApi();
    expect(await server.kill('SIGABRT')).toBeNull();
    expect(said()).toBe('');
    expect(left().filter((file) => file.startsWith('report'))).toEqual([]);
  });
});
