import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccessTokens, type VerifiedToken } from '../../src/mcp/principals/access-tokens.js';
import { McpWorld } from '../support/mcp-world.js';

let world: McpWorld;
/** What the verifier says, and what it was asked. */
let verified: VerifiedToken | undefined;
let asked: string[];

beforeAll(async () => {
  world = await McpWorld.start();
  world.app.get(AccessTokens).register('jwt', {
    verify: async (token) => {
      asked.push(token);
      return verified;
    },
  });
});

beforeEach(async () => {
  await world.reset();
  asked = [];
  await world.app.operator.patch(`/v1/tenants/${world.tenant.id}`, {
    user_verification: 'redirect',
    user_verification_url: 'https://chat.acme.example/verify',
  });
  await world.set({ authorization: 'jwt', issuer: 'https://login.acme.example' });
  verified = tokenOf(world.tenant.id);
});

afterAll(() => world.stop());

function tokenOf(tenantId: string): VerifiedToken {
  const caller = { role: 'runtime', keyId: 'jwt', tenantId, requestId: 'x', address: '127.0.0.1' } as const;
  return { principal: { kind: 'jwt', id: 'issuer alice', caller, user: 'alice' }, scopes: ['mcp'] };
}

const list = (bearer = 'a.b.c') => world.ask('tools/list', {}, { bearer });

describe('an access token', () => {
  it('is verified in its mode', async () => {
    expect((await list()).status).toBe(200);
    expect(asked).toEqual(['a.b.c']);
  });

  it('that is not valid is challenged for', async () => {
    verified = undefined;
    const { status, headers } = await list();
    expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
  });

  it('is not verified in another mode', async () => {
    await world.set({ authorization: 'keys' });
    expect((await list()).status).toBe(401);
    expect(asked).toEqual([]);
  });

  it('does not replace runtime keys and user tokens, which work in every mode', async () => {
    expect((await list(world.tenant.runtime.key)).status).toBe(200);
    expect((await list((await world.token()).token)).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it('needs the required scope, which keys and user tokens do not', async () => {
    await world.set({ authorization: 'jwt', issuer: 'https://login.acme.example', required_scope: 'assistant' });
    const { status, headers } = await list();
    const challenge = expect.stringMatching(/scope="assistant", error="insufficient_scope"$/);
    expect([status, headers.get('www-authenticate')]).toEqual([403, challenge]);
    expect((await list((await world.token()).token)).status).toBe(200);
    verified = { ...tokenOf(world.tenant.id), scopes: ['mcp', 'assistant'] };
    expect((await list()).status).toBe(200);
  });

  it('of another tenant finds no GPT', async () => {
    verified = tokenOf((await world.app.tenant('Other')).id);
    expect((await list()).status).toBe(404);
  });

  it('of a GPT that is not enabled finds no GPT', async () => {
    await world.set({ enabled: false, authorization: 'jwt', issuer: 'https://login.acme.example' });
    expect((await list()).status).toBe(404);
  });
});
