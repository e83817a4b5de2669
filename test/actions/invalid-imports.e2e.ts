import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { authOf, ImportWorld, type Json, withAuth, withMetadata } from '../support/imports.js';
import { problemOf } from '../support/problem.js';

let world: ImportWorld;

beforeAll(async () => {
  world = await ImportWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.startTest());

describe('an invalid manifest', () => {
  const manifest = () => world.sample('plugin-manifest');
  const libreChat = () => world.sample('librechat-action');
  const withLibreAuth = (changes: Json) => withMetadata(libreChat(), { auth: { ...authOf(libreChat()), ...changes } });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => ({}), '400 invalid_request /manifest'],
    ['a list', () => [], '400 invalid_request '],
    ['text', () => '"x"', '400 invalid_request '],
    ['both ways at once', () => ({ manifest: {}, manifest_url: world.api.url }), '400 invalid_request /manifest'],
    ['a number', () => ({ manifest: 7 }), '400 invalid_request /manifest'],
    ['an unknown field', () => ({ manifest: manifest(), name: 'x' }), '400 invalid_request /name'],
    ['a body that is no form', () => ({ openapi: world.document() }), '400 invalid_request /manifest'],
    ['a body of unknown fields', () => ({ gpt: {} }), '400 invalid_request /gpt /manifest'],
    ['a GPT without tools', () => ({ gizmo: {} }), '422 invalid_import /tools'],
    ['a URL that is none', () => ({ manifest_url: 'ftp://x.example' }), '400 invalid_request /manifest_url'],
    ['auth that is text', () => ({ manifest: manifest(), auth: 'none' }), '400 invalid_request /auth'],
    [
      'two documents',
      () => ({ manifest: manifest(), openapi: {}, openapi_url: world.api.url }),
      '400 invalid_request /openapi',
    ],
    ['a form that is none', () => ({ manifest: { openapi: '3.1.0' } }), '422 invalid_import '],
    ['text that is no JSON', () => ({ manifest: 'schema_version: v1' }), '422 invalid_import '],
    ['a GPT with no tools', () => ({ manifest: { gizmo: {}, tools: [] } }), '422 invalid_import /tools'],
    ['a manifest without auth', () => ({ ...manifest(), auth: undefined }), '422 invalid_import /auth'],
    ['auth of an unknown kind', () => withAuth(manifest(), { type: 'oauth2' }), '422 invalid_import /auth/type'],
    [
      'another kind of API',
      () => ({ ...manifest(), api: { type: 'mcp', url: world.api.url } }),
      '422 invalid_import /api/type',
    ],
    [
      'another kind of API at no URL, with auth of an unknown kind',
      () => withAuth({ ...manifest(), api: { type: 'mcp' } }, { type: 'oauth2' }),
      '422 invalid_import /api/type /api/url /auth/type',
    ],
    [
      'no document, with credentials that are no text',
      () => withMetadata(libreChat(), { raw_spec: '', oauth_client_id: 7, oauth_client_secret: [] }),
      '422 invalid_import /metadata/oauth_client_id /metadata/oauth_client_secret /metadata/raw_spec',
    ],
    [
      'a relative document',
      () => ({ ...manifest(), api: { type: 'openapi', url: '/x' } }),
      '422 invalid_import /api/url',
    ],
    ['no document', () => withMetadata(libreChat(), { raw_spec: '' }), '422 invalid_import /metadata/raw_spec'],
    [
      'a broken document',
      () => withMetadata(libreChat(), { raw_spec: 'openapi: 3.1.0' }),
      '422 invalid_openapi  /paths',
    ],
    [
      'a document that may not be fetched',
      () => ({ ...manifest(), api: { type: 'openapi', url: 'http://10.0.0.1/x' } }),
      '403 egress_denied /api/url',
    ],
    [
      'a token URL that may not be called',
      () => withLibreAuth({ client_url: 'http://10.0.0.1/token' }),
      '422 invalid_import /metadata/auth/client_url',
    ],
    [
      'a way to authenticate that there is not, at URLs that may not be called',
      () =>
        withLibreAuth({ token_exchange_method: 'magic', client_url: 'nonsense', authorization_url: 'javascript:x' }),
      '422 invalid_import /metadata/auth/authorization_url /metadata/auth/client_url /metadata/auth/token_exchange_method',
    ],
    [
      'a way to authenticate that there is not',
      () => withLibreAuth({ token_exchange_method: 'magic' }),
      '422 invalid_import /metadata/auth/token_exchange_method',
    ],
    [
      'a header that is none',
      () =>
        withMetadata(world.sample('chatgpt-action'), {
          auth: { type: 'service_http', authorization_type: 'custom', custom_auth_header: 'two words' },
          api_key: 'k',
        }),
      '422 invalid_import /metadata/auth/custom_auth_header',
    ],
  ])('is rejected with a pointer: %s', async (_, body, problem) => {
    expect(problemOf(await world.import(body()))).toBe(problem);
    await expectNoAction();
  });

  it('is not quoted in the error', async () => {
    const { body } = await world.import({ manifest: '{"oauth_client_secret": "canary-secret", ' });
    expect(JSON.stringify(body)).not.toContain('canary');
  });

  it.each<[string, () => { status?: number; headers?: Record<string, string>; body?: unknown }, string]>([
    ['does not exist', () => ({ status: 404, body: 'no' }), '422 invalid_import '],
    ['is a web page', () => ({ body: '<!doctype html>' }), '422 invalid_import '],
    ['redirects for ever', () => ({ status: 302, headers: { location: '/on' } }), '422 invalid_import '],
    [
      'redirects to a private address',
      () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }),
      '403 egress_denied /manifest_url',
    ],
    ['is larger than any form', () => ({ body: 'x'.repeat(33 * 1_048_576) }), '413 request_too_large /manifest_url'],
  ])('is rejected if its URL %s', async (_, reply, problem) => {
    world.api.respondWith(reply);
    expect(problemOf(await world.import({ manifest_url: `${world.api.url}/ai-plugin.json` }))).toBe(problem);
    await expectNoAction();
  });

  it('is not fetched from a private address', async () => {
    const strict = await TestApp.start({ environment: { EGRESS_ALLOW: '' } });
    try {
      const own = await (await strict.tenant()).gpt();
      const answer = await world.import({ manifest_url: `${world.api.url}/ai-plugin.json` }, own);
      expect(problemOf(answer)).toBe('403 egress_denied /manifest_url');
      expect(world.api.requests).toEqual([]);
    } finally {
      await strict.stop();
    }
  });
});

async function expectNoAction(): Promise<void> {
  expect((await world.tenant.admin.get(`${world.gpt.path}/actions`)).body.data).toEqual([]);
}
