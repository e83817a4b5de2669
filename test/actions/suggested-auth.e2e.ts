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

/** The provider as a document names it; relative URLs are the server's own. */
function oauthScheme(): object {
  const scopes = { 'notes:read': 'Read', 'notes:write': 'Write', 'notes:admin': 'All' };
  const urls = { authorizationUrl: `${world.provider.url}/authorize`, tokenUrl: `${world.provider.url}/token` };
  return { type: 'oauth2', flows: { authorizationCode: { ...urls, scopes } } };
}

describe('an action from a document with security schemes', () => {
  it('shows what they suggest, and selects none of it by itself', async () => {
    const { id, auth, suggested_auth } = await gpt.action(secured(HEADER));
    const suggested = { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Notes-Key' };
    expect([auth, suggested_auth]).toEqual([{ type: 'none' }, suggested]);
    const shown = (await world.tenant.runtime.get(`${gpt.path}/actions/${id}`)).body;
    expect([shown.auth, shown.suggested_auth]).toEqual([{ type: 'none' }, suggested]);
  });

  it('suggests nothing where the document says nothing', async () => {
    expect((await gpt.action(world.api.document(NOTES_PATHS))).suggested_auth).toBeNull();
  });

  it('suggests what its newest document says', async () => {
    const { id } = await gpt.action(secured(HEADER));
    const { body } = await world.tenant.admin.patch(`${gpt.path}/actions/${id}`, { openapi: secured(QUERY) });
    expect(body.suggested_auth).toMatchObject({ location: 'query', parameter_name: 'appid' });
  });
});

describe('an API key whose place is left out', () => {
  it('goes into the header that the document names', async () => {
    const { auth } = await gpt.action(secured(HEADER), { type: 'api_key', api_key: 'canary-key' });
    expect(auth).toMatchObject({ auth_type: 'custom', custom_header_name: 'X-Notes-Key', api_key: '[HIDDEN]' });
    await gpt.call('listNotes');
    expect(world.api.last.headers['x-notes-key']).toBe('canary-key');
  });

  it('goes into the query parameter that the document names', async () => {
    await gpt.action(secured(QUERY), { type: 'api_key', api_key: 'canary-key' });
    await gpt.call('listNotes');
    expect(world.api.last.query.get('appid')).toBe('canary-key');
  });

  it('is given its place when the schema is selected later, too', async () => {
    const { id } = await gpt.action(secured({ type: 'http', scheme: 'bearer' }));
    const path = `${gpt.path}/actions/${id}/auth`;
    expect((await world.tenant.admin.put(path, { type: 'api_key', api_key: 'canary-key' })).status).toBe(200);
    await gpt.call('listNotes');
    expect(world.api.last.headers['authorization']).toBe('Bearer canary-key');
  });

  it('goes where its builder says, whatever the document names', async () => {
    await gpt.action(secured(HEADER), { type: 'api_key', auth_type: 'bearer', api_key: 'canary-key' });
    await gpt.call('listNotes');
    const { authorization, 'x-notes-key': suggested } = world.api.last.headers;
    expect([authorization, suggested]).toEqual(['Bearer canary-key', undefined]);
  });

  it('is refused where the document suggests another schema', async () => {
    const answer = await gpt.addAction({ openapi: secured(oauthScheme()), auth: { type: 'api_key', api_key: 'k' } });
    expect(problemOf(answer)).toBe('400 invalid_request /auth/auth_type');
  });
});

describe('an OAuth schema of which only the client is given', () => {
  const client = () => ({
    type: 'oauth',
    client_id: world.provider.clientId,
    client_secret: world.provider.clientSecret,
  });

  it('has its URLs and its scope from the document, and users sign in by them', async () => {
    const { auth } = await gpt.action(secured(oauthScheme(), ['notes:read']), client());
    expect(auth).toMatchObject({
      authorization_url: `${world.provider.url}/authorize`,
      token_url: `${world.provider.url}/token`,
      scope: 'notes:read',
    });
    const { body } = await gpt.call('listNotes', { user: 'alice' });
    expect(body).toMatchObject({ outcome: 'sign_in_required' });
  });

  it('keeps what its builder typed', async () => {
    const { auth } = await gpt.action(secured(oauthScheme(), ['notes:read']), { ...client(), scope: 'notes:admin' });
    expect(auth.scope).toBe('notes:admin');
  });

  it('takes no trouble over an issuer that only the document names, when both endpoints are typed', async () => {
    const issuer = {
      type: 'openIdConnect',
      openIdConnectUrl: 'https://nowhere.invalid/.well-known/openid-configuration',
    };
    const { auth } = await gpt.action(secured(issuer), world.provider.schema());
    expect(auth).toMatchObject({ authorization_url: `${world.provider.url}/authorize` });
    expect(auth).not.toHaveProperty('issuer');
  });
});
