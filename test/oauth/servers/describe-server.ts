import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../../support/app.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import type { RealServer, RegisteredClient } from '../../support/servers/real-server.js';
import { accessTokenOf, refreshTokenOf, useRefreshToken } from '../../support/stored-tokens.js';
import type { TestGpt } from '../../support/tenant.js';
import { check, type Checked } from '../../provider-checks/check-provider.js';

/** How a server differs from others, as far as users of Countersign see it. */
export interface ServerTraits {
  /** The methods with which clients authenticate at the token endpoint. */
  methods: ('default_post' | 'basic_auth_header')[];
  /** Complaints of the check about a right schema, and about a wrong secret. */
  complaints?: { right?: string[]; wrongSecret?: string[] };
  /** Complaints of the check about a redirect URI that is not registered; none if the server looks at it after its log-in. */
  wrongRedirectUri?: string[];
  /** The diagnosis of a sign-in with a wrong secret. */
  wrongSecretDiagnosis?: string;
  /** Whether clients that are registered without a secret may not send one. */
  refusesSecretsOfPublicClients?: true;
  /** Whether a refresh token that was used before is rejected, whatever the error is called. */
  rejectsReuse?: true;
}

/** Tests a whole connection with a server: sign-in, calls, refreshes, revocation, and what goes wrong with a wrong setting. */
export function describeServer(name: string, start: () => Promise<RealServer>, traits: ServerTraits): void {
  let app: TestApp;
  let server: RealServer;

  beforeAll(async () => {
    [app, server] = await Promise.all([TestApp.start(), start()]);
  });

  afterAll(() => Promise.all([app?.stop(), server?.stop()]));

  interface Connected {
    gpt: TestGpt;
    action: { id: string; auth: { callback_url: string } };
    client: RegisteredClient;
  }

  /** Creates an action whose only operation is the server's userinfo endpoint, and registers its client. */
  async function addAction(
    schema: object = {},
    { redirectUri, isPublic = false }: { redirectUri?: string; isPublic?: boolean } = {},
  ): Promise<Connected> {
    const gpt = await (await app.tenant()).gpt();
    const { origin, pathname } = new URL(server.userinfoUrl);
    const operation = { operationId: 'listNotes', responses: { 200: { description: 'Who the user is' } } };
    const openapi = {
      openapi: '3.1.0',
      info: { title: 'Userinfo', version: '1' },
      servers: [{ url: origin }],
      paths: { [pathname]: { get: operation } },
    };
    const action = await gpt.action(openapi);
    const client = await server.registerClient(redirectUri ?? action.callback_url, isPublic);
    const path = `${gpt.path}/actions/${action.id}/auth`;
    const auth = {
      type: 'oauth',
      client_id: client.clientId,
      client_secret: client.clientSecret,
      authorization_url: server.authorizationUrl,
      token_url: server.tokenUrl,
      revocation_url: server.revocationUrl,
      scope: server.scope,
      token_exchange_method: traits.methods[0],
      ...schema,
    };
    const { status, body } = await gpt.tenant.admin.put(path, auth);
    expect([status, body]).toEqual([200, expect.anything()]);
    return { gpt, action: { id: action.id, auth: body }, client };
  }

  async function connect({ gpt }: Connected): Promise<EndUser> {
    const alice = new EndUser(gpt, 'alice');
    const attempt = await alice.startsSigningIn();
    await server.approve(alice.browser, attempt.authorizationUrl);
    expect(await attempt.view()).toMatchObject({ status: 'connected' });
    return alice;
  }

  async function calls(user: EndUser): Promise<void> {
    const { body } = await user.calls();
    expect(body).toMatchObject({ outcome: 'completed', response: { status: 200, body: { sub: expect.any(String) } } });
  }

  /** Starts a sign-in, and lets the user grant access. */
  async function attempt({ gpt }: Connected): Promise<SignInAttempt> {
    const alice = new EndUser(gpt, 'alice');
    const started = await alice.startsSigningIn();
    await server.approve(alice.browser, started.authorizationUrl);
    return started;
  }

  /** Checks the provider, by the server's clock. */
  function checks({ gpt, action }: Connected): Promise<Checked> {
    app.clock.advance({ seconds: (Date.now() - app.clock.now().getTime()) / 1000 });
    return check(gpt, action);
  }

  describe(`with ${name}`, () => {
    it.each(traits.methods)(
      `${name}: a user signs in, calls, and is refreshed with rotating refresh tokens: %s`,
      async (token_exchange_method) => {
        const alice = await connect(await addAction({ token_exchange_method }));
        await calls(alice);
        const used = new Set<string>();
        for (let round = 0; round < 3; round++) {
          used.add(await refreshTokenOf(app, alice));
          app.clock.advance({ hours: 2 });
          await calls(alice);
        }
        used.add(await refreshTokenOf(app, alice));
        expect(used.size).toBe(4);
        expect((await alice.connection()).last_refreshed_at).not.toBeNull();
      },
    );

    it(`security rule C29: ${name}: concurrent calls at expiry cause one refresh, and the connection stays active`, async () => {
      const alice = await connect(await addAction());
      app.clock.advance({ hours: 2 });
      await Promise.all(Array.from({ length: 20 }, () => calls(alice)));
      app.clock.advance({ hours: 2 });
      await calls(alice);
      expect((await alice.connection()).status).toBe('active');
    });

    if (traits.rejectsReuse) {
      it(`${name}: a refresh token that another client has used leads to a new sign-in`, async () => {
        const connected = await addAction();
        const alice = await connect(connected);
        const stolen = await refreshTokenOf(app, alice);
        const used = await useRefreshToken({ tokenUrl: server.tokenUrl, ...connected.client }, stolen);
        expect(used.status).toBe(200);
        app.clock.advance({ hours: 2 });
        const { body } = await alice.calls();
        expect(body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'expired' } });
        await calls(await connect(connected));
      });
    }

    it(`security rule C39: ${name}: a disconnect revokes both tokens, is confirmed, and the user can sign in again`, async () => {
      const connected = await addAction();
      const alice = await connect(connected);
      const refreshToken = await refreshTokenOf(app, alice);
      const accessToken = await accessTokenOf(app, alice);
      const open = () => fetch(server.userinfoUrl, { headers: { authorization: `Bearer ${accessToken}` } });
      expect((await open()).status).toBe(200);
      expect((await alice.disconnects()).status).toBe(204);
      expect((await open()).status).toBe(401);
      const reused = await useRefreshToken({ tokenUrl: server.tokenUrl, ...connected.client }, refreshToken);
      expect(reused.status).toBeGreaterThanOrEqual(400);
      const { data } = (await alice.gpt.tenant.runtime.get('/v1/connections/revocations')).body;
      expect(data).toMatchObject([{ status: 'done', provider: { confirmed: 1, failed: 0 } }]);
      expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
      await calls(await connect(connected));
    });

    it(`${name}: a user who declines has denied the sign-in`, async () => {
      const { gpt } = await addAction();
      const alice = new EndUser(gpt, 'alice');
      const started = await alice.startsSigningIn();
      await server.deny(alice.browser, started.authorizationUrl);
      expect(await started.view()).toMatchObject({ status: 'denied' });
      expect(await started.trace()).toMatchObject({ diagnosis_code: 'user_denied' });
      expect(await alice.connections()).toEqual([]);
    });

    it(`${name}: a wrong secret fails the sign-in, and the diagnosis says so`, async () => {
      const started = await attempt(await addAction({ client_secret: 'not-the-secret' }));
      expect(await started.view()).toMatchObject({ status: 'failed' });
      const { diagnosis, diagnosis_code } = await started.trace();
      expect([diagnosis_code, diagnosis]).toEqual([
        traits.wrongSecretDiagnosis ?? 'client_refused',
        expect.stringContaining('client_secret'),
      ]);
    });

    it(`security rule C12: ${name}: a code with the wrong verifier is rejected, and the diagnosis names PKCE`, async () => {
      const { gpt } = await addAction();
      const alice = new EndUser(gpt, 'alice');
      const started = await alice.startsSigningIn();
      const forged = new URL(started.authorizationUrl);
      forged.searchParams.set('code_challenge', 'x'.repeat(43));
      await server.approve(alice.browser, forged.href);
      expect(await started.view()).toMatchObject({ status: 'failed' });
      expect((await started.trace()).diagnosis_code).toMatch(/^(?:pkce_verifier_mismatch|code_refused)$/);
    });

    it(`${name}: never redirects to a redirect URI that is not registered, and the trace says what to register`, async () => {
      const { gpt, action } = await addAction({}, { redirectUri: 'https://elsewhere.example.com/callback' });
      const alice = new EndUser(gpt, 'alice');
      const started = await alice.startsSigningIn();
      if (server.open) await server.open(alice.browser, started.authorizationUrl);
      else await alice.browser.get(started.authorizationUrl);
      expect(new URL(alice.browser.location).origin).toBe(new URL(server.authorizationUrl).origin);
      const { status, diagnosis, diagnosis_code } = await started.trace();
      expect([status, diagnosis_code]).toEqual(['pending', 'not_returned']);
      expect(diagnosis).toContain(`register exactly ${action.auth.callback_url}`);
    });

    it(`${name}: the check finds no problems, and verifies the secret`, async () => {
      const answer = await checks(await addAction());
      expect(answer.complaints).toEqual(traits.complaints?.right ?? []);
    });

    it(`${name}: the check reports a wrong secret`, async () => {
      const answer = await checks(await addAction({ client_secret: 'not-the-secret' }));
      expect(answer.complaints).toEqual(traits.complaints?.wrongSecret ?? ['error client_refused client_secret']);
    });

    if (traits.refusesSecretsOfPublicClients) {
      it(`${name}: the check reports a secret that a public client must not send`, async () => {
        const answer = await checks(await addAction({ client_secret: 'not-needed' }, { isPublic: true }));
        expect(answer.complaints).toEqual(['error client_secret_unwanted client_secret']);
      });
    }

    it(`${name}: the check reports a redirect URI that is not registered, if the provider looks at it before its log-in`, async () => {
      const answer = await checks(await addAction({}, { redirectUri: 'https://elsewhere.example.com/callback' }));
      expect(answer.complaints).toEqual(traits.wrongRedirectUri ?? ['error redirect_uri_not_registered callback_url']);
    });
  });
}
