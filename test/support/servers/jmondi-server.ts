import { randomBytes, randomUUID } from 'node:crypto';
import {
  AuthorizationServer,
  type OAuthAuthCode,
  type OAuthAuthCodeRepository,
  type OAuthClient,
  type OAuthClientRepository,
  type OAuthToken,
  type OAuthTokenRepository,
  type OAuthUser,
} from '@jmondi/oauth2-server';
import { handleExpressError, handleExpressResponse, requestFromExpress } from '@jmondi/oauth2-server/express';
import express from 'express';
import { choose, ConsentPage, denialUrl } from './consent-page.js';
import { startExpress } from './express-server.js';
import type { RealServer } from './real-server.js';

const ALICE: OAuthUser = { id: 'alice' };
const HOUR_MS = 3_600_000;

/** Starts `@jmondi/oauth2-server` as its documentation says, with repositories in memory. Refresh tokens are JWTs and work once. */
export async function startJmondiServer(): Promise<RealServer> {
  const { app, url, stop } = await startExpress();
  const store = new Store();
  const scopes = { getAllByIdentifiers: store.scopes, finalize: store.finalScopes };
  const server = new AuthorizationServer(store, store, scopes, randomBytes(32).toString('hex'));
  const users = { getUserByCredentials: () => Promise.resolve(ALICE) };
  server.enableGrantTypes({ grant: 'authorization_code', authCodeRepository: store.codes, userRepository: users });
  const page = new ConsentPage(app);
  app.use(express.urlencoded({ extended: false }), express.json());

  app.get('/authorize', async (request, response) => {
    try {
      const authorization = await server.validateAuthorizationRequest(requestFromExpress(request));
      page.show(response, async (next, isApproved) => {
        if (!isApproved) return next.redirect(denialUrl(authorization.redirectUri ?? '', authorization.state));
        Object.assign(authorization, { user: ALICE, isAuthorizationApproved: true });
        handleExpressResponse(next, await server.completeAuthorizationRequest(authorization));
      });
    } catch (error) {
      handleExpressError(error, response);
    }
  });
  for (const [path, respond] of [
    ['/token', 'respondToAccessTokenRequest'],
    ['/revoke', 'revoke'],
  ] as const) {
    app.post(path, async (request, response) => {
      try {
        handleExpressResponse(response, await server[respond](requestFromExpress(request)));
      } catch (error) {
        handleExpressError(error, response);
      }
    });
  }
  app.get('/userinfo', (request, response) => {
    const [, payload = ''] = (request.headers.authorization ?? '').split('.');
    const { jti } = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as { jti?: string };
    const token = store.tokens.find(({ accessToken }) => accessToken === jti);
    if (token && !store.revoked.has(token)) response.json({ sub: token.user?.id });
    else response.status(401).json({ error: 'invalid_token' });
  });

  return {
    authorizationUrl: `${url}/authorize`,
    tokenUrl: `${url}/token`,
    revocationUrl: `${url}/revoke`,
    userinfoUrl: `${url}/userinfo`,
    scope: 'notes',
    registerClient: (redirectUri) => Promise.resolve(store.register(redirectUri)),
    approve: (browser, authorizationUrl) => choose(browser, authorizationUrl, 'Allow'),
    deny: (browser, authorizationUrl) => choose(browser, authorizationUrl, 'Deny'),
    stop,
  };
}

/** The repositories that the framework asks for. */
class Store implements OAuthClientRepository, OAuthTokenRepository {
  readonly tokens: OAuthToken[] = [];
  readonly revoked = new Set<OAuthToken>();
  readonly codes = new Codes();
  private readonly clients = new Map<string, OAuthClient>();

  register(redirectUri: string): { clientId: string; clientSecret: string } {
    // This server does not form-decode HTTP Basic, so these characters differ from their encoded form. It splits the pair at every colon.
    const [id, secret] = [randomUUID(), `${randomBytes(18).toString('base64url')} +/%&=`];
    const allowedGrants: OAuthClient['allowedGrants'] = ['authorization_code', 'refresh_token'];
    this.clients.set(id, {
      id,
      name: id,
      secret,
      redirectUris: [redirectUri],
      allowedGrants,
      scopes: [{ name: 'notes' }],
    });
    return { clientId: id, clientSecret: secret };
  }

  scopes = (names: string[]) => Promise.resolve(names.filter((name) => name === 'notes').map((name) => ({ name })));

  finalScopes = <T>(scopes: T) => Promise.resolve(scopes);

  getByIdentifier = async (id: string): Promise<OAuthClient> => this.clients.get(id) as OAuthClient;

  isClientValid = async (_grant: string, { secret }: OAuthClient, given?: string): Promise<boolean> => secret === given;

  async issueToken(client: OAuthClient, scopes: OAuthToken['scopes'], user?: OAuthUser | null): Promise<OAuthToken> {
    return {
      accessToken: randomUUID(),
      accessTokenExpiresAt: new Date(Date.now() + HOUR_MS),
      client,
      user: user ?? null,
      scopes,
    };
  }

  async issueRefreshToken(token: OAuthToken): Promise<OAuthToken> {
    token.refreshToken = randomUUID();
    token.refreshTokenExpiresAt = new Date(Date.now() + 24 * HOUR_MS);
    return token;
  }

  async persist(token: OAuthToken): Promise<void> {
    if (!this.tokens.includes(token)) this.tokens.push(token);
  }

  async revoke(token: OAuthToken): Promise<void> {
    this.revoked.add(token);
  }

  async isRefreshTokenRevoked(token: OAuthToken): Promise<boolean> {
    return this.revoked.has(token);
  }

  getByRefreshToken = async (id: string): Promise<OAuthToken> => this.find((token) => token.refreshToken === id);

  getByAccessToken = async (id: string): Promise<OAuthToken> => this.find((token) => token.accessToken === id);

  private find(matches: (token: OAuthToken) => boolean): OAuthToken {
    const found = this.tokens.find(matches);
    if (!found) throw new Error('no such token');
    return found;
  }
}

class Codes implements OAuthAuthCodeRepository {
  private readonly codes = new Map<string, OAuthAuthCode>();
  private readonly revoked = new Set<string>();

  getByIdentifier = async (code: string): Promise<OAuthAuthCode> => this.codes.get(code) as OAuthAuthCode;

  issueAuthCode(client: OAuthClient, user: OAuthUser | undefined, scopes: OAuthAuthCode['scopes']): OAuthAuthCode {
    return { code: randomUUID(), expiresAt: new Date(), client, user: user ?? null, scopes };
  }

  async persist(code: OAuthAuthCode): Promise<void> {
    this.codes.set(code.code, code);
  }

  async isRevoked(code: string): Promise<boolean> {
    return this.revoked.has(code) || !this.codes.has(code);
  }

  async revoke(code: string): Promise<void> {
    this.revoked.add(code);
  }
}
