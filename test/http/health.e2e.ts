import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Database } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import { FaultyProxy } from '../support/faulty-proxy.js';
import { createMigratedDatabase, database as kind, type TestDatabase } from '../support/test-database.js';

let app: TestApp;
let rows: TestDatabase;
let proxy: FaultyProxy | undefined;

beforeAll(async () => {
  rows = await createMigratedDatabase();
  const url = new URL(rows.url);
  if (kind === 'mariadb') {
    proxy = await FaultyProxy.start({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
  }
  app = await TestApp.start({ database: { ...rows, url: kind === 'mariadb' ? url.href : rows.url } });
});

afterAll(async () => {
  await app.stop();
  await proxy?.close();
  await rows.remove();
});

it('/healthz responds with 200', async () => {
  const { status, body } = await app.anonymous.get('/healthz');
  expect([status, body]).toEqual([200, { status: 'up' }]);
});

it('/readyz lists every dependency', async () => {
  const { status, body } = await app.anonymous.get('/readyz');
  expect([status, body]).toEqual([200, { status: 'ready', parts: { database: 'up', vault: 'up' } }]);
});

describe('without its database, the server', () => {
  let reader: DataSource;

  beforeAll(async () => {
    ({ reader } = (app.get(Database) as unknown as { sources: { reader: DataSource } }).sources);
    if (proxy) await proxy.set('refuse');
    else await reader.destroy();
  });

  afterAll(async () => {
    if (proxy) await proxy.set('pass');
    else await reader.initialize();
  });

  it('is alive but not ready, and names the failed dependency', async () => {
    const { status, body } = await app.anonymous.get('/readyz');
    expect([status, body]).toEqual([503, { status: 'not_ready', parts: { database: 'down', vault: 'up' } }]);
    expect((await app.anonymous.get('/healthz')).status).toBe(200);
  });
});

it('the server is ready again when the database recovers', async () => {
  expect((await app.anonymous.get('/readyz')).status).toBe(200);
});
