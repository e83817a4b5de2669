import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointRequest } from '../../support/authorization-server.js';
import type { BehaviorName } from '../../support/behaviors.js';
import { successfulLifecycle, runLifecycle } from '../../support/connection-lifecycle.js';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';

const SECRET = 'a:b+%/~é';
const BASIC = { token_exchange_method: 'basic_auth_header', client_secret: SECRET };
const NOT_DECODED: BehaviorName = 'Basic pairs are not decoded';
const DECODED: BehaviorName = 'only Basic authentication';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

/** Returns the pairs that requests authenticated with, as `raw`, `encoded` or the pair itself. */
function pairsOf(requests: readonly EndpointRequest[]): string[] {
  const raw = `${world.provider.clientId}:${SECRET}`;
  return requests.map(({ headers }) => {
    const pair = Buffer.from(headers['authorization']?.replace('Basic ', '') ?? '', 'base64').toString('utf8');
    if (pair === raw) return 'raw';
    return pair === `${world.provider.clientId}:a%3Ab%2B%25%2F%7E%C3%A9` ? 'encoded' : pair;
  });
}

/** Lets the access token expire, calls, and returns the pairs of the token requests that the call caused. */
async function pairsOfRefresh(user: EndUser): Promise<string[]> {
  const before = world.provider.tokenRequests.length;
  world.provider.expireAccessTokens();
  world.app.clock.advance({ hours: 2 });
  expect((await user.calls()).body.outcome).toBe('completed');
  return pairsOf(world.provider.tokenRequests.slice(before));
}

describe('a client secret that form-encoding changes', () => {
  it('reaches a server that decodes the Basic pair with the first request', async () => {
    world.provider.simulate(DECODED);
    expect(await runLifecycle(world, BASIC)).toEqual(successfulLifecycle());
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['encoded', 'encoded']);
  });

  it('is sent again without encoding, with the same code, to a server that does not decode the pair', async () => {
    world.provider.simulate(NOT_DECODED);
    expect(await runLifecycle(world, BASIC)).toEqual(successfulLifecycle());
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['encoded', 'raw', 'raw']);
    const [first, second] = world.provider.tokenRequests;
    expect(second?.params).toEqual(first?.params);
  });

  it('is remembered for the action: other users, refreshes, revocations and the check begin with the raw pair', async () => {
    world.provider.simulate(NOT_DECODED);
    const schema = { ...BASIC, revocation_url: `${world.provider.url}/revoke` };
    const { gpt, action } = await world.notesGpt(schema);
    await new EndUser(gpt, 'alice').signsIn();
    const bob = new EndUser(gpt, 'bob');
    world.provider.tokenRequests.length = 0;
    await bob.signsIn();
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['raw']);
    expect(await pairsOfRefresh(bob)).toEqual(['raw']);
    world.provider.tokenRequests.length = 0;
    const check = await gpt.tenant.admin.post(`${gpt.path}/actions/${action.id}/auth/check`);
    expect(check.body.findings).toContainEqual(expect.objectContaining({ code: 'client_accepted', status: 'ok' }));
    expect(pairsOf(world.provider.tokenRequests)[0]).toBe('raw');
    world.provider.revocationRequests.length = 0;
    await bob.disconnects();
    const requests = await eventually(
      () => world.provider.revocationRequests,
      ({ length }) => length === 2,
    );
    expect(pairsOf(requests)).toEqual(['raw', 'raw']);
  });

  it('is not shown as a setting, and is learned again after the schema was saved', async () => {
    world.provider.simulate(NOT_DECODED);
    const { gpt, action } = await world.notesGpt(BASIC);
    const alice = new EndUser(gpt, 'alice');
    const path = `${gpt.path}/actions/${action.id}/auth`;
    const { body: before } = await gpt.tenant.admin.get(path);
    await alice.signsIn();
    expect((await gpt.tenant.admin.get(path)).body).toEqual(before);
    await gpt.tenant.admin.put(path, world.provider.schema({ ...BASIC, client_secret: '[HIDDEN]' }));
    expect(await pairsOfRefresh(alice)).toEqual(['encoded', 'raw']);
    expect(await pairsOfRefresh(alice)).toEqual(['raw']);
  });

  it('is encoded again if the server starts to decode it', async () => {
    world.provider.simulate(NOT_DECODED);
    const alice = await world.connectedUser('alice', BASIC);
    world.provider.simulate(DECODED);
    expect(await pairsOfRefresh(alice)).toEqual(['raw', 'encoded']);
    expect(await pairsOfRefresh(alice)).toEqual(['encoded']);
  });

  it('is not sent again after invalid_grant', async () => {
    world.provider.simulate(DECODED, { tokenResponse: { status: 400, body: '{"error":"invalid_grant"}' } });
    const alice = await world.user('alice', BASIC);
    const signIn = await alice.signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'invalid_grant' } });
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['encoded']);
  });

  it('fails with invalid_client and its diagnosis if the server accepts neither pair', async () => {
    world.provider.simulate(NOT_DECODED);
    const { gpt } = await world.notesGpt(BASIC);
    world.provider.schema({ client_secret: 'another' });
    const signIn = await new EndUser(gpt, 'alice').signsIn();
    expect(await signIn.view()).toMatchObject({ status: 'failed', error: { code: 'invalid_client' } });
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['encoded', 'raw']);
    expect((await signIn.trace()).diagnosis_code).toBe('client_refused');
  });

  it('shows both requests in the trace, and no diagnosis if the second succeeds', async () => {
    world.provider.simulate(NOT_DECODED);
    const alice = await world.user('alice', BASIC);
    const { diagnosis, steps } = await (await alice.signsIn()).trace();
    const requests = steps.filter(({ name }: { name: string }) => name === 'token_request');
    expect(requests.map(({ decision }: { decision: string }) => decision)).toEqual([
      expect.stringContaining('the request is repeated with the other form'),
      'tokens were granted',
    ]);
    expect(diagnosis).toBeNull();
    expect(JSON.stringify(steps)).not.toContain(SECRET);
  });

  it('is sent without encoding from the start with basic_auth_header_raw, and only so', async () => {
    const schema = { ...BASIC, token_exchange_method: 'basic_auth_header_raw' };
    world.provider.simulate(NOT_DECODED);
    expect(await runLifecycle(world, schema)).toEqual(successfulLifecycle());
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['raw', 'raw']);
    world.reset();
    world.provider.simulate(DECODED);
    expect((await runLifecycle(world, schema))[0]).toBe('failed');
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['raw']);
  });
});

describe('the check of a provider that does not decode the Basic pair', () => {
  it('accepts the client without a sign-in before, and stores nothing', async () => {
    world.provider.simulate(NOT_DECODED);
    const { gpt, action } = await world.notesGpt(BASIC);
    const check = await gpt.tenant.admin.post(`${gpt.path}/actions/${action.id}/auth/check`);
    expect(check.body.findings).toContainEqual(expect.objectContaining({ code: 'client_accepted', status: 'ok' }));
    world.provider.tokenRequests.length = 0;
    await new EndUser(gpt, 'alice').signsIn();
    expect(pairsOf(world.provider.tokenRequests)).toEqual(['encoded', 'raw']);
  });
});

describe('a client with an empty secret', () => {
  it('authenticates with HTTP Basic', async () => {
    world.provider.simulate(DECODED);
    expect(await runLifecycle(world, { ...BASIC, client_secret: '' })).toEqual(successfulLifecycle());
    expect(pairsOf(world.provider.tokenRequests)).toEqual([
      `${world.provider.clientId}:`,
      `${world.provider.clientId}:`,
    ]);
  });
});
