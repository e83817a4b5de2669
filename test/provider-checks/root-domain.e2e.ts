// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS } from '../support/upstream.js';
import { check, checkSchema } from './check-provider.js';

let world: OAuthWorld;
let tenant: TestTenant;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  tenant = await world.app.tenant();
});

function documentAt(server: string): object {
  return { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, servers: [{ url: server }], paths: NOTES_PATHS };
}

const schemaAt = (origin: string) =>
  world.provider.schema({ authorization_url: `${origin}/authorize`, token_url: `${origin}/token` });

const refuses = () => world.app.operator.patch(`/v1/tenants/${tenant.id}`, { oauth_domain_rule: 'refuse' });

describe('the root domain rule', () => {
  it('warns about each endpoint on another root domain', async () => {
    const answer = await checkSchema(tenant, world.provider.schema(), 'https://api.example.com');
    expect(answer.complaints).toEqual(['warning root_domain authorization_url', 'warning root_domain token_url']);
    expect(answer.finding('root_domain').message).toContain('ChatGPT rejects such an action');
  });

  it('reports errors instead if the tenant refuses other root domains', async () => {
    const gpt = await tenant.gpt();
    const action = await gpt.action(documentAt('https://api.example.com'), world.provider.schema());
    await refuses();
    expect((await check(gpt, action)).complaints).toEqual([
      'error root_domain authorization_url',
      'error root_domain token_url',
    ]);
  });

  it('rejects endpoints on another root domain in a new action and in a changed schema', async () => {
    await refuses();
    const gpt = await tenant.gpt();
    const openapi = documentAt('https://api.example.com');
    const refused = await gpt.addAction({ openapi, auth: schemaAt('https://auth.example.net') });
    expect(problemOf(refused)).toBe('400 invalid_request /auth/authorization_url /auth/token_url');
    const { id } = await gpt.action(openapi);
    const path = `${gpt.path}/actions/${id}/auth`;
    const selected = await tenant.admin.put(path, schemaAt('https://auth.example.net'));
    expect(problemOf(selected)).toBe('400 invalid_request /authorization_url /token_url');
    expect((await tenant.admin.get(path)).body).toEqual({ type: 'none' });
    expect((await tenant.admin.put(path, schemaAt('https://auth.example.com'))).status).toBe(200);
  });

  it('reports a violation together with the other mistakes of a schema', async () => {
    await refuses();
    const gpt = await tenant.gpt();
    const { id } = await gpt.action(documentAt('https://api.example.com'));
    const schema = { ...schemaAt('https://auth.example.net'), client_id: undefined, token_url: 'nonsense' };
    const refused = await tenant.admin.put(`${gpt.path}/actions/${id}/auth`, schema);
    expect(problemOf(refused)).toBe('400 invalid_request /authorization_url /client_id /token_url');
  });

  it('rejects a document that moves to another root domain than the endpoints, and changes nothing', async () => {
    await refuses();
    const gpt = await tenant.gpt();
    const { id } = await gpt.action(documentAt('https://api.example.com'), {
      ...schemaAt('https://auth.example.com'),
      client_secret: undefined,
    });
    const path = `${gpt.path}/actions/${id}`;
    const moved = await tenant.admin.patch(path, { openapi: documentAt('https://api.example.net') });
    expect(problemOf(moved)).toBe('400 invalid_request /auth/authorization_url /auth/token_url');
    expect((await tenant.admin.get(path)).body.domain).toBe('api.example.com');
    const auth = { ...schemaAt('https://auth.example.net'), client_secret: undefined };
    const together = await tenant.admin.patch(path, { openapi: documentAt('https://api.example.net'), auth });
    expect([together.status, together.body.domain]).toEqual([200, 'api.example.net']);
  });

  it('allows unrelated changes to an action with endpoints on another root domain', async () => {
    const gpt = await tenant.gpt();
    const { id } = await gpt.action(documentAt('https://api.example.com'), schemaAt('https://auth.example.net'));
    await refuses();
    const changes = { privacy_policy_url: 'https://example.com/privacy' };
    expect((await tenant.admin.patch(`${gpt.path}/actions/${id}`, changes)).status).toBe(200);
  });

  it.each(['https://accounts.google.com', 'https://login.microsoftonline.com', 'https://ims-na1.adobelogin.com'])(
    'allows endpoints at %s',
    async (origin) => {
      await refuses();
      const gpt = await tenant.gpt();
      const added = await gpt.addAction({ openapi: documentAt('https://api.example.com'), auth: schemaAt(origin) });
      expect(added.status).toBe(201);
    },
  );
});
