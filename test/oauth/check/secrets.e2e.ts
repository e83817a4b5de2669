import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { OAuthWorld } from '../../support/oauth-world.js';
import type { BehaviourName } from '../../support/behaviours.js';
import { check } from './checked.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const ECHOES: BehaviourName[] = [
  'echo in an error_description',
  'echo as the error',
  'echo in a web page',
  'echo in headers',
  'echo in nested JSON',
  'echo percent-encoded',
  'echo in base64',
];

it.each(ECHOES)('shows and logs no secret with %s', async (way) => {
  const { gpt, action } = await world.notesGpt();
  world.provider.behaves(way);
  const answer = await check(gpt, action);
  expect(world.provider.tokenRequests.length).toBeGreaterThan(0);
  const seen = JSON.stringify([answer, world.app.logLines]);
  const { clientSecret, secrets } = world.provider;
  const spellings = [clientSecret, Buffer.from(clientSecret).toString('base64').slice(0, -4)];
  for (const secret of [...spellings, ...secrets]) expect(seen).not.toContain(secret);
});

it('sends the secret to the token URL alone', async () => {
  const { url, clientSecret } = world.provider;
  const { gpt, action } = await world.notesGpt({ revocation_url: `${url}/revoke`, refresh_url: `${url}/renew` });
  world.provider.requests.length = 0;
  await check(gpt, action);
  const [encoded] = [Buffer.from(`${world.provider.clientId}:${clientSecret}`).toString('base64')];
  const withSecret = world.provider.requests.filter((request) => {
    const text = JSON.stringify(request);
    return text.includes(clientSecret) || text.includes(encoded);
  });
  expect(withSecret.map(({ path }) => path)).toEqual(Array(4).fill('/token'));
});
