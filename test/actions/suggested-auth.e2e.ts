// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: OAuthWorld;
let gpt: TestGpt;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(async () => {
  await world.stop();
});

beforeEach(async () => {
  world.reset();
  gpt = await world.tenant.gpt();
});

const HEADER = { type: 'apiKey', in: 'header', name: 'X-Notes-Key' };
const QUERY = { type: 'apiKey', in: 'query', name: 'appid' };

/** The notes API with one security scheme. */
function secured(scheme: object, scopes: string[] = []): object {
  const more = { components: { securitySchemes: { notes: scheme } }, security: [{ notes: scopes }] };
  return world.api.document(NOTES_PATHS, more);
}

/** The provider as a document describes it; relative URLs refer to the server. */
function oauthScheme(): object {
  const scopes = { 'notes:read': 'Read', 'notes:write': 'Write', 'notes:admin': 'All' };
  const urls = { authorizationUrl: `${world.provider.url}/authorize`, tokenUrl: `${world.provider.url}/token` };
  return { type: 'oauth2', flows: { authorizationCode: { ...urls, scopes } } };
}

describe('an action from a document with security schemes', () => {
  it('shows the suggestion without selecting it', async () => {
    const { id, auth, suggested_auth } = await gpt.action(secured(HEADER));
    const suggested = { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Notes-Key' };
    expect([auth, suggested_auth]).toEqual([{ type: 'none' }, suggested]);
    const shown = (await world.tenant.runtime.get(`${gpt.path}/actions/${id}`)).body;
    expect([shown.auth, shown.suggested_auth]).toEqual([{ type: 'none' }, suggested]);
  });

  it('has no suggestion if the document has no security schemes', async () => {
    expect((await gpt.action(world.api.document(NOTES_PATHS))).suggested_auth).toBeNull();
  });

  it('has the suggestion of its latest document', async () => {
    const { id } = await gpt.action(secured(HEADER));
    const { body } = await world.tenant.admin.patch(`${gpt.path}/actions/${id}`, { openapi: secured(QUERY) });
    expect(body.suggested_auth).toMatchObject({ location: 'query', parameter_name: 'appid' });
  });
});

describe('an API key without a placement', () => {
  it('is sent in the header from the document', async () => {
    const { auth } = await gpt.action(secured(HEADER), { type: 'api_key', api_key: 'canary-key' });
    expect(auth).toMatchObject({ auth_type: 'custom', custom_header_name: 'X-Notes-Key', api_key: '[HIDDEN]' });
    await gpt.call('listNotes');
    expect(world.api.last.headers['x-notes-key']).toBe('canary-key');
  });

  it('is sent in the query parameter from the document', async () => {
    await gpt.action(secured(QUERY), { type: 'api_key', api_key: 'canary-key' });
    await gpt.call('listNotes');
    expect(world.api.last.query.get('appid')).toBe('canary-key');
  });

  it('takes the placement from the document if the schema is selected later', async () => {
    const { id } = await gpt.action(secured({ type: 'http', scheme: 'bearer' }));
    const path = `${gpt.path}/actions/${id}/auth`;
    expect((await world.tenant.admin.put(path, { type: 'api_key', api_key: 'canary-key' })).status).toBe(200);
    await gpt.call('listNotes');
    expect(world.api.last.headers['authorization']).toBe('Bearer canary-key');
  });

  it('is sent as configured by the client, regardless of the document', async () => {
    await gpt.action(secured(HEADER), { type: 'api_key', auth_type: 'bearer', api_key: 'canary-key' });
    await gpt.call('listNotes');
    const { authorization, 'x-notes-key': suggested } = world.api.last.headers;
    expect([authorization, suggested]).toEqual(['Bearer canary-key', undefined]);
  });

  it('is rejected if the document suggests another schema', async () => {
    const answer = await gpt.addAction({ openapi: secured(oauthScheme()), auth: { type: 'api_key', api_key: 'k' } });
    expect(problemOf(answer)).toBe('400 invalid_request /auth/auth_type');
  });
});

describe('an OAuth schema with client credentials only', () => {
  const client = () => ({
    type: 'oauth',
    client_id: world.provider.clientId,
    client_secret: world.provider.clientSecret,
  });

  it('takes URLs and scope from the document for sign-ins', async () => {
    const { auth } = await gpt.action(secured(oauthScheme(), ['notes:read']), client());
    expect(auth).toMatchObject({
      authorization_url: `${world.provider.url}/authorize`,
      token_url: `${world.provider.url}/token`,
      scope: 'notes:read',
    });
    const { body } = await gpt.call('listNotes', { user: 'alice' });
    expect(body).toMatchObject({ outcome: 'sign_in_required' });
  });

  it('keeps the fields sent by the client', async () => {
    const { auth } = await gpt.action(secured(oauthScheme(), ['notes:read']), { ...client(), scope: 'notes:admin' });
    expect(auth.scope).toBe('notes:admin');
  });

  it('ignores the issuer of the document if both endpoints are sent', async () => {
    const issuer = {
      type: 'openIdConnect',
      openIdConnectUrl: 'https://nowhere.invalid/.well-known/openid-configuration',
    };
    const { auth } = await gpt.action(secured(issuer), world.provider.schema());
    expect(auth).toMatchObject({ authorization_url: `${world.provider.url}/authorize` });
    expect(auth).not.toHaveProperty('issuer');
  });
});
