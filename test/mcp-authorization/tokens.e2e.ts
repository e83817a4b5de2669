import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Authorizations } from '../../src/mcp-authorization/store/authorizations.js';
import {
  AuthorizationWorld,
  REDIRECT_URI,
  type AuthorizedGpt,
} from '../support/mcp-authorization/authorization-world.js';

let world: AuthorizationWorld;
let gpt: AuthorizedGpt;

beforeAll(async () => {
  world = await AuthorizationWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  gpt = await world.gpt();
});

const rowsOf = async (table: string) => {
  const rows = (await world.app.database.tables())[table] ?? [];
  return rows.filter(({ tenant_id }) => tenant_id === gpt.gpt.tenant.id);
};

describe('a code', () => {
  it('gives tokens for the user, the GPT and the scope', async () => {
    const attempt = await gpt.attempt(await gpt.client()).authorizes('alice');
    expect(attempt.response).toEqual({ code: expect.any(String), state: attempt.state, iss: gpt.url });
    const { status, body, headers } = await attempt.redeems();
    expect(status).toBe(200);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(body).toEqual({
      access_token: expect.stringMatching(/^cs_at_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.any(String),
      scope: 'mcp',
    });
    expect(await gpt.verify(body.access_token)).toEqual({
      principal: {
        kind: 'grant',
        id: attempt.id,
        user: 'alice',
        caller: {
          role: 'runtime',
          keyId: attempt.id,
          tenantId: gpt.gpt.tenant.id,
          gptIds: [gpt.gpt.id],
          requestId: 'request-1',
          address: '127.0.0.1',
        },
      },
      scopes: ['mcp'],
    });
    expect(await gpt.events()).toEqual(['granted', 'approved', 'verified']);
  });

  it.each([
    ['a wrong verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
    ['a verifier that is too short', { code_verifier: 'x' }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_request'],
    ['another client', { client_id: 'another' }, 'invalid_grant'],
    ['no client', { client_id: '' }, 'invalid_request'],
    ['another redirect URI', { redirect_uri: `${REDIRECT_URI}2` }, 'invalid_grant'],
    ['another code', { code: 'x'.repeat(43) }, 'invalid_grant'],
    ['no code', { code: '' }, 'invalid_request'],
    ['a foreign resource', { resource: 'https://other.example/mcp' }, 'invalid_target'],
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['no grant type', { grant_type: '' }, 'invalid_request'],
  ])('gives nothing with %s', async (_, changes, error) => {
    const attempt = await gpt.attempt(await gpt.client()).authorizes();
    const answer = await attempt.redeems(changes);
    expect([answer.status, answer.body]).toEqual([400, { error, error_description: expect.any(String) }]);
    expect(await rowsOf('mcp_access_tokens')).toEqual([]);
  });

  it('is redeemed without a redirect URI, and with the resource in every accepted form', async () => {
    const accepted: Record<string, string>[] = [
      { redirect_uri: '' },
      { resource: gpt.url },
      { resource: `${gpt.url}/` },
      { resource: world.app.url },
    ];
    for (const changes of accepted) {
      const attempt = await gpt.attempt(await gpt.client()).authorizes();
      expect((await attempt.redeems(changes)).status).toBe(200);
    }
  });

  it('ends what it gave when it comes again', async () => {
    const granted = await gpt.tokens();
    expect((await granted.attempt.redeems()).body).toMatchObject({ error: 'invalid_grant' });
    expect(await gpt.verify(granted.access_token)).toBeUndefined();
    expect((await gpt.refresh(granted)).body).toMatchObject({ error: 'invalid_grant' });
    expect(await rowsOf('mcp_access_tokens')).toEqual([]);
    expect((await gpt.events())[0]).toBe('revoked');
  });

  it('ends what it gave when it is replayed with anything wrong, and after weeks', async () => {
    const granted = await gpt.tokens();
    world.app.clock.advance({ hours: 24 * 20 });
    await sweep();
    const refreshed = (await gpt.refresh(granted)).body;
    await granted.attempt.redeems({ client_id: 'another', code_verifier: 'wrong' });
    expect(await gpt.verify(refreshed.access_token)).toBeUndefined();
  });

  it('gives at most one grant when it comes twice at the same time, and that one ends', async () => {
    const attempt = await gpt.attempt(await gpt.client()).authorizes();
    const answers = await Promise.all([attempt.redeems(), attempt.redeems()]);
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThanOrEqual(1);
    for (const { body } of given) expect(await gpt.verify(body.access_token)).toBeUndefined();
  });

  it('expires after a minute', async () => {
    const attempt = await gpt.attempt(await gpt.client()).authorizes();
    world.app.clock.advance({ seconds: 61 });
    expect((await attempt.redeems()).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('of one GPT gives nothing at another', async () => {
    const attempt = await gpt.attempt(await gpt.client()).authorizes();
    const other = await world.gpt();
    const fields = {
      grant_type: 'authorization_code',
      client_id: attempt.clientId,
      code: attempt.response['code'] ?? '',
    };
    const answer = await other.postForm('token', { ...fields, code_verifier: attempt.verifier });
    expect(answer.body).toMatchObject({ error: 'invalid_grant' });
    expect((await attempt.redeems()).status).toBe(200);
  });

  it('gives nothing after the mode was changed', async () => {
    const attempt = await gpt.attempt(await gpt.client()).authorizes();
    await gpt.change({ authorizationVersion: 2 });
    expect((await attempt.redeems()).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('is not accepted as JSON, nor with a repeated parameter', async () => {
    const attempt = await gpt.attempt(await gpt.client()).authorizes();
    const json = await world.app.anonymous.post(`${gpt.path}/token`, { grant_type: 'authorization_code' });
    expect(json.body).toMatchObject({ error: 'invalid_request' });
    const code = attempt.response['code'] ?? '';
    const repeated = await gpt.postForm('token', [
      ['grant_type', 'authorization_code'],
      ['code', code],
      ['code', code],
    ]);
    expect(repeated.body).toMatchObject({
      error: 'invalid_request',
      error_description: 'the parameter code occurs more than once',
    });
  });
});

describe('a refresh token', () => {
  it('rotates', async () => {
    const granted = await gpt.tokens();
    const first = await gpt.refresh(granted);
    expect(first.status).toBe(200);
    expect(first.body.refresh_token).not.toBe(granted.refresh_token);
    const second = await gpt.refresh({ ...granted, ...first.body });
    expect(second.status).toBe(200);
    for (const { access_token } of [granted, first.body, second.body])
      expect(await gpt.verify(access_token)).toMatchObject({ principal: { user: 'alice' } });
  });

  it('stays good for 30 seconds after it was replaced, for clients that did not get the response', async () => {
    const granted = await gpt.tokens();
    await gpt.refresh(granted);
    world.app.clock.advance({ seconds: 25 });
    const again = await gpt.refresh(granted);
    expect(again.status).toBe(200);
    // The client goes on with what it got.
    world.app.clock.advance({ minutes: 20 });
    expect((await gpt.refresh({ ...granted, ...again.body })).status).toBe(200);
  });

  it('gives tokens that work to all of several concurrent refreshes', async () => {
    const granted = await gpt.tokens();
    const answers = await Promise.all(Array.from({ length: 5 }, () => gpt.refresh(granted)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    world.app.clock.advance({ minutes: 10 });
    for (const { body } of answers) expect(await gpt.verify(body.access_token)).toBeDefined();
    expect((await gpt.refresh({ ...granted, ...answers[3]?.body })).status).toBe(200);
  });

  it('that was replaced more than 30 seconds ago ends the family and its access tokens', async () => {
    const granted = await gpt.tokens();
    const next = (await gpt.refresh(granted)).body;
    world.app.clock.advance({ seconds: 31 });
    expect((await gpt.refresh(granted)).body).toMatchObject({ error: 'invalid_grant' });
    expect(await gpt.verify(next.access_token)).toBeUndefined();
    expect((await gpt.refresh({ ...granted, ...next })).body).toMatchObject({ error: 'invalid_grant' });
    expect((await gpt.events())[0]).toBe('revoked');
  });

  it('of two generations ago ends the family at once', async () => {
    const granted = await gpt.tokens();
    const next = { ...granted, ...(await gpt.refresh(granted)).body };
    const last = { ...granted, ...(await gpt.refresh(next)).body };
    expect((await gpt.refresh(granted)).status).toBe(400);
    expect(await gpt.verify(last.access_token)).toBeUndefined();
  });

  it.each([
    ['another client', { client_id: 'another' }, 'invalid_grant'],
    ['a foreign resource', { resource: 'https://other.example' }, 'invalid_target'],
    ['a scope that was not granted', { scope: 'admin' }, 'invalid_scope'],
    ['an altered token', { refresh_token: 'A'.repeat(80) }, 'invalid_grant'],
    ['an access token', { refresh_token: `cs_at_${'x'.repeat(43)}` }, 'invalid_grant'],
  ])('is not accepted with %s, and stays good', async (_, changes, error) => {
    const granted = await gpt.tokens();
    expect((await gpt.refresh(granted, changes)).body).toMatchObject({ error });
    expect((await gpt.refresh(granted)).status).toBe(200);
  });

  it('of one GPT is not accepted at another', async () => {
    const granted = await gpt.tokens();
    expect((await (await world.gpt()).refresh(granted)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await gpt.refresh(granted)).status).toBe(200);
  });

  it('expires after 90 days without a refresh', async () => {
    const granted = await gpt.tokens();
    world.app.clock.advance({ hours: 24 * 91 });
    expect((await gpt.refresh(granted)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('is not accepted any more when client_hosts excludes the host of its client', async () => {
    const granted = await gpt.tokens();
    await gpt.change({ clientHosts: ['claude.ai'] });
    expect((await gpt.refresh(granted)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('works at another replica', async () => {
    const granted = await gpt.tokens();
    const replica = await world.app.replica();
    try {
      const fields = {
        grant_type: 'refresh_token',
        client_id: granted.client_id,
        refresh_token: granted.refresh_token,
      };
      const response = await fetch(`${replica.url}${gpt.path}/token`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      expect(response.status).toBe(200);
      const { access_token } = (await response.json()) as { access_token: string };
      expect(await gpt.verify(access_token)).toBeDefined();
      await gpt.postForm('revoke', { token: access_token, client_id: granted.client_id });
      expect(await gpt.verify(access_token, replica)).toBeUndefined();
    } finally {
      await replica.stop();
    }
  });
});

describe('an access token', () => {
  it('expires after 15 minutes', async () => {
    const { access_token } = await gpt.tokens();
    world.app.clock.advance({ seconds: 899 });
    expect(await gpt.verify(access_token)).toBeDefined();
    world.app.clock.advance({ seconds: 2 });
    expect(await gpt.verify(access_token)).toBeUndefined();
  });

  it('is not valid for another GPT, in another mode, or after a change of the mode and back', async () => {
    const { access_token } = await gpt.tokens();
    expect(await (await world.gpt()).verify(access_token)).toBeUndefined();
    await gpt.change({ authorization: 'keys', authorizationVersion: 1 });
    expect(await gpt.verify(access_token)).toBeUndefined();
    await gpt.change({ authorization: 'builtin', authorizationVersion: 2 });
    expect(await gpt.verify(access_token)).toBeUndefined();
  });

  it('is stored only as a digest and never logged, as are the code, the key, the browser token and the cookies', async () => {
    const { access_token, refresh_token, attempt } = await gpt.tokens();
    const dump = await world.app.database.dump();
    const said = world.app.logLines.join('\n');
    const key = new URL(attempt.consentUrl).searchParams.get('key') ?? '';
    const token = new URL(attempt.loginUrl).searchParams.get('browser_token') ?? '';
    const cookies = Object.values(attempt.browser.cookies.of(world.app.url));
    expect(cookies).toHaveLength(2);
    for (const secret of [
      ...cookies,
      access_token,
      access_token.slice('cs_at_'.length),
      refresh_token,
      key,
      token,
      attempt.response['code'] ?? '',
    ])
      expect([dump.includes(secret), said.includes(secret)]).toEqual([false, false]);
  });

  it('has the scopes that were granted', async () => {
    await gpt.change({ requiredScope: 'notes' });
    const all = await gpt.tokens();
    expect([all.scope, (await gpt.verify(all.access_token))?.scopes]).toEqual(['mcp notes', ['mcp', 'notes']]);
    const fewer = await gpt.tokens('alice', { scope: 'mcp offline_access' });
    expect((await gpt.verify(fewer.access_token))?.scopes).toEqual(['mcp']);
    const narrowed = (await gpt.refresh(all, { scope: 'notes' })).body;
    expect([narrowed.scope, (await gpt.verify(narrowed.access_token))?.scopes]).toEqual(['notes', ['notes']]);
  });

  it('ends with its GPT and its tenant', async () => {
    const { access_token } = await gpt.tokens();
    const settings = await gpt.settings();
    expect(await rowsOf('mcp_access_tokens')).toHaveLength(1);
    await gpt.gpt.tenant.admin.delete(gpt.gpt.path);
    expect([await rowsOf('mcp_access_tokens'), await rowsOf('mcp_authorizations')]).toEqual([[], []]);
    expect([settings.enabled, access_token.length]).toEqual([true, 49]);
  });
});

describe('a revocation', () => {
  it('of a refresh token ends the grant', async () => {
    const granted = await gpt.tokens();
    const { refresh_token: token, client_id } = granted;
    expect((await gpt.postForm('revoke', { token, client_id })).status).toBe(200);
    expect(await gpt.verify(granted.access_token)).toBeUndefined();
    expect((await gpt.refresh(granted)).body).toMatchObject({ error: 'invalid_grant' });
    expect((await gpt.events())[0]).toBe('revoked');
    expect((await gpt.postForm('revoke', { token, client_id })).status).toBe(200);
  });

  it('of an access token ends only that one', async () => {
    const granted = await gpt.tokens();
    const { access_token: token, client_id } = granted;
    expect((await gpt.postForm('revoke', { token, client_id, token_type_hint: 'refresh_token' })).status).toBe(200);
    expect(await gpt.verify(token)).toBeUndefined();
    expect((await gpt.refresh(granted)).status).toBe(200);
  });

  it('by another client is refused, and of an unknown token is no error', async () => {
    const granted = await gpt.tokens();
    for (const token of [granted.access_token, granted.refresh_token])
      expect((await gpt.postForm('revoke', { token, client_id: 'another' })).body).toMatchObject({
        error: 'invalid_client',
      });
    expect(await gpt.verify(granted.access_token)).toBeDefined();
    expect((await gpt.postForm('revoke', { token: 'unknown', client_id: 'x' })).status).toBe(200);
    expect((await gpt.postForm('revoke', { token: 'unknown' })).body).toMatchObject({ error: 'invalid_request' });
    const other = await world.gpt();
    await other.postForm('revoke', { token: granted.access_token, client_id: granted.client_id });
    expect(await gpt.verify(granted.access_token)).toBeDefined();
  });
});

async function sweep(): Promise<void> {
  await (world.app.get(Authorizations) as unknown as { sweep(): Promise<void> }).sweep();
}

describe('the sweep', () => {
  it('deletes expired requests, tokens and grants, and nothing else', async () => {
    const granted = await gpt.tokens();
    await gpt.attempt(granted.client_id).startsAuthorizing();
    expect([(await rowsOf('mcp_authorizations')).length, (await rowsOf('mcp_access_tokens')).length]).toEqual([2, 1]);
    world.app.clock.advance({ minutes: 20 });
    await sweep();
    expect([(await rowsOf('mcp_authorizations')).length, (await rowsOf('mcp_access_tokens')).length]).toEqual([1, 0]);
    expect((await gpt.refresh(granted)).status).toBe(200);
    world.app.clock.advance({ hours: 24 * 91 });
    await sweep();
    expect([await rowsOf('mcp_authorizations'), await rowsOf('mcp_access_tokens')]).toEqual([[], []]);
  });
});
