import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS } from '../support/upstream.js';
import { check, checkSchema, type Checked } from './checked.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => {
  world.reset();
  world.provider.reset();
});

/** Checks the provider, as the schema says or otherwise. */
function checks(schema: object = {}): Promise<Checked> {
  return checkSchema(world.tenant, world.provider.schema(schema), world.api.url);
}

describe('a provider that is in order', () => {
  it('has nothing to complain of, and says what was seen', async () => {
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

  it('is asked as a sign-in would ask', async () => {
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

  it('is asked four times for a token, with codes that it never gave, and nothing is stored', async () => {
    const { gpt, action } = await world.notesGpt();
    const before = await world.app.database.dump();
    await check(gpt, action);
    const codes = world.provider.tokenRequests.map(({ params }) => params['code'] ?? '');
    expect(new Set(codes).size).toBe(4);
    expect(codes.filter((code) => world.provider.secrets.includes(code))).toEqual([]);
    expect(world.provider.accessTokens.size).toBe(0);
    expect(await world.app.database.dump()).toBe(before);
  });

  it('says so of a public client, which is asked in the two ways that it has, and of an empty scope', async () => {
    const { complaints, codes, tried } = await checks({ client_id: 'public', client_secret: undefined, scope: '' });
    expect([complaints, tried]).toEqual([[], ['body x-www-form-urlencoded accepted', 'body json accepted']]);
    expect(codes).toEqual(expect.arrayContaining(['public_client', 'scope_empty']));
  });

  it('PROVIDERS 3 may answer its errors with status 200', async () => {
    for (const way of ['error with status 200', 'error with status 200 as a form', 'ok: false'] as const) {
      world.provider.behaves(way);
      expect((await checks()).complaints).toEqual([]);
    }
  });
});

describe('the client', () => {
  it('PROVIDERS 10 that has to use Basic is told so, and is in order when it does', async () => {
    world.provider.behaves('Basic alone');
    const answer = await checks();
    expect(answer.complaints).toEqual(['error another_way_works token_exchange_method']);
    expect(answer.finding('another_way_works').change).toContain('Set token_exchange_method to basic_auth_header');
    expect(answer.tried.slice(0, 2)).toEqual([
      'body x-www-form-urlencoded refused',
      'Basic x-www-form-urlencoded accepted',
    ]);
    expect((await checks({ token_exchange_method: 'basic_auth_header' })).complaints).toEqual([]);
  });

  it('PROVIDERS 10 that has to use the body is told so', async () => {
    world.provider.behaves('credentials in the body alone');
    const { change } = (await checks({ token_exchange_method: 'basic_auth_header' })).finding('another_way_works');
    expect(change).toContain('Set token_exchange_method to default_post');
  });

  it('PROVIDERS 11 that has to send JSON is told so, and is in order when it does', async () => {
    world.provider.behaves('JSON requests alone');
    const answer = await checks();
    expect(answer.complaints).toEqual(['error another_way_works authorization_content_type']);
    expect(answer.finding('another_way_works').change).toContain('Set authorization_content_type to application/json');
    expect((await checks({ authorization_content_type: 'application/json' })).complaints).toEqual([]);
  });

  it('that has to use Basic and JSON is told both', async () => {
    world.provider.behaves('Basic alone', 'JSON requests alone');
    expect((await checks()).finding('another_way_works').change).toContain(
      'Set token_exchange_method to basic_auth_header, and authorization_content_type to application/json',
    );
  });

  it('is told when its secret is wrong', async () => {
    const schema = { ...world.provider.schema(), client_secret: 'not-the-secret' };
    const answer = await checkSchema(world.tenant, schema, world.api.url);
    expect(answer.complaints).toEqual(['error client_refused client_secret']);
    expect(answer.finding('client_refused').change).toContain('no way of sending them was accepted');
  });

  it('is told when its id is wrong', async () => {
    const schema = { ...world.provider.schema(), client_id: 'nobody' };
    const { complaints } = await checkSchema(world.tenant, schema, world.api.url);
    expect(complaints).toEqual(['error client_refused client_secret', 'error client_unknown client_id']);
  });
});

describe('the authorization URL', () => {
  it.each([
    ['PROVIDERS 13 PKCE required', 'PKCE required', { pkce: 'off' }, 'error pkce_required pkce'],
    ['PROVIDERS 13 PKCE refused', 'PKCE refused', {}, 'error pkce_refused pkce'],
    ['PROVIDERS 12 a scope that is unknown', 'scopes by comma', {}, 'error scope_invalid scope'],
    ['PROVIDERS 15 a state that is dropped', 'state dropped', {}, 'error state_missing authorization_url'],
    ['PROVIDERS 15 a state that is changed', 'state changed', {}, 'error state_unknown authorization_url'],
    ['a refusal', 'server_error at the callback', {}, 'warning provider_failing authorization_url'],
    ['neither code nor error', 'neither code nor error', {}, 'error code_missing authorization_url'],
  ] as const)('%s is told of', async (_, way, schema, complaint) => {
    world.provider.behaves(way);
    expect((await checks(schema)).complaints).toContain(complaint);
  });

  it('is told what the provider says, where that is not known', async () => {
    world.provider.behaves('access denied');
    const { message, status } = (await checks()).finding('provider_refused');
    expect([status, message]).toEqual(['error', expect.stringContaining('access_denied (The user said no.)')]);
  });

  it('that is not there is told of', async () => {
    const { complaints } = await checks({ authorization_url: `${world.provider.url}/nowhere` });
    expect(complaints).toEqual(['error metadata_disagrees authorization_url', 'error not_found authorization_url']);
  });
});

describe('the token URL', () => {
  it.each([
    ['PROVIDERS 20 a redirect', 'redirect 302', 'error endpoint_redirects token_url'],
    ['PROVIDERS 20 a redirect of the POST', 'redirect 307', 'error endpoint_redirects token_url'],
    ['PROVIDERS 20 a web page', 'log-in page', 'error answer_is_web_page token_url'],
    ['a server that is out of order', 'out of order', 'warning provider_failing token_url'],
  ] as const)('%s is told of', async (_, way, complaint) => {
    world.provider.behaves(way);
    const answer = await checks();
    expect(answer.complaints).toEqual([complaint]);
    expect(answer.status).toBe(complaint.split(' ')[0]);
  });

  it.each(['redirect 307', 'out of order'] as const)(
    'gets the secret once only where it answers with %s',
    async (way) => {
      world.provider.behaves(way);
      await checks();
      expect(world.provider.tokenRequests).toHaveLength(1);
    },
  );

  it('that is not there is told of', async () => {
    const { complaints } = await checks({ token_url: `${world.provider.url}/nowhere` });
    expect(complaints).toEqual(['error endpoint_not_found token_url']);
  });

  it('that has changed places with the authorization URL is told of', async () => {
    const { authorization_url, token_url } = world.provider.schema() as Record<string, string>;
    const answer = await checks({ authorization_url: token_url, token_url: authorization_url });
    expect(answer.complaints).toEqual(
      expect.arrayContaining(['error looks_like_token_url authorization_url', 'error urls_swapped authorization_url']),
    );
    expect(answer.status).toBe('error');
  });

  it('that grants tokens for any code is told of, and the token is shown to nobody', async () => {
    world.provider.behaves({ tokenAnswer: { body: '{"access_token":"canary-token-4711","token_type":"bearer"}' } });
    const answer = await checks();
    expect(answer.complaints).toEqual(['error grants_without_code token_url']);
    expect(JSON.stringify([answer, world.app.logLines])).not.toContain('canary-token');
    expect(world.provider.tokenRequests).toHaveLength(1);
  });

  it('that refuses without a word cannot be judged', async () => {
    world.provider.behaves({ tokenAnswer: { status: 400, body: '' } });
    expect((await checks()).complaints).toEqual(['warning refused_without_reason token_url']);
  });

  it('whose clock is wrong is told of', async () => {
    world.provider.behaves({ clockAheadSeconds: -600 });
    expect((await checks()).complaints).toEqual(['warning clock_differs token_url']);
  });
});

describe('the other endpoints', () => {
  it('get a made-up token and no secret', async () => {
    world.provider.behaves('a refresh URL of its own');
    const { url } = world.provider;
    const answer = await checks({ revocation_url: `${url}/revoke`, refresh_url: `${url}/renew` });
    expect(answer.complaints).toEqual([]);
    const asked = [...world.provider.revocationRequests, ...world.provider.grants('refresh_token')];
    expect(asked).toHaveLength(2);
    expect(JSON.stringify(asked)).not.toContain(world.provider.clientSecret);
  });

  it('are told of where nobody is there: the one that sign-ins can go on without as a warning', async () => {
    const nowhere = `${world.provider.url}/nowhere`;
    const { complaints } = await checks({ revocation_url: nowhere, refresh_url: nowhere });
    expect(complaints).toEqual([
      'error endpoint_not_found refresh_url',
      'warning endpoint_not_found revocation_url',
      'warning metadata_disagrees revocation_url',
    ]);
  });
});

it('takes a refresh URL that is out of order for a passing thing', async () => {
  world.provider.behaves('a refresh URL of its own', { refreshAnswer: { status: 503, body: '' } });
  const { complaints } = await checks({ refresh_url: `${world.provider.url}/renew` });
  expect(complaints).toEqual(['warning provider_failing refresh_url']);
});

describe('the issuer', () => {
  const withIssuer = () => checks({ issuer: world.provider.url });

  it('is in order where its metadata agrees', async () => {
    const { complaints, codes } = await withIssuer();
    expect([complaints, codes.includes('metadata_agrees')]).toEqual([[], true]);
  });

  it('is told of where its metadata says otherwise by now', async () => {
    const { gpt, action } = await world.notesGpt({ issuer: world.provider.url });
    world.provider.behaves({
      metadata: { token_endpoint: `${world.provider.url}/tokens`, scopes_supported: ['notes:read'] },
    });
    const answer = await check(gpt, action);
    expect(answer.complaints).toEqual(['error metadata_disagrees token_url', 'warning scope_not_listed scope']);
    expect(answer.finding('metadata_disagrees').change).toBe(`Set token_url to ${world.provider.url}/tokens.`);
  });

  it('is told of where it has begun to name itself in its answers', async () => {
    const { gpt, action } = await world.notesGpt({ issuer: world.provider.url });
    world.provider.behaves('iss advertised');
    expect((await check(gpt, action)).complaints).toEqual(['warning metadata_changed issuer']);
  });

  it('is told of where its metadata cannot be read any more', async () => {
    const { gpt, action } = await world.notesGpt({ issuer: world.provider.url });
    world.provider.behaves({ metadata: { issuer: 'https://another.example.com' } });
    expect((await check(gpt, action)).complaints).toEqual(['warning metadata_unreadable issuer']);
  });

  it('is in order where it has no metadata and never had', async () => {
    world.api.answers(() => ({ status: 404 }));
    const { complaints, codes } = await checks({ issuer: world.api.url });
    expect([complaints, codes.includes('no_metadata')]).toEqual([[], true]);
  });

  it('is suggested where there is none', async () => {
    const { status, change } = (await checks()).finding('issuer_found');
    expect([status, change]).toEqual(['ok', `Set issuer to ${world.provider.url}.`]);
  });
});

it('warns of PKCE that is off', async () => {
  expect((await checks({ pkce: 'off' })).complaints).toEqual(['warning pkce_off pkce']);
});

it.each([{ type: 'none' }, { type: 'api_key', auth_type: 'bearer', api_key: 'key-4711' }])(
  'has nothing to check of the schema $type',
  async (auth) => {
    const gpt = await world.tenant.gpt();
    const { id } = await gpt.action(world.api.document(NOTES_PATHS), auth);
    const answer = await gpt.tenant.admin.post(`${gpt.path}/actions/${id}/auth/check`);
    expect(problemOf(answer)).toBe('400 invalid_request ');
    expect(answer.body.detail).toContain(auth.type);
  },
);
