import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { BuiltServer } from '../support/built-server.js';
import { Client, type ApiResponse } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { TestTenant } from '../support/tenant.js';
import { createMigratedDatabase, type TestDatabase } from '../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { VENDORS } from './vendor-calls.js';

/** How long after a restart the outcome of an interrupted call may stay open. */
const UNKNOWN_WITHIN_MS = 25_000;

let rows: TestDatabase;
let api: Upstream;
let servers: BuiltServer[];

beforeAll(async () => {
  await BuiltServer.build();
  api = await Upstream.start();
}, 150_000);

afterAll(() => api.stop());

beforeEach(async () => {
  rows = await createMigratedDatabase();
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.kill('SIGKILL');
  await rows.remove();
});

async function started(): Promise<BuiltServer> {
  const server = await BuiltServer.spawn(rows.folder, { DATABASE_URL: rows.url, EGRESS_ALLOW: '127.0.0.0/8' });
  servers.push(server);
  return server.waitUntilReady();
}

it('a call that kill -9 interrupts is not sent again, and its outcome is unknown within 25 seconds of the restart', async () => {
  const first = await started();
  const tenant = await TestTenant.create({ url: first.url, operator: first.operator() }, 'Acme');
  const gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS));
  const calls = VENDORS.openai.calls({ id: 'done', name: 'about' }, { id: 'cut', name: 'listNotes' });
  const body = { tool_calls: calls, response_id: 'resp_1' };
  const run = (at: BuiltServer): Promise<ApiResponse> =>
    new Client(at.url, tenant.runtime.key).post(`${gpt.path}/tool_calls`, body);
  const requests = (path: string) => api.requests.filter((request) => request.path === path);

  api.respondWith(({ path }) => (path === '/about' ? { body: { name: 'Notes' } } : 'silence'));
  const interrupted = run(first).catch(() => 'interrupted');
  const results = async () => ((await rows.tables())['tool_call_results'] ?? []).map(({ result }) => result);
  await eventually(results, (all) => all.length === 2 && all.filter((result) => result === null).length === 1);
  await eventually(
    () => requests('/notes').length,
    (count) => count === 1,
  );
  await first.kill('SIGKILL');
  expect(await interrupted).toBe('interrupted');

  const second = await started();
  const restarted = Date.now();
  const { body: settled } = await eventually(
    () => run(second),
    ({ body: { complete } }) => complete,
    UNKNOWN_WITHIN_MS,
  );
  expect(Date.now() - restarted).toBeLessThan(UNKNOWN_WITHIN_MS);
  expect(settled.results).toEqual([
    VENDORS.openai.result('done', '{"name":"Notes"}'),
    {
      role: 'tool',
      tool_call_id: 'cut',
      content: expect.stringMatching(/^Error: The outcome of this call is unknown/),
    },
  ]);
  expect([requests('/about').length, requests('/notes').length]).toEqual([1, 1]);
}, 120_000);
