import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authOf, ImportWorld, type Json, withMetadata } from '../support/imports.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: ImportWorld;

beforeAll(async () => {
  world = await ImportWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.startTest());

describe('a ChatGPT action', () => {
  const action = () => world.sample('chatgpt-action');
  const metadata = () => action()['metadata'] as Json;

  it('takes the header from the manifest and the key from the client', async () => {
    const answer = await world.imported({ manifest: action(), auth: { api_key: 'canary-key' } });
    expect(answer).toMatchObject({
      form: 'chatgpt_action',
      action: { title: 'Weather', privacy_policy_url: 'https://www.example.com/privacy' },
      codes: [],
    });
    await world.gpt.call('GetCurrentWeather', { arguments: { location: 'Oslo' } });
    expect(world.api.last.headers['x-weather-key']).toBe('canary-key');
  });

  it('warns if the key is missing, and accepts it later', async () => {
    const { action: made, codes } = await world.imported(metadata());
    expect([made['auth'], codes]).toEqual([{ type: 'none', missing_fields: ['api_key'] }, ['credentials_missing']]);
    const suggested = { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Weather-Key' };
    expect(made['suggested_auth']).toEqual(suggested);
    const path = `${world.gpt.path}/actions/${made.id}/auth`;
    expect((await world.tenant.admin.put(path, { type: 'api_key', api_key: 'k' })).body).toMatchObject(suggested);
  });

  it.each<[string, (authorize: string, token: string) => Json, string[]]>([
    ['as OpenAI has them', (authorize, token) => ({ client_url: authorize, authorization_url: token }), []],
    ['as they sound', (authorize, token) => ({ client_url: token, authorization_url: authorize }), ['urls_swapped']],
  ])('has its two URLs assigned correctly: %s', async (_, urls, expected) => {
    const { url } = world.provider;
    const auth = { type: 'oauth', ...urls(`${url}/authorize`, `${url}/token`) };
    const { action: made, codes } = await world.imported({
      manifest: { ...metadata(), auth },
      auth: world.credentials(),
    });
    expect(made['auth']).toMatchObject({ authorization_url: `${url}/authorize`, token_url: `${url}/token` });
    expect(codes).toEqual(expected);
    expect(await world.statusOfSignIn({ operation_id: 'GetCurrentWeather', arguments: { location: 'Oslo' } })).toBe(
      'connected',
    );
  });

  it('has its two URLs assigned by the document if their paths are ambiguous', async () => {
    const { url } = world.provider;
    const auth = { type: 'oauth', client_url: `${url}/a`, authorization_url: `${url}/b` };
    const authorizationCode = { authorizationUrl: `${url}/b`, tokenUrl: `${url}/a`, scopes: {} };
    const components = { securitySchemes: { notes: { type: 'oauth2', flows: { authorizationCode } } } };
    const openapi = world.api.document(NOTES_PATHS, { components });
    const known = await world.imported({ manifest: { ...metadata(), auth }, openapi, auth: world.credentials() });
    expect(known.action['auth']).toMatchObject({ authorization_url: `${url}/b`, token_url: `${url}/a` });
    expect(known.codes).toEqual(['urls_swapped']);
    await world.createGpt();
    const unknown = await world.imported({ manifest: { ...metadata(), auth }, auth: world.credentials() });
    expect(unknown.action['auth']).toMatchObject({ authorization_url: `${url}/a`, token_url: `${url}/b` });
    expect(unknown.codes).toEqual(['urls_unclear']);
  });

  it('takes missing URLs from the document', async () => {
    const { url } = world.provider;
    const authorizationCode = { authorizationUrl: `${url}/authorize`, tokenUrl: `${url}/token`, scopes: { a: '' } };
    const components = { securitySchemes: { notes: { type: 'oauth2', flows: { authorizationCode } } } };
    const openapi = world.api.document(NOTES_PATHS, { components });
    const form = { ...metadata(), auth: { type: 'oauth', scope: '' } };
    const { action: made } = await world.imported({ manifest: form, openapi, auth: world.credentials() });
    expect(made['auth']).toMatchObject({ token_url: `${url}/token`, scope: '' });
    await world.createGpt();
    const { action: gap } = await world.imported({ manifest: form, openapi });
    expect(gap['suggested_auth']).toMatchObject({ token_url: `${url}/token`, scope: '' });
  });

  it('has no credentials if it contains placeholders', async () => {
    const { action: made, codes } = await world.imported({ ...metadata(), api_key: '[HIDDEN]' });
    expect([made['auth'], codes]).toEqual([{ type: 'none', missing_fields: ['api_key'] }, ['credentials_missing']]);
  });
});

describe('a LibreChat action', () => {
  const action = () => world.sample('librechat-action');
  const IV = '0123456789abcdef0123456789abcdef';

  it('is complete if it was exported unencrypted, and its secret is sealed', async () => {
    const { form, action: made, codes } = await world.imported(action());
    expect([form, codes]).toEqual(['librechat_action', []]);
    expect(made['auth']).toMatchObject({
      client_id: world.provider.clientId,
      client_secret: '[HIDDEN]',
      token_exchange_method: 'basic_auth_header',
      token_url: `${world.provider.url}/token`,
    });
    expect(await world.statusOfSignIn()).toBe('connected');
    const basic = Buffer.from(`${world.provider.clientId}:${world.provider.clientSecret}`).toString('base64');
    expect(world.provider.tokenRequests[0]?.headers['authorization']).toBe(`Basic ${basic}`);
    expect(await world.app.database.dump()).not.toContain(world.provider.clientSecret);
  });

  it("has its two URLs assigned correctly if they follow ChatGPT's names", async () => {
    const { client_url, authorization_url, ...rest } = authOf(action());
    const auth = { ...rest, client_url: authorization_url, authorization_url: client_url };
    const { action: made, codes } = await world.imported(withMetadata(action(), { auth }));
    expect(made['auth']).toMatchObject({ token_url: `${world.provider.url}/token` });
    expect(codes).toEqual(['urls_swapped']);
  });

  it.each<[string, Json, string[]]>([
    [
      'encrypted',
      { oauth_client_id: `${IV}:${IV}`, oauth_client_secret: `v3:${IV}:ab` },
      ['client_id', 'client_secret'],
    ],
    ['left out', { oauth_client_id: undefined, oauth_client_secret: undefined }, ['client_id', 'client_secret']],
    ['in part', { oauth_client_id: undefined }, ['client_id', 'client_secret']],
    ['without its secret', { oauth_client_secret: '[HIDDEN]' }, ['client_secret']],
  ])('becomes an action without authentication if its client is %s', async (_, changes, missing) => {
    const answer = await world.import(withMetadata(action(), changes));
    expect(answer.body.action.auth).toEqual({ type: 'none', missing_fields: missing });
    const { message } = answer.body.warnings.at(-1);
    expect(message).toContain(`send ${missing.join(', ')} to PUT`);
    expect(JSON.stringify(answer.body)).not.toContain(world.provider.clientSecret);
    expect(JSON.stringify(answer.body)).not.toContain(IV);
  });

  it('warns about encrypted credentials, and keeps the other fields as a suggestion', async () => {
    const { action: made, codes } = await world.imported(
      withMetadata(action(), { oauth_client_secret: `${IV}:${IV}` }),
    );
    expect(codes).toEqual(['credential_encrypted', 'credentials_missing']);
    const path = `${world.gpt.path}/actions/${made.id}/auth`;
    const answer = await world.tenant.admin.put(path, { type: 'oauth', client_secret: 'canary-own' });
    expect(answer.body).toMatchObject({
      client_id: world.provider.clientId,
      token_exchange_method: 'basic_auth_header',
      scope: 'notes:read',
    });
  });

  it('takes withheld credentials from the client', async () => {
    const hidden = withMetadata(action(), { oauth_client_secret: '[HIDDEN]' });
    const { action: made, codes } = await world.imported({ manifest: hidden, auth: { client_secret: 'canary-own' } });
    expect([made['auth'], codes]).toEqual([expect.objectContaining({ client_secret: '[HIDDEN]' }), []]);
  });

  it('becomes a public client only if the client says so', async () => {
    const auth = { ...authOf(action()), token_exchange_method: 'default_post' };
    const hidden = withMetadata(action(), { auth, oauth_client_secret: '[HIDDEN]' });
    expect((await world.imported(hidden)).action['auth']).toEqual({ type: 'none', missing_fields: ['client_secret'] });
    await world.createGpt();
    const { action: made } = await world.imported({ manifest: hidden, auth: { client_secret: null } });
    expect(made['auth']).toMatchObject({ type: 'oauth', client_id: world.provider.clientId });
    expect(made['auth']).not.toHaveProperty('client_secret');
  });
});
