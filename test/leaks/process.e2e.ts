import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mintKey, newId } from '../../src/common/index.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { BuiltServer } from '../support/built-server.js';
import { Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { TransitService } from '../support/key-services/transit-service.js';
import { Canaries } from '../support/canaries.js';
import { TestTenant } from '../support/tenant.js';
import { createMigratedDatabase, type TestDatabase } from '../support/test-database.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

/** A response of a provider that repeats what it received. */
const ECHO = '{{sent.client_secret}} {{sent.code}} {{sent.code_verifier}} {{sent.client_id}}';

let rows: TestDatabase;
let api: Upstream;
let provider: AuthorizationServer;
let transit: TransitService;
let canaries: Canaries;
let servers: BuiltServer[];

beforeAll(async () => {
  await BuiltServer.build();
  [api, provider, transit] = await Promise.all([Upstream.start(), AuthorizationServer.start(), TransitService.start()]);
}, 150_000);

afterAll(() => Promise.all([api.stop(), provider.stop(), transit.stop()]));

beforeEach(async () => {
  rows = await createMigratedDatabase();
  canaries = new Canaries();
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.kill('SIGKILL');
  await rows.remove();
});

async function started(environment: Record<string, string>): Promise<BuiltServer> {
  const server = await BuiltServer.spawn(rows.folder, {
    DATABASE_URL: rows.url,
    DATA_DIR: rows.folder,
    EGRESS_ALLOW: '127.0.0.0/8',
    REFRESH_INTERVAL_SECONDS: '3600',
    LOG_LEVEL: 'trace',
    ...environment,
  });
  servers.push(server);
  return server.waitUntilReady();
}

const said = (server: BuiltServer) => server.output() + server.errors();

it('a process leaks no secret into its output, database or responses, on success, failure or outage', async () => {
  const operatorKey = canaries.watchKey('operator key', mintKey('operator', newId('key')).key);
  const server = await started({
    OPERATOR_KEY: operatorKey,
    VAULT_KEYS: `transit:${transit.keyUrl}`,
    VAULT_TOKEN: canaries.watch('token of the key service', transit.token),
    // No one listens at this address.
    REDIS_URL: `redis://:${canaries.make('password of Redis')}@127.0.0.1:1`,
  });
  const operator = new Client(server.url, operatorKey);
  const tenant = await TestTenant.create({ url: server.url, operator }, 'Acme');
  canaries.watchKey('admin key', tenant.admin.key);
  canaries.watchKey('runtime key', tenant.runtime.key);
  const answers: unknown[] = [];
  const seen = async (answer: Promise<{ status: number; body: unknown }>) => void answers.push((await answer).body);

  // API keys in every location, one of them echoed and one rejected.
  const key = canaries.make('API key');
  const secrets = {
    bearer: { type: 'api_key', auth_type: 'bearer', api_key: key },
    basic: { type: 'api_key', auth_type: 'basic', username: 'me', password: canaries.make('password of an API') },
    header: {
      type: 'api_key',
      auth_type: 'custom',
      custom_header_name: 'X-Key',
      api_key: canaries.make('key in a header'),
    },
    query: {
      type: 'api_key',
      auth_type: 'bearer',
      location: 'query',
      parameter_name: 'k',
      api_key: canaries.make('key in a query'),
    },
  };
  for (const auth of Object.values(secrets)) {
    const gpt = await tenant.gpt();
    await seen(gpt.addAction({ openapi: api.document(NOTES_PATHS), auth }));
    for (const status of [200, 401, 500]) {
      api.respondWith(({ headers, path }) => ({ status, body: { echo: [headers, path] } }));
      await seen(gpt.call('listNotes'));
    }
    await seen(gpt.addAction({ openapi: api.document(NOTES_PATHS), auth: { ...auth, colour: 'red' } }));
  }
  // Secrets in the text of documents, where the API does not expect them.
  const commented = `# ${canaries.make('secret in a comment')}\n${JSON.stringify(api.document(NOTES_PATHS))}`;
  for (const openapi of [commented, `${commented}]`, commented.replace('/notes', 'notes')]) {
    await seen((await tenant.gpt()).addAction({ openapi }));
    await seen(tenant.admin.post('/v1/openapi/check', { openapi }));
  }
  await seen(tenant.admin.post('/v1/gpts', `{"name": "${key}`));
  await seen(tenant.admin.send('POST', `/v1/gpts?api_key=${key}`, { name: key.slice(0, 4) }));

  // Sign-ins that succeed, that fail, and whose provider echoes the request.
  api.respondWith(() => ({ body: { ok: true } }));
  const gpt = await tenant.gpt();
  const oauth = { ...provider.schema({ revocation_url: `${provider.url}/revoke` }) };
  await seen(gpt.addAction({ openapi: api.document(NOTES_PATHS), auth: oauth }));
  const attempts = [await new EndUser(gpt, 'alice').signsIn()];
  await seen(gpt.call('listNotes', { user: 'alice' }));
  provider.behavior = {
    tokenResponse: { status: 400, body: `{"error":"invalid_grant","error_description":"${ECHO}"}` },
  };
  attempts.push(await new EndUser(gpt, 'bob').signsIn());
  provider.behavior = { tokenResponse: { status: 200, contentType: 'text/html', body: `<p>${ECHO}</p>` } };
  attempts.push(await new EndUser(gpt, 'carol').signsIn());
  provider.behavior = {};
  for (const [index, attempt] of attempts.entries()) {
    canaries.watch(`ticket ${index}`, attempt.offer.url.split('/').at(-1) ?? '');
    canaries.watch(`state ${index}`, attempt.state);
    canaries.watch(`code ${index}`, attempt.code);
    await seen(tenant.admin.get(`/v1/sign-ins/${attempt.offer.id}/trace`));
  }
  for (const [index, secret] of provider.secrets.entries()) canaries.watch(`secret ${index} of the provider`, secret);
  await seen(new EndUser(gpt, 'alice').disconnects());
  for (const list of [
    '/v1/connections',
    '/v1/keys',
    '/v1/audit-events?limit=200',
    '/v1/gpts',
    '/metrics',
    '/docs-json',
    '/readyz',
  ]) {
    await seen(tenant.admin.get(list));
  }
  await seen(operator.post('/v1/vault/rotations', { scope: 'data' }));
  await eventually(
    async () => (await operator.get('/v1/vault/rotations')).body.data,
    (data) => data.every(({ status }: { status: string }) => status === 'completed'),
    30_000,
  );
  const database = await rows.dump();

  // The key service and then the database fail.
  transit.fault = { status: 500, body: { errors: [transit.token] } };
  await seen((await tenant.gpt()).addAction({ openapi: api.document(NOTES_PATHS), auth: secrets.bearer }));
  await seen(operator.get('/readyz'));
  transit.fault = undefined;
  await server.kill('SIGTERM');

  expect(canaries.count).toBeGreaterThan(20);
  expect(provider.secrets.length).toBeGreaterThan(4);
  expect(said(server).length).toBeGreaterThan(5000);
  expect({ output: canaries.findIn(said(server)), database: canaries.findIn(database) }).toEqual({
    output: [],
    database: [],
  });
  // Links are returned to the caller that requested them.
  expect(canaries.findIn(JSON.stringify(answers))).toEqual([]);
});
