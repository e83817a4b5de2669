// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS } from '../support/upstream.js';

const BEARER = { type: 'api_key', auth_type: 'bearer' };

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

async function added(auth: object) {
  const gpt = await world.tenant.gpt();
  return { gpt, answer: await gpt.addAction({ openapi: world.api.document(NOTES_PATHS), auth }) };
}

/** Saves a schema with a key and calls the API. @returns the headers that the API received */
async function sent(auth: object): Promise<Record<string, string>> {
  const { gpt, answer } = await added(auth);
  expect(answer.status).toBe(201);
  await gpt.call('listNotes', { user: 'alice' });
  return world.api.last.headers;
}

describe('a pasted OAuth schema', () => {
  it('is mended where only one reading is possible, and works', async () => {
    const { url, clientId, clientSecret } = world.provider;
    const pasted = {
      client_id: `\u200b Client ID: "${clientId}"`,
      client_secret: ` ${clientSecret}\r\n`,
      authorization_url: ` <${url}/authorize>`,
      token_url: `"${url}/token"\n`,
      scope: '\ufeff"notes:read notes:write" ',
    };
    const { gpt, answer } = await added({ ...world.provider.schema(), ...pasted });
    expect(answer.body.auth).toMatchObject({
      client_id: clientId,
      authorization_url: `${url}/authorize`,
      token_url: `${url}/token`,
      scope: 'notes:read notes:write',
    });
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    expect((await alice.calls()).body.outcome).toBe('completed');
  });

  it.each<[object, string, RegExp]>([
    [{ token_url: 'https://login.example.com/{tenant}/token' }, '/auth/token_url', /\{tenant\}/],
    [{ authorization_url: 'https://<your-tenant>.example.com/a' }, '/auth/authorization_url', /<your-tenant>/],
    [{ revocation_url: 'https://your-tenant.example.com/r' }, '/auth/revocation_url', /your-tenant/],
    [{ client_id: 'YOUR_CLIENT_ID' }, '/auth/client_id', /placeholder/],
    [{ client_id: 'a\nb' }, '/auth/client_id', /control characters/],
    [{ client_secret: '<your-client-secret>' }, '/auth/client_secret', /placeholder/],
    [{ client_secret: 'a\0b' }, '/auth/client_secret', /control characters/],
  ])('is rejected with the reason: %j', async (change, pointer, reason) => {
    const { answer } = await added({ ...world.provider.schema(), ...change });
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointer}`);
    expect(answer.body.errors[0].message).toMatch(reason);
  });
});

describe('a pasted API key', () => {
  it.each<[object, Record<string, string>]>([
    [{ ...BEARER, api_key: 'Bearer abc-123' }, { authorization: 'Bearer abc-123' }],
    [{ ...BEARER, api_key: 'Authorization: Bearer abc-123\n' }, { authorization: 'Bearer abc-123' }],
    [{ ...BEARER, api_key: '\u200b"abc-123"' }, { authorization: 'Bearer abc-123' }],
    [
      { ...BEARER, auth_type: 'custom', custom_header_name: ' X-Key: ', api_key: 'X-Key: abc-123' },
      { 'x-key': 'abc-123' },
    ],
    [
      { ...BEARER, auth_type: 'custom', custom_header_name: 'X-Key', api_key: 'Bearer abc-123' },
      { 'x-key': 'Bearer abc-123' },
    ],
    [
      { ...BEARER, auth_type: 'basic', username: ' alice ', password: ' "pass" word \r\n' },
      { authorization: `Basic ${Buffer.from('alice: "pass" word ').toString('base64')}` },
    ],
  ])('is mended where only one reading is possible: %j', async (auth, expected) => {
    expect(await sent(auth)).toMatchObject(expected);
  });

  it.each<[object, string, RegExp]>([
    [{ ...BEARER, api_key: 'Basic abc' }, '/auth/api_key', /begins with Basic/],
    [{ ...BEARER, api_key: 'X-Key: abc' }, '/auth/api_key', /name of a header/],
    [{ ...BEARER, api_key: 'YOUR_API_KEY' }, '/auth/api_key', /placeholder/],
    [{ ...BEARER, api_key: 'a\nb' }, '/auth/api_key', /control characters/],
    [{ ...BEARER, location: 'query', parameter_name: 'k', api_key: 'a\nb' }, '/auth/api_key', /control characters/],
    [{ ...BEARER, auth_type: 'basic', username: 'alice', password: 'a\nb' }, '/auth/password', /control characters/],
  ])('is rejected with the reason: %j', async (auth, pointer, reason) => {
    const { answer } = await added(auth);
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointer}`);
    expect(answer.body.errors[0].message).toMatch(reason);
  });
});
