import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  OAuth2Server,
  type MutableRedirectUri,
  type MutableResponse,
  type StatusCodeMutableResponse,
} from 'oauth2-mock-server';
import { TestApp } from '../../support/app.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { NOTES_PATHS, Upstream } from '../../support/upstream.js';

let app: TestApp;
let api: Upstream;
let server: OAuth2Server;
let alice: EndUser;

/** Requests that the server took, from its events. */
const token: { body: Record<string, string>; answer: MutableResponse }[] = [];
const revoked: unknown[] = [];

beforeAll(async () => {
  server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  [app, api] = await Promise.all([TestApp.start(), Upstream.start(), server.start(0, '127.0.0.1')]);
  server.issuer.url = `http://127.0.0.1:${server.address().port}`;
});

afterAll(() => Promise.all([app.stop(), api.stop(), server.stop()]));

beforeEach(async () => {
  token.length = 0;
  revoked.length = 0;
  server.service.on('beforeResponse', (answer: MutableResponse, { body }: { body: Record<string, string> }) => {
    token.push({ body: { ...body }, answer });
  });
  server.service.on('beforeRevoke', () => void revoked.push('asked'));
  api.requests.length = 0;
  api.answers(() => ({ body: { ok: true } }));
});

afterEach(() => {
  server.service.removeAllListeners();
});

/** Alice, of an action that signs in at this server, whose endpoints come from its metadata. */
async function user(more: object = {}): Promise<EndUser> {
  const gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document(NOTES_PATHS), {
    type: 'oauth',
    issuer: server.issuer.url,
    client_id: 'countersign',
    client_secret: 'any secret',
    scope: 'notes',
    ...more,
  });
  return new EndUser(gpt, 'alice');
}

async function signInOf(more: object = {}): Promise<SignInAttempt> {
  alice = await user(more);
  return alice.signsIn();
}

const failure = async (signIn: SignInAttempt) => {
  const { status, error } = await signIn.view();
  const { diagnosis_code } = await signIn.trace();
  return { status, code: error?.code, diagnosis_code };
};

describe('with oauth2-mock-server, found by its metadata', () => {
  it('a user signs in with PKCE, calls with a JWT, is renewed with a new refresh token each time, and disconnects', async () => {
    const signIn = await signInOf({ pkce: 'required' });
    expect(await signIn.view()).toMatchObject({ status: 'connected', error: null });
    expect(token[0]?.body).toMatchObject({
      grant_type: 'authorization_code',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
    for (let round = 0; round < 3; round++) {
      expect((await alice.calls()).body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
      const { access_token } = token.at(-1)?.answer.body as Record<string, string>;
      expect(access_token).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(api.last.headers['authorization']).toBe(`Bearer ${access_token}`);
      app.clock.advance({ hours: 2 });
    }
    const [exchange, ...refreshes] = token;
    const given = [exchange, ...refreshes].map(
      (each) => (each?.answer.body as Record<string, string>)['refresh_token'],
    );
    expect(refreshes.map(({ body }) => body['refresh_token'])).toEqual(given.slice(0, -1));
    expect((await alice.disconnects()).status).toBe(204);
    expect(revoked).toEqual(['asked', 'asked']);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
  });

  it('C12 a verifier that does not fit the challenge is refused by it', async () => {
    alice = await user();
    const signIn = await alice.startsSigningIn();
    const forged = new URL(signIn.authorizationUrl);
    forged.searchParams.set('code_challenge', 'x'.repeat(43));
    signIn.authorizationUrl = forged.href;
    await signIn.signsInAtTheProvider();
    await signIn.returns();
    expect((await failure(signIn)).status).toBe('failed');
    expect(token).toEqual([]);
  });
});

describe('with oauth2-mock-server, when it misbehaves', () => {
  /** What it makes of every token answer. */
  const answers = (status: number, body: MutableResponse['body']) =>
    server.service.on('beforeResponse', (answer: MutableResponse) =>
      Object.assign(answer, { statusCode: status, body }),
    );

  const redirects = (change: (query: URLSearchParams) => void) =>
    server.service.once('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri) => change(url.searchParams));

  it.each<[string, number, MutableResponse['body'], string, string]>([
    ['a refusal', 401, { error: 'invalid_client' }, 'invalid_client', 'client_refused'],
    ['a refusal with status 200', 200, { error: 'invalid_client' }, 'invalid_client', 'client_refused'],
    ['a failure', 503, { error: 'temporarily_unavailable' }, 'provider_unavailable', 'provider_failing'],
    ['no token', 200, { token_type: 'Bearer' }, 'no_access_token', 'access_token_missing'],
    ['nothing', 200, '', 'unreadable_answer', 'answer_unreadable'],
  ])('PROVIDERS 3 %s fails the sign-in, and is diagnosed', async (_, status, body, code, diagnosis_code) => {
    answers(status, body);
    expect(await failure(await signInOf())).toEqual({ status: 'failed', code, diagnosis_code });
    expect(token).toHaveLength(1);
  });

  it('PROVIDERS 15 a state that is dropped or changed is refused', async () => {
    for (const [change, diagnosis_code] of [
      [(query: URLSearchParams) => query.delete('state'), 'state_missing'],
      [(query: URLSearchParams) => query.set('state', 'another'), 'state_unknown'],
    ] as const) {
      redirects(change);
      expect(await failure(await signInOf())).toMatchObject({ status: 'pending', diagnosis_code });
    }
    expect(token).toEqual([]);
  });

  it('PROVIDERS 22 access_denied is a user who said no', async () => {
    redirects((query) => {
      query.delete('code');
      query.set('error', 'access_denied');
    });
    const outcome = { status: 'denied', code: 'access_denied', diagnosis_code: 'user_denied' };
    expect(await failure(await signInOf())).toEqual(outcome);
  });

  it('C7 an iss of another server is refused', async () => {
    redirects((query) => query.set('iss', 'https://evil.example.com'));
    expect(await failure(await signInOf())).toMatchObject({ status: 'failed', code: 'iss_mismatch' });
    expect(token).toEqual([]);
  });

  it('C31 a failure at a refresh keeps the tokens; C30 a refusal asks the user to sign in', async () => {
    await signInOf();
    app.clock.advance({ hours: 2 });
    answers(503, '');
    expect((await alice.calls()).body).toMatchObject({ code: 'credential_unavailable' });
    expect(await alice.connection()).toMatchObject({ status: 'active' });
    app.clock.advance({ hours: 2 });
    answers(400, { error: 'invalid_grant' });
    expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'expired' } });
  });

  it('C39 a revocation that fails does not keep the user connected', async () => {
    await signInOf();
    server.service.on('beforeRevoke', (answer: StatusCodeMutableResponse) => (answer.statusCode = 503));
    expect((await alice.disconnects()).status).toBe(204);
    expect((await alice.calls()).body.sign_in.reason).toBe('revoked');
  });
});
