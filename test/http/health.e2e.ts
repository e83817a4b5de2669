import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Database } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start();
});

afterAll(async () => {
  await app.stop();
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
    await reader.destroy();
  });

  afterAll(async () => {
    await reader.initialize();
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
