import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { Client, type ApiResponse } from '../support/client.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';

const environment = { MAX_KEYS_PER_TENANT: '4', MAX_GPTS_PER_TENANT: '3', MAX_ACTIONS_PER_GPT: '2' };

let app: TestApp;
let replica: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  app = await TestApp.start({ environment });
  replica = await app.replica(environment);
});

afterAll(async () => {
  await replica.stop();
  await app.stop();
});

beforeEach(async () => {
  // It has two keys.
  tenant = await app.tenant();
});

const REFUSED = '409 limit_reached';

/** Sends eight requests, half of them to a replica. @returns how many created something */
async function createdOf(create: (admin: Client, number: number) => Promise<ApiResponse>): Promise<number> {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, number) => create((number % 2 === 0 ? tenant : tenant.at(replica)).admin, number)),
  );
  const created = answers.filter(({ status }) => status === 201);
  const refused = answers.filter((answer) => !created.includes(answer)).map(problemOf);
  expect(new Set(refused)).toEqual(new Set([REFUSED]));
  return created.length;
}

function documentOf(number: number): object {
  const paths = { '/x': { get: { operationId: 'x', responses: { 200: { description: 'x' } } } } };
  const servers = [{ url: `https://api-${number}.example.com` }];
  return { openapi: '3.1.0', info: { title: 'X', version: '1' }, servers, paths };
}

describe('the keys of a tenant', () => {
  const create = (admin: Client, fields: object = {}) =>
    admin.post('/v1/keys', { role: 'runtime', name: 'x', ...fields });

  it('are as many as MAX_KEYS_PER_TENANT allows, also if they are created concurrently', async () => {
    expect(await createdOf((admin) => create(admin))).toBe(2);
    const refused = await create(tenant.admin);
    expect(refused.body.detail).toContain('at most 4 keys');
    expect(refused.body.detail).toContain('MAX_KEYS_PER_TENANT');
  });

  it('do not limit other tenants', async () => {
    await createdOf((admin) => create(admin));
    expect((await create((await app.tenant()).admin)).status).toBe(201);
  });

  it('count while they work: not after their revocation or expiry', async () => {
    const { body: revoked } = await create(tenant.admin);
    await create(tenant.admin, { expires_at: app.clock.in(60_000).toISOString() });
    expect(problemOf(await create(tenant.admin))).toBe(REFUSED);
    await tenant.admin.delete(`/v1/keys/${revoked.id}`);
    expect((await create(tenant.admin)).status).toBe(201);
    expect(problemOf(await create(tenant.admin))).toBe(REFUSED);
    app.clock.advance({ seconds: 61 });
    expect((await create(tenant.admin)).status).toBe(201);
  });

  it('can be rotated without an overlap at the limit, and with one below it', async () => {
    const { body: first } = await create(tenant.admin);
    const { status, body: second } = await tenant.admin.post(`/v1/keys/${first.id}/rotate`, { overlap_seconds: 60 });
    expect(status).toBe(201);
    const rotate = (overlap_seconds: number) => tenant.admin.post(`/v1/keys/${second.id}/rotate`, { overlap_seconds });
    expect(problemOf(await rotate(60))).toBe(REFUSED);
    expect((await rotate(0)).status).toBe(201);
  });

  it('do not prevent the operator from replacing an admin key', async () => {
    await createdOf((admin) => create(admin));
    const path = `/v1/tenants/${tenant.id}/keys`;
    expect((await app.operator.post(path, { role: 'admin', name: 'replacement' })).status).toBe(201);
  });
});

describe('the GPTs of a tenant', () => {
  const create = (admin: Client) => admin.post('/v1/gpts', { name: 'x' });

  it('are as many as MAX_GPTS_PER_TENANT allows, also if they are created concurrently', async () => {
    expect(await createdOf((admin) => create(admin))).toBe(3);
    const [{ id }] = (await tenant.admin.get('/v1/gpts')).body.data;
    await tenant.admin.delete(`/v1/gpts/${id}`);
    expect((await create(tenant.admin)).status).toBe(201);
    expect((await create((await app.tenant()).admin)).status).toBe(201);
  });
});

describe('the actions of a GPT', () => {
  it('are as many as MAX_ACTIONS_PER_GPT allows, also if they are created or imported concurrently', async () => {
    const gpt = await tenant.gpt();
    const created = await createdOf((admin, number) =>
      number < 4
        ? admin.post(`${gpt.path}/actions`, { openapi: documentOf(number) })
        : admin.post(`${gpt.path}/imports`, { auth: { type: 'none' }, json_schema: documentOf(number) }),
    );
    expect(created).toBe(2);
    expect((await tenant.admin.get(`${gpt.path}/actions`)).body.data).toHaveLength(2);
    const other = await tenant.gpt();
    expect((await other.addAction({ openapi: documentOf(1) })).status).toBe(201);
  });
});
