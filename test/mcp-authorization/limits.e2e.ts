import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { McpAuthorization } from '../../src/mcp-authorization/index.js';
import { AuthorizationWorld, type AuthorizedGpt } from '../support/mcp-authorization/authorization-world.js';

const QUOTA = 8;

let world: AuthorizationWorld;
let gpt: AuthorizedGpt;

beforeAll(async () => {
  const environment = { RATE_LIMIT_SIGN_IN: String(QUOTA), RATE_LIMIT_FAILED_AUTHENTICATION: String(QUOTA) };
  world = await AuthorizationWorld.start({ environment });
  gpt = await world.gpt();
});

afterAll(() => world.stop());

it('refreshes of one grant are limited, and others are not affected', async () => {
  const [granted, other] = [await gpt.tokens(), await gpt.tokens()];
  const statuses: number[] = [];
  for (let attempt = 0; attempt <= QUOTA; attempt++) statuses.push((await gpt.refresh(granted)).status);
  expect(statuses).toEqual([...Array<number>(QUOTA).fill(200), 429]);
  expect((await gpt.refresh(other)).status).toBe(200);
});

it('wrong codes are limited by network, and right ones are not', async () => {
  const fields = { grant_type: 'authorization_code', client_id: 'x', code_verifier: 'x', code: 'x' };
  const answers = [];
  for (let attempt = 0; attempt <= QUOTA; attempt++) answers.push(await gpt.postForm('token', fields));
  expect(answers.map(({ status }) => status)).toEqual([...Array<number>(QUOTA).fill(400), 429]);
  expect(answers.at(-1)?.body).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) });
  expect((await gpt.tokens()).scope).toBe('mcp');
});

it('a GPT has at most 5000 open authorizations; more are refused by the client’s redirect URI', async () => {
  const full = await world.gpt();
  const attempt = full.attempt(await full.client());
  await attempt.startsAuthorizing();
  const database = world.app.get(Database).tenant(full.gpt.tenant.id);
  const [row] = await database.read((store) => store.find(McpAuthorization, { id: attempt.id }));
  if (!row) throw new Error('the authorization was not stored');
  const copies = Array.from({ length: 4999 }, (_, index) => ({ ...row, id: `az-copy-${index}` }));
  for (let at = 0; at < copies.length; at += 500)
    await database.write((store) => store.insert(McpAuthorization, copies.slice(at, at + 500)));
  await attempt.browser.get(attempt.authorizationUrl(), { follow: false });
  const { searchParams } = new URL(attempt.browser.redirect ?? '');
  expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['temporarily_unavailable', attempt.state]);
});

it('registrations and authorization requests are limited by network', async () => {
  const statuses: number[] = [];
  for (let attempt = 0; attempt <= QUOTA; attempt++) statuses.push((await gpt.register()).status);
  expect(statuses.at(-1)).toBe(429);
  const pages: number[] = [];
  for (let attempt = 0; attempt <= QUOTA; attempt++) {
    const { status } = await fetch(gpt.attempt('unknown').authorizationUrl(), { redirect: 'manual' });
    pages.push(status);
  }
  expect(pages.at(-1)).toBe(429);
});
