import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;
let path: string;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(() => Promise.all([app.stop(), api.stop()]));

beforeEach(async () => {
  gpt = await tenant.gpt();
  const { id } = await gpt.action(documentOf('X-Team'));
  path = `${gpt.path}/actions/${id}`;
});

const AUTH = { type: 'none', static_headers: { 'X-Team': 'red' } };

function documentOf(...headers: string[]): object {
  const parameters = headers.map((name) => ({ name, in: 'header', required: true, schema: { type: 'string' } }));
  return api.document({ '/tasks': { get: { operationId: 'listTasks', parameters, responses: {} } } });
}

const fix = (pointer: string) =>
  tenant.admin.put(`${path}/policy`, { operations: { listTasks: { fixed_arguments: { [pointer]: 'blue' } } } });

describe('a fixed argument for a header that the action sends with every call', () => {
  it('is rejected, as the argument of a call would be ignored', async () => {
    expect((await fix('/X-Team')).status).toBe(200);
    expect((await tenant.admin.put(`${path}/auth`, AUTH)).status).toBe(200);
    expect(problemOf(await fix('/X-Team'))).toBe('400 invalid_request /operations/listTasks/fixed_arguments/~1X-Team');
  });

  it('is a warning if the header is set together with a document', async () => {
    expect((await fix('/X-Team')).status).toBe(200);
    const { status, body } = await tenant.admin.patch(path, { openapi: documentOf('X-Team', 'X-More'), auth: AUTH });
    expect([status, body.warnings.map(({ code }: { code: string }) => code)]).toEqual([
      200,
      expect.arrayContaining(['policy_argument_invalid']),
    ]);
  });
});
