// Runs once: the database takes no part in what this suite tests.
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { BuiltServer } from '../support/built-server.js';
import { AUTHORITY, KEY, VALID } from '../support/certificates.js';
import type { Client } from '../support/client.js';
import { ConnectProxy } from '../support/connect-proxy.js';
import { eventually } from '../support/eventually.js';
import { createScratchFolder } from '../support/scratch-folder.js';
import { TestTenant, type TestGpt } from '../support/tenant.js';
import { problemOf } from '../support/problem.js';

const HOST = 'https://api.example.test';
const PASSWORD = 'pr0xy-s3cret';

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: HOST }],
  paths: { '/notes': { get: { operationId: 'listNotes', responses: { 200: { description: 'Notes' } } } } },
};

/** Responses of the host: its document, its API, its token and revocation endpoints. */
const PAGES: Record<string, object> = {
  '/openapi.json': DOCUMENT,
  '/notes': [{ id: 1 }],
  '/token': { access_token: 'access-2', token_type: 'bearer', expires_in: 3600 },
  '/revoke': {},
};

let folder: string;
let host: Server;
let received: string[] = [];
let proxy: ConnectProxy;
let server: BuiltServer;
let admin: Client;
let gpt: TestGpt;

beforeAll(async () => {
  await BuiltServer.build();
  folder = createScratchFolder();
  writeFileSync(join(folder, 'authority.pem'), AUTHORITY);
  host = createServer({ cert: VALID, key: KEY }, ({ url = '' }, response) => {
    received.push(url);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(PAGES[url]));
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  const authorization = `Basic ${Buffer.from(`bot:${PASSWORD}`).toString('base64')}`;
  proxy = await ConnectProxy.start((host.address() as AddressInfo).port, { authorization });
  server = await BuiltServer.spawn(folder, {
    NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
    EGRESS_PROXY: `http://bot:${PASSWORD}@127.0.0.1:${proxy.port}`,
    // Nothing here resolves api.example.test.
    EGRESS_PROXY_RESOLVES: 'true',
    LOG_LEVEL: 'trace',
  });
  await server.waitUntilReady();
  const tenant = await TestTenant.create({ operator: server.operator(), url: server.url }, 'Behind a proxy');
  ({ admin } = tenant);
  gpt = await tenant.gpt();
}, 200_000);

afterAll(async () => {
  await server.kill('SIGTERM');
  await proxy.stop();
  host.closeAllConnections();
  await new Promise((resolve) => host.close(resolve));
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  received = [];
});

it('documents, calls, refreshes and revocations all go through the proxy', async () => {
  const schema = { client_id: 'c', client_secret: 'secret-of-the-client', token_url: `${HOST}/token`, scope: 'notes' };
  const urls = { authorization_url: `${HOST}/authorize`, revocation_url: `${HOST}/revoke` };
  const action = await gpt.addAction({
    openapi_url: `${HOST}/openapi.json`,
    auth: { type: 'oauth', ...schema, ...urls },
  });
  expect(action.status).toBe(201);
  const tokens = { access_token: 'access-1', refresh_token: 'refresh-1', expires_at: '2020-01-01T00:00:00Z' };
  const connection = await admin.post('/v1/connections', { action_id: action.body.id, user: 'alice', ...tokens });
  expect((await gpt.call('listNotes', { user: 'alice' })).body).toMatchObject({ outcome: 'completed' });
  await admin.delete(`/v1/connections/${connection.body.id}`);
  await eventually(
    () => received.includes('/revoke'),
    (hasArrived) => hasArrived,
  );
  expect(new Set(received)).toEqual(new Set(['/openapi.json', '/token', '/notes', '/revoke']));
  expect(new Set(proxy.targets)).toEqual(new Set(['api.example.test:443']));
});

it('a private address is denied before the proxy is asked', async () => {
  const before = proxy.targets.length;
  const refused = await gpt.addAction({ openapi_url: 'https://10.0.0.1/openapi.json' });
  expect(problemOf(refused)).toMatch(/egress_denied/);
  expect(proxy.targets).toHaveLength(before);
});

it('the start warns that addresses are not checked, and nothing logs the credentials', async () => {
  const lines = server.output().trim().split('\n');
  expect(lines.filter((line) => line.includes('EGRESS_PROXY_RESOLVES'))).toHaveLength(1);
  expect(server.output() + server.errors()).not.toContain(PASSWORD);
  expect(server.output()).not.toContain(Buffer.from(`bot:${PASSWORD}`).toString('base64'));
});
