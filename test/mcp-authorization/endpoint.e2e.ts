import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import { McpWorld } from '../support/mcp-world.js';
import { AuthorizedGpt } from '../support/mcp-authorization/authorization-world.js';
import { SigningIssuer } from '../support/mcp-authorization/signing-issuer.js';
import { NOTES_PATHS } from '../support/upstream.js';

const BUILTIN = { authorization: 'builtin', login_url: 'https://chat.acme.example/login?theme=dark' };

let world: McpWorld;

beforeAll(async () => {
  world = await McpWorld.start();
});

beforeEach(async () => {
  await world.reset();
  await world.app.operator.patch(`/v1/tenants/${world.tenant.id}`, {
    user_verification: 'redirect',
    user_verification_url: 'https://chat.acme.example/verify',
  });
});

afterAll(() => world.stop());

const statusOf = async (bearer: string, at?: TestApp) => (await world.ask('tools/list', {}, { bearer, at })).status;

/** Returns what a session id of one token is worth for another. */
async function statusInSessionOf(owner: string, bearer: string): Promise<number> {
  const session = await world.initialize('2025-11-25', {}, { bearer: owner });
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  return (await world.send(ping, { bearer, headers: { 'mcp-session-id': session } })).status;
}

describe('an access token of the built-in authorization server', () => {
  let gpt: AuthorizedGpt;
  const tokenOf = async (user: string) => (await gpt.tokens(user)).access_token;

  beforeEach(async () => {
    await world.set(BUILTIN);
    gpt = new AuthorizedGpt(world.app, world.gpt);
  });

  it('calls tools for the user of its grant, whatever the header says', async () => {
    expect(await world.userOf({ bearer: await tokenOf('alice'), user: 'mallory' })).toBe('alice');
    expect(await world.userOf({ bearer: await tokenOf('李雷') })).toBe('李雷');
  });

  it('is 401 at the endpoint of another GPT of the tenant', async () => {
    const bearer = await tokenOf('alice');
    expect(await statusOf(bearer)).toBe(200);
    world.gpt = await world.tenant.gpt();
    await world.set(BUILTIN);
    expect(await statusOf(bearer)).toBe(401);
  });

  it('ends at every replica as soon as the mode changes, also if it changes back', async () => {
    const replica = await world.app.replica();
    try {
      const bearer = await tokenOf('alice');
      expect([await statusOf(bearer), await statusOf(bearer, replica)]).toEqual([200, 200]);
      await world.set();
      expect([await statusOf(bearer), await statusOf(bearer, replica)]).toEqual([401, 401]);
      await world.set(BUILTIN);
      expect([await statusOf(bearer), await statusOf(bearer, replica)]).toEqual([401, 401]);
    } finally {
      await replica.stop();
    }
  });

  it('has sessions of its own grant: another grant of the same user has others', async () => {
    const granted = await gpt.tokens('alice');
    const refreshed = (await gpt.refresh(granted)).body.access_token;
    const another = await tokenOf('alice');
    expect(await statusInSessionOf(granted.access_token, refreshed)).toBe(200);
    expect(await statusInSessionOf(granted.access_token, another)).toBe(404);
  });

  it('is accepted beside runtime keys and user tokens; admin keys are not', async () => {
    expect(await statusOf(await tokenOf('alice'))).toBe(200);
    expect(await statusOf(world.tenant.runtime.key ?? '')).toBe(200);
    expect(await statusOf((await world.token()).token)).toBe(200);
    expect(await statusOf(world.tenant.admin.key ?? '')).toBe(403);
  });
});

describe('a JWT of the tenant’s identity provider', () => {
  let issuer: SigningIssuer;
  let tokenOf: (sub: string) => Promise<string>;

  beforeEach(async () => {
    issuer = await SigningIssuer.start();
    const key = await issuer.addKey('k1');
    world.gpt = await world.tenant.gpt();
    world.actionId = (await world.gpt.action(world.api.document(NOTES_PATHS))).id;
    const gpt = new AuthorizedGpt(world.app, world.gpt);
    await gpt.isSetUp({ authorization: 'jwt', issuer: issuer.url, jwksUri: issuer.jwksUri });
    const exp = Math.floor(world.app.clock.now().getTime() / 1000) + 300;
    let count = 0;
    tokenOf = (sub) =>
      issuer.sign(key, { alg: 'ES256', kid: 'k1' }, { iss: issuer.url, aud: gpt.url, sub, exp, jti: String(count++) });
  });

  afterEach(() => issuer.stop());

  it('calls tools for its user, whatever the header says', async () => {
    expect(await world.userOf({ bearer: await tokenOf('alice'), user: 'mallory' })).toBe('alice');
  });

  it('has the sessions of its issuer and subject: the next token continues them, and one of another user does not', async () => {
    expect(await statusInSessionOf(await tokenOf('alice'), await tokenOf('alice'))).toBe(200);
    expect(await statusInSessionOf(await tokenOf('alice'), await tokenOf('bob'))).toBe(404);
  });

  it('is accepted beside runtime keys and user tokens; admin keys and tokens of the built-in server are not', async () => {
    expect(await statusOf(await tokenOf('alice'))).toBe(200);
    expect(await statusOf(world.tenant.runtime.key ?? '')).toBe(200);
    expect(await statusOf((await world.token()).token)).toBe(200);
    expect(await statusOf(world.tenant.admin.key ?? '')).toBe(403);
    expect(await statusOf(`cs_at_${'x'.repeat(43)}`)).toBe(401);
  });
});
