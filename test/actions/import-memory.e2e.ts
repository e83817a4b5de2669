// Runs once: the database takes no part in what this suite tests.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/metrics/index.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { importInto } from '../support/imports.js';
import type { TestTenant } from '../support/tenant.js';

const MIB = 1_048_576;

/** Bytes of memory for each byte of a document. */
const PER_BYTE = 4;

/** Four fifths are for responses; at one host, one tenant gets three eighths of them: enough for one document of 2.5 MiB. */
const MAX_HELD_BYTES = 40 * MIB;
const MAX_OF_TENANT = 12 * MIB;

let app: TestApp;
let server: Server;
/** Responses of which 2 MiB were sent. */
const stalled: ServerResponse[] = [];

/** Returns a document or a manifest of about this size. */
function textOf(path: string): Buffer {
  const filler = 'x'.repeat(path.startsWith('/large') ? 2.5 * MIB : 10);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const paths = { '/': { get: { operationId: 'read', responses: { 200: { description: '' } } } } };
  const document = { openapi: '3.1.0', info: { title: 'API', version: '1' }, servers: [{ url }], paths };
  const manifest = {
    schema_version: 'v1',
    name_for_model: 'api',
    name_for_human: 'API',
    description_for_model: 'An API.',
    description_for_human: 'An API.',
    auth: { type: 'none' },
    api: { type: 'openapi', url: `${url}/document` },
    logo_url: `${url}/logo`,
    contact_email: 'api@example.com',
    legal_info_url: `${url}/legal`,
  };
  return Buffer.from(JSON.stringify({ ...(path.endsWith('manifest') ? manifest : document), 'x-filler': filler }));
}

beforeAll(async () => {
  server = createServer({ keepAliveTimeout: 120_000 }, ({ url = '' }, response) => {
    const text = textOf(url);
    response.setHeader('content-type', 'application/json').setHeader('content-length', text.length);
    if (!url.startsWith('/large')) return void response.end(text);
    response.write(text.subarray(0, 2 * MIB));
    stalled.push(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  app = await TestApp.start({
    environment: { EGRESS_ALLOW: `127.0.0.1:${port}`, CALL_MAX_HELD_BYTES: String(MAX_HELD_BYTES) },
  });
});

afterAll(async () => {
  await app.stop();
  server.closeAllConnections();
  server.close();
});

afterEach(() => {
  for (const response of stalled.splice(0)) response.destroy();
});

function urlOf(path: string): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}

async function importBy(field: 'openapi_url' | 'manifest_url', tenant: TestTenant, path: string): Promise<number> {
  const gpt = await tenant.gpt();
  const body = { [field]: urlOf(path) };
  const answer = field === 'openapi_url' ? await gpt.addAction(body) : await importInto(gpt, body);
  return answer.status;
}

async function gauge(name: 'heldBytes' | 'waitingForBytes'): Promise<number> {
  return (await app.get(Metrics)[name].get()).values[0]?.value ?? 0;
}

describe.each([
  ['openapi_url', '/large', '/document'],
  ['manifest_url', '/large-manifest', '/manifest'],
] as const)('imports by %s', (field, large, small) => {
  it('wait for the memory of large bodies, and do not delay another tenant', async () => {
    const [greedy, other] = await Promise.all([app.tenant(), app.tenant()]);
    const imports = [1, 2, 3, 4].map(() => importBy(field, greedy, large));
    await eventually(
      () => gauge('waitingForBytes'),
      (waiting) => waiting === 3,
    );
    const held = await gauge('heldBytes');
    expect(held).toBeGreaterThanOrEqual(2 * MIB * PER_BYTE);
    expect(held).toBeLessThanOrEqual(MAX_OF_TENANT);
    expect(await importBy(field, other, small)).toBe(201);
    for (const response of stalled.splice(0)) response.end(textOf(large).subarray(2 * MIB));
    expect(await Promise.all(imports)).toEqual([201, 201, 201, 201]);
    expect(await gauge('heldBytes')).toBe(0);
  });
});
