import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { allChained } from '../support/all-chained.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS } from '../support/upstream.js';
import { check, checkSchema, type Checked } from './check-provider.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => {
  world.reset();
  world.provider.reset();
});

/** Checks the provider with changes to its schema. */
function checks(schema: object = {}): Promise<Checked> {
  return checkSchema(world.tenant, world.provider.schema(schema), world.api.url);
}

describe('the check of a working provider', () => {
  it('reports no problems, and what was checked', async () => {
    const answer = await checks({ revocation_url: `${world.provider.url}/revoke` });
    expect(answer.complaints).toEqual([]);
    expect(answer.status).toBe('ok');
    expect(answer.codes).toEqual([
      'signs_in_at_once',
      'client_accepted',
      'endpoint_answers',
      'issuer_found',
      'root_domain',
      'callback_url',
    ]);
    expect(answer.tried).toEqual([
      'body x-www-form-urlencoded accepted',
      'Basic x-www-form-urlencoded accepted',
      'body json accepted',
      'Basic json accepted',
    ]);
  });

  it('sends the same requests as a sign-in', async () => {
    const { gpt, action } = await world.notesGpt();
    await check(gpt, action);
    const [asked] = world.provider.authorizationRequests;
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      response_type: 'code',
      client_id: world.provider.clientId,
      redirect_uri: action.auth.callback_url,
      scope: 'notes:read notes:write',
      code_challenge_method: 'S256',
    });
    const { params } = world.provider.tokenRequests[0] ?? {};
    expect(params).toMatchObject({ grant_type: 'authorization_code', redirect_uri: action.auth.callback_url });
    expect(params).toHaveProperty('code_verifier');
  });

  it('sends four token requests and one with a made-up secret, all with random codes, and stores nothing', async () => {
    const { gpt, action } = await world.notesGpt();
    await allChained(world.app);
    const before = await world.app.database.dump();
    await check(gpt, action);
    const codes = world.provider.tokenRequests.map(({ params }) => params['code'] ?? '');
    expect(new Set(codes).size).toBe(5);
    expect(codes.filter((code) => world.provider.secrets.includes(code))).toEqual([]);
    expect(world.provider.accessTokens.size).toBe(0);
    expect(await world.app.database.dump()).toBe(before);
  });

  it('reports a public client, which it tries in two ways, and an empty scope', async () => {
    const { complaints, codes, tried } = await checks({ client_id: 'public', client_secret: undefined, scope: '' });
    expect([complaints, tried]).toEqual([[], ['body x-www-form-urlencoded accepted', 'body json accepted']]);
    expect(codes).toEqual(expect.arrayContaining(['public_client', 'scope_empty']));
  });

  it('provider quirk 3: reads errors with status 200, but cannot verify a secret if every client gets the same', async () => {
    for (const way of ['error with status 200', 'error with status 200 as a form', 'ok: false'] as const) {
      world.provider.simulate(way);
      const answer = await checks();
      expect(answer.complaints).toEqual(['warning client_secret_unverified client_secret']);
      expect(answer.tried.every((tried) => tried.endsWith('accepted'))).toBe(true);
    }
  });
});

describe('the check of the client', () => {
  it('provider quirk 10: reports that Basic authentication is required, until it is configured', async () => {
    world.provider.simulate('only Basic authentication');
    const answer = await checks();
    expect(answer.complaints).toEqual(['error another_way_works token_exchange_method']);
    const { change, label } = answer.finding('another_way_works');
    expect([label, change]).toEqual([
      'Token exchange method',
      expect.stringContaining('Set token_exchange_method to basic_auth_header'),
    ]);
    expect(answer.tried.slice(0, 2)).toEqual([
      'body x-www-form-urlencoded refused',
      'Basic x-www-form-urlencoded accepted',
    ]);
    expect((await checks({ token_exchange_method: 'basic_auth_header' })).complaints).toEqual([]);
  });

  it('provider quirk 10: reports that credentials in the body are required', async () => {
    world.provider.simulate('only credentials in the body');
    const { change } = (await checks({ token_exchange_method: 'basic_auth_header' })).finding('another_way_works');
    expect(change).toContain('Set token_exchange_method to default_post');
  });

  it('provider quirk 11: reports that JSON is required, until it is configured', async () => {
    world.provider.simulate('only JSON requests');
    const answer = await checks();
    expect(answer.complaints).toEqual(['error another_way_works authorization_content_type']);
    expect(answer.finding('another_way_works').change).toContain('Set authorization_content_type to application/json');
    expect((await checks({ authorization_content_type: 'application/json' })).complaints).toEqual([]);
  });

  it('reports that Basic authentication and JSON are required', async () => {
    world.provider.simulate('only Basic authentication', 'only JSON requests');
    expect((await checks()).finding('another_way_works').change).toContain(
      'Set token_exchange_method to basic_auth_header and authorization_content_type to application/json',
    );
  });

  it('reports a wrong client secret', async () => {
    const schema = { ...world.provider.schema(), client_secret: 'not-the-secret' };
    const answer = await checkSchema(world.tenant, schema, world.api.url);
    expect(answer.complaints).toEqual(['error client_refused client_secret']);
    expect(answer.finding('client_refused').change).toContain('rejected with every token_exchange_method');
  });

  it.each([{}, { client_secret: 'not-the-secret' }])(
    'does not accept a secret that the provider never looked at, because it validates the code first: %j',
    async (changes) => {
      world.provider.simulate('code validated before the client');
      const schema = { ...world.provider.schema(), ...changes };
      const answer = await checkSchema(world.tenant, schema, world.api.url);
      expect(answer.complaints).toEqual(['warning client_secret_unverified client_secret']);
      const { message, change, detail } = answer.finding('client_secret_unverified');
      expect(message).toContain('responds to a made-up secret as it does to client_secret (invalid_grant');
      expect(change).toContain('try a sign-in');
      expect(detail).toMatchObject({ control: { secret: 'made_up', verdict: 'accepted', status: 400 } });
    },
  );

  it('sends one made-up secret, by the method that was accepted, and never the right secret in its place', async () => {
    world.provider.simulate('only Basic authentication');
    await checks();
    const last = world.provider.tokenRequests.at(-1);
    const [id, secret] = atob((last?.headers['authorization'] ?? '').slice('Basic '.length)).split(':');
    expect(id).toBe(world.provider.clientId);
    expect(secret).not.toBe(world.provider.clientSecret);
    const right = world.provider.tokenRequests.filter(
      ({ headers, params }) =>
        params['client_secret'] === world.provider.clientSecret ||
        headers['authorization'] === `Basic ${btoa(`${id}:${world.provider.clientSecret}`)}`,
    );
    expect(right).toHaveLength(world.provider.tokenRequests.length - 1);
  });

  it('reports a secret that a public client must not send, and sends no made-up one', async () => {
    world.provider.schema({ client_id: 'public', client_secret: undefined });
    const schema = { ...world.provider.schema(), client_id: 'public', client_secret: 'not-needed' };
    const answer = await checkSchema(world.tenant, schema, world.api.url);
    expect(answer.complaints).toEqual(['error client_secret_unwanted client_secret']);
    expect(answer.finding('client_secret_unwanted').change).toContain('Remove client_secret');
    const { params, headers } = world.provider.tokenRequests.at(-1) ?? {};
    expect([params?.['client_secret'], headers?.['authorization']]).toEqual([undefined, undefined]);
  });

  it('reports a wrong client id', async () => {
    const schema = { ...world.provider.schema(), client_id: 'nobody' };
    const { complaints } = await checkSchema(world.tenant, schema, world.api.url);
    expect(complaints).toEqual(['error client_refused client_secret', 'error client_unknown client_id']);
  });
});

describe('the check of the authorization URL', () => {
  it.each([
    ['provider quirk 13: required PKCE', 'PKCE required', { pkce: 'off' }, 'error pkce_required pkce'],
    ['provider quirk 13: refused PKCE', 'PKCE refused', {}, 'error pkce_refused pkce'],
    ['provider quirk 12: an unknown scope', 'scopes by comma', {}, 'error scope_invalid scope'],
    ['provider quirk 15: a dropped state', 'state dropped', {}, 'error state_missing authorization_url'],
    ['provider quirk 15: a modified state', 'state changed', {}, 'error state_unknown authorization_url'],
    ['a refusal of the provider', 'server_error at the callback', {}, 'warning provider_failing authorization_url'],
    ['a response with neither code nor error', 'neither code nor error', {}, 'error code_missing authorization_url'],
  ] as const)('reports %s', async (_, way, schema, complaint) => {
    world.provider.simulate(way);
    expect((await checks(schema)).complaints).toContain(complaint);
  });

  it("quotes the provider's error if it is unknown", async () => {
    world.provider.simulate('access denied');
    const { message, status } = (await checks()).finding('provider_refused');
    expect([status, message]).toEqual(['error', expect.stringContaining('access_denied (The user said no.)')]);
  });

  it('reports a URL that does not exist', async () => {
    const { complaints } = await checks({ authorization_url: `${world.provider.url}/nowhere` });
    expect(complaints).toEqual(['error metadata_disagrees authorization_url', 'error not_found authorization_url']);
  });
});

describe('the check of the token URL', () => {
  it.each([
    ['provider quirk 20: a redirect', 'redirect 302', 'error endpoint_redirects token_url'],
    ['provider quirk 20: a redirect of the POST', 'redirect 307', 'error endpoint_redirects token_url'],
    ['provider quirk 20: a web page', 'log-in page', 'error answer_is_web_page token_url'],
    ['a failing server', 'service unavailable', 'warning provider_failing token_url'],
  ] as const)('reports %s', async (_, way, complaint) => {
    world.provider.simulate(way);
    const answer = await checks();
    expect(answer.complaints).toEqual([complaint]);
    expect(answer.status).toBe(complaint.split(' ')[0]);
  });

  it.each(['redirect 307', 'service unavailable'] as const)(
    'sends the secret only once if the response is %s',
    async (way) => {
      world.provider.simulate(way);
      await checks();
      expect(world.provider.tokenRequests).toHaveLength(1);
    },
  );

  it('reports a URL that does not exist', async () => {
    const { complaints } = await checks({ token_url: `${world.provider.url}/nowhere` });
    expect(complaints).toEqual(['error endpoint_not_found token_url']);
  });

  it('reports that the URLs are swapped', async () => {
    const { authorization_url, token_url } = world.provider.schema() as Record<string, string>;
    const answer = await checks({ authorization_url: token_url, token_url: authorization_url });
    expect(answer.complaints).toEqual(
      expect.arrayContaining(['error looks_like_token_url authorization_url', 'error urls_swapped authorization_url']),
    );
    expect(answer.status).toBe('error');
  });

  it('reports that tokens are granted for any code, and does not show the token', async () => {
    world.provider.simulate({ tokenResponse: { body: '{"access_token":"canary-token-4711","token_type":"bearer"}' } });
    const answer = await checks();
    expect(answer.complaints).toEqual(['error grants_without_code token_url']);
    expect(JSON.stringify([answer, world.app.logLines])).not.toContain('canary-token');
    expect(world.provider.tokenRequests).toHaveLength(1);
  });

  it('warns if an error gives no reason', async () => {
    world.provider.simulate({ tokenResponse: { status: 400, body: '' } });
    expect((await checks()).complaints).toEqual(['warning refused_without_reason token_url']);
  });

  it('warns about a wrong clock', async () => {
    world.provider.simulate({ clockAheadSeconds: -600 });
    expect((await checks()).complaints).toEqual(['warning clock_differs token_url']);
  });
});

describe('the check of the other endpoints', () => {
  it('sends a random token and no secret', async () => {
    world.provider.simulate('a separate refresh URL');
    const { url } = world.provider;
    const answer = await checks({ revocation_url: `${url}/revoke`, refresh_url: `${url}/renew` });
    expect(answer.complaints).toEqual([]);
    const requests = [...world.provider.revocationRequests, ...world.provider.grants('refresh_token')];
    expect(requests).toHaveLength(2);
    expect(JSON.stringify(requests)).not.toContain(world.provider.clientSecret);
  });

  it('reports missing endpoints, the revocation URL only as a warning', async () => {
    const nowhere = `${world.provider.url}/nowhere`;
    const { complaints } = await checks({ revocation_url: nowhere, refresh_url: nowhere });
    expect(complaints).toEqual([
      'error endpoint_not_found refresh_url',
      'warning endpoint_not_found revocation_url',
      'warning metadata_disagrees revocation_url',
    ]);
  });
});

it('the provider check reports a failing refresh URL as a warning', async () => {
  world.provider.simulate('a separate refresh URL', { refreshResponse: { status: 503, body: '' } });
  const { complaints } = await checks({ refresh_url: `${world.provider.url}/renew` });
  expect(complaints).toEqual(['warning provider_failing refresh_url']);
});

describe('the check of the issuer', () => {
  const withIssuer = () => checks({ issuer: world.provider.url });

  it('accepts metadata that agrees with the schema', async () => {
    const { complaints, codes } = await withIssuer();
    expect([complaints, codes.includes('metadata_agrees')]).toEqual([[], true]);
  });

  it('reports metadata that now differs from the schema', async () => {
    const { gpt, action } = await world.notesGpt({ issuer: world.provider.url });
    world.provider.simulate({
      metadata: { token_endpoint: `${world.provider.url}/tokens`, scopes_supported: ['notes:read'] },
    });
    const answer = await check(gpt, action);
    expect(answer.complaints).toEqual(['error metadata_disagrees token_url', 'warning scope_not_listed scope']);
    expect(answer.finding('metadata_disagrees').change).toBe(`Set token_url to ${world.provider.url}/tokens.`);
  });

  it('warns about demands of the provider that sign-ins do not meet, and says what to turn off', async () => {
    const metadata = {
      require_pushed_authorization_requests: true,
      require_signed_request_object: true,
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    };
    world.provider.simulate({ metadata });
    const answer = await withIssuer();
    expect(answer.complaints).toEqual([
      'warning client_auth_unsupported token_exchange_method',
      'warning par_required null',
      'warning request_object_required null',
    ]);
    expect(answer.finding('par_required').change).toContain('Turn off');
  });

  it('mentions that the provider supports DPoP, which is no problem unless it requires it', async () => {
    world.provider.simulate({ metadata: { dpop_signing_alg_values_supported: ['ES256'] } });
    const answer = await withIssuer();
    expect([answer.complaints, answer.finding('dpop_supported').status]).toEqual([[], 'ok']);
  });

  it('reports metadata that now announces the iss parameter', async () => {
    const { gpt, action } = await world.notesGpt({ issuer: world.provider.url });
    world.provider.simulate('iss advertised');
    expect((await check(gpt, action)).complaints).toEqual(['warning metadata_changed issuer']);
  });

  it('reports metadata that is no longer readable', async () => {
    const { gpt, action } = await world.notesGpt({ issuer: world.provider.url });
    world.provider.simulate({ metadata: { issuer: 'https://another.example.com' } });
    expect((await check(gpt, action)).complaints).toEqual(['warning metadata_unreadable issuer']);
  });

  it('accepts an issuer that never had metadata', async () => {
    world.api.respondWith(() => ({ status: 404 }));
    const { complaints, codes } = await checks({ issuer: world.api.url });
    expect([complaints, codes.includes('no_metadata')]).toEqual([[], true]);
  });

  it('suggests an issuer if the schema has none', async () => {
    const { status, change } = (await checks()).finding('issuer_found');
    expect([status, change]).toEqual(['ok', `Set issuer to ${world.provider.url}.`]);
  });
});

it('the provider check warns if PKCE is off', async () => {
  expect((await checks({ pkce: 'off' })).complaints).toEqual(['warning pkce_off pkce']);
});

it.each([{ type: 'none' }, { type: 'api_key', auth_type: 'bearer', api_key: 'key-4711' }])(
  'the provider check is rejected for an action with the schema $type',
  async (auth) => {
    const gpt = await world.tenant.gpt();
    const { id } = await gpt.action(world.api.document(NOTES_PATHS), auth);
    const answer = await gpt.tenant.admin.post(`${gpt.path}/actions/${id}/auth/check`);
    expect(problemOf(answer)).toBe('400 invalid_request ');
    expect(answer.body.detail).toContain(auth.type);
  },
);
