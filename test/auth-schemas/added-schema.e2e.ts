import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { SERVICE_TOKEN } from './service-token/index.js';

const TOKEN = 'canary-service-token-8fQ2';
const SCHEMA = { type: 'service_token', service: 'notes', token: TOKEN };

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start({ authSchemas: [SERVICE_TOKEN] }), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop()]);
});

beforeEach(async () => {
  gpt = await tenant.gpt();
  api.requests.length = 0;
});

describe('an authentication schema that a deployment registers', () => {
  it('is offered to clients in the API document', async () => {
    const { body } = await app.anonymous.get('/docs-json');
    expect(body.components.schemas.AuthSchemaInput.discriminator.mapping).toHaveProperty('service_token');
  });

  it('validates its own fields and names them by pointer', async () => {
    const action = await gpt.action(api.document(NOTES_PATHS), SCHEMA);
    const answer = await tenant.admin.put(`/v1/gpts/${gpt.id}/actions/${action.id}/auth`, {
      ...SCHEMA,
      service: 'forbidden',
    });
    expect(problemOf(answer)).toBe('400 invalid_request /service');
  });

  it('shows its secret as [HIDDEN] and keeps it when [HIDDEN] is written back', async () => {
    const action = await gpt.action(api.document(NOTES_PATHS), SCHEMA);
    const path = `/v1/gpts/${gpt.id}/actions/${action.id}/auth`;
    const { body } = await tenant.admin.get(path);
    expect(body).toEqual({ ...SCHEMA, token: '[HIDDEN]' });
    expect((await tenant.admin.put(path, body)).status).toBe(200);
    await gpt.call('listNotes', { user: 'alice' });
    expect(api.last.headers['x-service-token']).toBe(TOKEN);
  });

  it('adds its credential to each call', async () => {
    await gpt.action(api.document(NOTES_PATHS), SCHEMA);
    expect((await gpt.call('listNotes', { user: 'alice' })).body.outcome).toBe('completed');
    expect(api.last.headers).toMatchObject({ 'x-service-token': TOKEN, 'x-on-behalf-of': 'alice' });
  });

  it('stops a call that it cannot authenticate before the call reaches the upstream', async () => {
    await gpt.action(api.document(NOTES_PATHS), SCHEMA);
    expect(problemOf(await gpt.call('listNotes'))).toBe('400 user_required');
    expect(api.requests).toHaveLength(0);
  });
});
