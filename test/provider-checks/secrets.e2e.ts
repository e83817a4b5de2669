// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { OAuthWorld } from '../support/oauth-world.js';
import type { TokenResponse } from '../support/authorization-server.js';
import { check } from './check-provider.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** A secret made of words, which only a comparison with known secrets can find. */
const WORDY_SECRET = 'correct horse battery staple';

const ECHOES: Record<string, TokenResponse> = {
  'an error_description': {
    body: '{"error":"invalid_grant","error_description":"no {{sent.client_secret:json}} here"}',
  },
  'an error': { body: '{"error":"{{sent.client_secret:json}}"}' },
  'an error that is an object': { body: '{"error":{"code":"x","message":"wrong: {{sent.client_secret:json}}"}}' },
  'a form': { body: 'error=invalid_client&error_description={{sent.client_secret:percent}}' },
  base64: { body: '{"error":"invalid_client","error_description":"{{sent.client_secret:base64}}"}' },
  'the header it was sent in': { body: '{"error":"invalid_client","error_description":"{{sent.authorization}}"}' },
  'a web page': { contentType: 'text/html', body: '<pre>{{sent.client_secret}} {{sent.authorization}}</pre>' },
};

it.each(Object.entries(ECHOES))(
  'the provider check does not show or log a secret that the provider echoes in %s',
  async (_, echo) => {
    const { gpt, action } = await world.notesGpt({ client_id: 'wordy', client_secret: WORDY_SECRET });
    world.provider.simulate({ tokenResponse: { status: 400, ...echo } });
    const answer = await check(gpt, action);
    expect(world.provider.tokenRequests.length).toBeGreaterThan(0);
    const seen = JSON.stringify([answer, world.app.logLines]);
    const spellings = [WORDY_SECRET, WORDY_SECRET.replaceAll(' ', '+'), WORDY_SECRET.replaceAll(' ', '%20')];
    const encoded = Buffer.from(WORDY_SECRET).toString('base64').slice(0, -2);
    for (const secret of [...spellings, encoded, ...world.provider.secrets]) expect(seen).not.toContain(secret);
  },
);

it('the provider check sends the client secret only to the token URL', async () => {
  const { url, clientSecret } = world.provider;
  const { gpt, action } = await world.notesGpt({ revocation_url: `${url}/revoke`, refresh_url: `${url}/renew` });
  world.provider.requests.length = 0;
  await check(gpt, action);
  const encoded = Buffer.from(`${world.provider.clientId}:${clientSecret}`).toString('base64');
  const withSecret = world.provider.requests.filter((request) => {
    const text = JSON.stringify(request);
    return text.includes(clientSecret) || text.includes(encoded);
  });
  expect(withSecret.map(({ path }) => path)).toEqual(Array(4).fill('/token'));
});
