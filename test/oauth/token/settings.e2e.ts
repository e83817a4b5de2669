// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { successfulLifecycle, runLifecycle } from '../../support/connection-lifecycle.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';

const APP_KEY = 'app-key-canary';
const HEADERS = { 'X-App-Key': APP_KEY };
const GET = { token_request_method: 'GET' };
const IN_QUERY = { ...GET, token_exchange_method: 'default_post' };

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Saves the schema of a new action. @returns the problem, or `saved` */
async function saved(schema: object): Promise<string> {
  const gpt = await world.tenant.gpt();
  const openapi = world.api.document({
    '/notes': { get: { operationId: 'listNotes', parameters: [{ name: 'X-Declared', in: 'header', schema: {} }] } },
  });
  const answer = await gpt.addAction({ openapi, auth: world.provider.schema(schema) });
  return answer.status === 201 ? 'saved' : problemOf(answer);
}

describe('token requests by GET', () => {
  it('send the parameters in the query and the client by Basic, unless the schema says otherwise', async () => {
    world.provider.simulate('token requests by GET');
    expect(await runLifecycle(world, GET)).toEqual(successfulLifecycle());
    for (const { headers, path } of world.provider.tokenRequests) {
      expect(headers['authorization']).toMatch(/^Basic /);
      expect(path).not.toContain('client_secret');
    }
  });

  it('send the client in the query with default_post, and keep the query of the URL', async () => {
    world.provider.simulate('token requests by GET', 'only credentials in the body');
    const schema = { ...IN_QUERY, token_url: `${world.provider.url}/token?v=2` };
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle());
    for (const { params } of world.provider.tokenRequests) {
      expect(params).toMatchObject({ v: '2', client_secret: world.provider.clientSecret });
    }
  });

  it('are shown in traces with [HIDDEN] for the whole query', async () => {
    world.provider.simulate('token requests by GET');
    const alice = await world.user('alice', IN_QUERY);
    const signIn = await alice.signsIn();
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    const { id } = await alice.connection();
    const refresh = (await world.tenant.admin.get(`/v1/connections/${id}/trace`)).body;
    for (const { steps } of [await signIn.trace(), refresh]) {
      const lines = steps.map(({ sent }: { sent: { line: string } | null }) => sent?.line);
      expect(lines).toContain(`GET ${world.provider.url}/token?[HIDDEN]`);
    }
  });

  it('are explained if the provider does not accept their method', async () => {
    for (const [schema, advice] of [
      [GET, 'Set token_request_method to POST'],
      [{}, 'set token_request_method to GET'],
    ] as const) {
      if (!('token_request_method' in schema)) world.provider.simulate('token requests by GET');
      const alice = await world.user('alice', schema);
      expect((await (await alice.signsIn()).trace()).diagnosis).toContain(advice);
    }
  });

  it('follow no redirect', async () => {
    const alice = await world.user('alice', GET);
    world.provider.simulate({ tokenResponse: { status: 302, headers: { location: '/token?again' }, body: '' } });
    await alice.signsIn();
    expect(world.provider.tokenRequests).toHaveLength(1);
  });

  it('require https, as POST does', async () => {
    const problem = await saved({ ...GET, token_url: 'http://auth.example.com/token' });
    expect(problem).toBe('400 invalid_request /auth/token_url');
  });
});

describe('token_headers', () => {
  it('are sent to the token, refresh and revocation URLs only', async () => {
    world.provider.simulate('an additional header', 'a separate refresh URL');
    const { url } = world.provider;
    const schema = { token_headers: HEADERS, refresh_url: `${url}/renew`, revocation_url: `${url}/revoke` };
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle());
    const bob = await world.connectedUser('bob', schema);
    await bob.disconnects();
    await eventually(
      () => world.provider.revocationRequests.length,
      (count) => count === 2,
    );
    const withHeader = world.provider.requests.filter(({ headers }) => headers['x-app-key'] === APP_KEY);
    expect(new Set(withHeader.map(({ path }) => path.split('?')[0]))).toEqual(new Set(['/token', '/renew', '/revoke']));
    expect(world.api.requests).not.toEqual([]);
    for (const { headers } of world.api.requests) expect(headers).not.toHaveProperty('x-app-key');
  });

  it('are shown as [HIDDEN], which keeps them, and never in clear', async () => {
    world.provider.simulate('an additional header');
    const { gpt, action } = await world.notesGpt({ token_headers: HEADERS });
    const path = `${gpt.path}/actions/${action.id}/auth`;
    const { body: shown } = await world.tenant.admin.get(path);
    expect(shown.token_headers).toEqual({ 'X-App-Key': '[HIDDEN]' });
    const { callback_url: _, ...auth } = shown;
    expect((await world.tenant.admin.put(path, auth)).body).toEqual(shown);
    const signIn = await new EndUser(gpt, 'alice').signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
    const trace = await signIn.trace();
    const request = trace.steps.find(({ name }: { name: string }) => name === 'token_request');
    expect(request.sent.headers).toMatchObject({ 'x-app-key': '[HIDDEN]' });
    expect(JSON.stringify([shown, trace])).not.toContain(APP_KEY);
  });

  it('are not sent to another endpoint without being sent again', async () => {
    const { gpt, action } = await world.notesGpt({ token_headers: HEADERS, client_secret: undefined });
    const path = `${gpt.path}/actions/${action.id}/auth`;
    const other = { token_headers: { 'X-App-Key': '[HIDDEN]' }, token_url: 'https://elsewhere.example.com/token' };
    const schema = world.provider.schema({ client_secret: undefined, ...other });
    expect(problemOf(await world.tenant.admin.put(path, schema))).toBe('409 secrets_required /token_headers/X-App-Key');
  });

  it.each<[object, string]>([
    [{ Authorization: 'x' }, ''],
    [{ Accept: 'x' }, ''],
    [{ Host: 'x' }, ''],
    [{ 'Content-Type': 'x' }, ''],
    [{ 'Proxy-Authorization': 'x' }, ''],
    [{ 'X-A': 'two\nlines' }, ''],
    [{ 'X-A': 5 }, ''],
    [{ 'X-A': 'one', 'x-a': 'two' }, ''],
    [{ 'X-A': '[HIDDEN]' }, '/X-A'],
  ])('are rejected with a pointer: %j', async (token_headers, pointer) => {
    expect(await saved({ token_headers })).toBe(`400 invalid_request /auth/token_headers${pointer}`);
  });
});

describe('the scope and the redirect URI of token requests', () => {
  it('are sent where the schema sets them', async () => {
    world.provider.simulate('scope in token requests');
    const schema = {
      token_params: { scope: 'notes:read notes:write' },
      refresh_params: { scope: 'notes:read', redirect_uri: '{redirect_uri}' },
    };
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle());
    const [exchange, refresh] = world.provider.tokenRequests;
    expect(refresh?.params['redirect_uri']).toBe(exchange?.params['redirect_uri']);
    expect(refresh?.params['refresh_token']).toBeDefined();
  });

  it('of a refresh can be part of parameters that replace the standard ones', async () => {
    const refresh_params = { grant_type: 'refresh_token', refresh_token: '{refresh_token}', scope: 'notes:read' };
    expect(await runLifecycle(world, { refresh_params, token_params: { scope: 'of the code' } })).toEqual(
      successfulLifecycle(),
    );
    expect(world.provider.tokenRequests.map(({ params }) => params['scope'])).toEqual(['of the code', 'notes:read']);
  });
});

describe('the header of the token', () => {
  it.each<[object, Record<string, string>]>([
    [{ token_header_name: 'X-Api-Token' }, { 'x-api-token': '' }],
    [{ token_header_name: 'X-Api-Token', token_scheme: 'bearer' }, { 'x-api-token': 'Bearer ' }],
    [{ token_header_name: 'X-Api-Token', token_prefix: 'Token' }, { 'x-api-token': 'Token ' }],
    [{ token_prefix: 'Zoho-oauthtoken' }, { authorization: 'Zoho-oauthtoken ' }],
    [{ token_prefix: '' }, { authorization: '' }],
    [{ token_prefix: '', token_header_name: 'authorization' }, { authorization: '' }],
  ])('is set by %j, and hidden by show_request', async (schema, expected) => {
    const { gpt } = await world.notesGpt(schema);
    world.api.respondWith(() => ({ body: { ok: true } }));
    const alice = new EndUser(gpt, 'alice');
    const { code } = await alice.signsIn();
    const token = world.provider.accessTokenFor(code);
    await alice.calls();
    const [name = '', prefix = ''] = Object.entries(expected)[0] ?? [];
    expect(world.api.last.headers[name]).toBe(`${prefix}${token}`);
    expect(Object.values(world.api.last.headers).filter((value) => value.includes(token ?? ''))).toHaveLength(1);
    const call = { operation_id: 'listNotes', user: 'alice', show_request: true };
    const { body } = await world.tenant.admin.post(`${gpt.path}/call`, call);
    expect(body.request.headers[name]).toContain('[HIDDEN]');
    expect(JSON.stringify(body)).not.toContain(token);
  });

  it.each<[object, string]>([
    [{ token_prefix: 'Zoho-oauthtoken', token_scheme: 'bearer' }, '/token_prefix'],
    [{ token_prefix: 'two\nlines' }, '/token_prefix'],
    [{ token_header_name: 'Cookie' }, '/token_header_name'],
    [{ token_header_name: 'Host' }, '/token_header_name'],
    [{ token_header_name: 'X Y' }, '/token_header_name'],
    [{ token_header_name: 'x-declared' }, '/token_header_name'],
    [{ token_header_name: 'x-tenant', static_headers: { 'X-Tenant': 'a' } }, '/token_header_name'],
  ])('is rejected with a pointer: %j', async (schema, pointer) => {
    expect(await saved(schema)).toBe(`400 invalid_request /auth${pointer}`);
  });

  it('is no header parameter of the document, also if either changes later', async () => {
    const declared = world.api.document({
      '/notes': { get: { operationId: 'listNotes', parameters: [{ in: 'header', name: 'X-Api-Token', schema: {} }] } },
    });
    const { gpt, action } = await world.notesGpt({ token_header_name: 'X-Api-Token' });
    const path = `${gpt.path}/actions/${action.id}`;
    const changed = await world.tenant.admin.patch(path, { openapi: declared });
    expect(problemOf(changed)).toBe('400 invalid_request /auth/token_header_name');
    const other = { client_secret: '[HIDDEN]', token_header_name: 'X-Other-Token' };
    await world.tenant.admin.put(`${path}/auth`, world.provider.schema(other));
    expect((await world.tenant.admin.patch(path, { openapi: declared })).status).toBe(200);
    const back = { client_secret: '[HIDDEN]', token_header_name: 'X-Api-Token' };
    const answer = await world.tenant.admin.put(`${path}/auth`, world.provider.schema(back));
    expect(problemOf(answer)).toBe('400 invalid_request /token_header_name');
  });

  it('replaces token_scheme, whose default may be written back', async () => {
    expect(await saved({ token_prefix: 'Zoho-oauthtoken', token_scheme: 'auto' })).toBe('saved');
  });
});
