import { randomBytes, randomUUID } from 'node:crypto';
import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import type { AuthorizationParams, OAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import type { AuthInfo } from '@modelcontextprotocol/sdk/server/auth/types.js';
import type {
  OAuthClientInformationFull,
  OAuthTokenRevocationRequest,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Response } from 'express';
import { choose, ConsentPage, denialUrl } from './consent-page.js';
import { startExpress } from './express-server.js';
import type { RealServer } from './real-server.js';

const HOUR_SECONDS = 3600;

/** Starts `mcpAuthRouter` of the MCP TypeScript SDK. It requires PKCE and takes secrets in the form only. Refresh tokens work once. */
export async function startMcpSdkServer(): Promise<RealServer> {
  const { app, url, stop } = await startExpress();
  const provider = new Provider(new ConsentPage(app));
  const unlimited = { rateLimit: false } as const;
  app.use(
    mcpAuthRouter({
      provider,
      // The SDK accepts http for localhost and 127.0.0.1 only.
      issuerUrl: new URL(url),
      scopesSupported: ['notes'],
      authorizationOptions: unlimited,
      tokenOptions: unlimited,
      revocationOptions: unlimited,
    }),
  );
  app.get('/userinfo', requireBearerAuth({ verifier: provider }), (request, response) => {
    response.json({ sub: request.auth?.extra?.['sub'] });
  });
  return {
    authorizationUrl: `${url}/authorize`,
    tokenUrl: `${url}/token`,
    revocationUrl: `${url}/revoke`,
    userinfoUrl: `${url}/userinfo`,
    scope: 'notes',
    registerClient: (redirectUri) => Promise.resolve(provider.register(redirectUri)),
    approve: (browser, authorizationUrl) => choose(browser, authorizationUrl, 'Allow'),
    deny: (browser, authorizationUrl) => choose(browser, authorizationUrl, 'Deny'),
    stop,
  };
}

interface Grant {
  clientId: string;
  params: AuthorizationParams;
}

/** The part that an application of the SDK writes: clients, consent, codes and tokens, in memory. */
class Provider implements OAuthServerProvider {
  private readonly clients = new Map<string, OAuthClientInformationFull>();
  private readonly codes = new Map<string, Grant>();
  private readonly accessTokens = new Map<string, Grant>();
  private readonly refreshTokens = new Map<string, Grant>();
  readonly clientsStore = { getClient: (id: string) => this.clients.get(id) };

  constructor(private readonly page: ConsentPage) {}

  register(redirectUri: string): { clientId: string; clientSecret: string } {
    const [client_id, client_secret] = [randomUUID(), randomBytes(24).toString('base64url')];
    this.clients.set(client_id, { client_id, client_secret, redirect_uris: [redirectUri] });
    return { clientId: client_id, clientSecret: client_secret };
  }

  async authorize(
    { client_id: clientId }: OAuthClientInformationFull,
    params: AuthorizationParams,
    response: Response,
  ): Promise<void> {
    this.page.show(response, async (next, isApproved) => {
      if (!isApproved) return next.redirect(denialUrl(params.redirectUri, params.state));
      const [code, url] = [randomUUID(), new URL(params.redirectUri)];
      this.codes.set(code, { clientId, params });
      url.searchParams.set('code', code);
      if (params.state !== undefined) url.searchParams.set('state', params.state);
      next.redirect(url.href);
    });
  }

  async challengeForAuthorizationCode(client: OAuthClientInformationFull, code: string): Promise<string> {
    return grantOf(this.codes, code, client).params.codeChallenge;
  }

  async exchangeAuthorizationCode(
    client: OAuthClientInformationFull,
    code: string,
    _verifier?: string,
    redirectUri?: string,
  ): Promise<OAuthTokens> {
    const grant = grantOf(this.codes, code, client);
    if (grant.params.redirectUri !== redirectUri) throw new InvalidGrantError('redirect_uri does not match');
    this.codes.delete(code);
    return this.issue(grant);
  }

  async exchangeRefreshToken(client: OAuthClientInformationFull, token: string): Promise<OAuthTokens> {
    const grant = grantOf(this.refreshTokens, token, client);
    this.refreshTokens.delete(token);
    return this.issue(grant);
  }

  async verifyAccessToken(token: string): Promise<AuthInfo> {
    const grant = this.accessTokens.get(token);
    if (!grant) throw new InvalidTokenError('unknown token');
    const expiresAt = Math.floor(Date.now() / 1000) + HOUR_SECONDS;
    return { token, clientId: grant.clientId, scopes: grant.params.scopes ?? [], expiresAt, extra: { sub: 'alice' } };
  }

  async revokeToken(_client: OAuthClientInformationFull, { token }: OAuthTokenRevocationRequest): Promise<void> {
    this.accessTokens.delete(token);
    this.refreshTokens.delete(token);
  }

  private issue(grant: Grant): OAuthTokens {
    const [access_token, refresh_token] = [randomUUID(), randomUUID()];
    this.accessTokens.set(access_token, grant);
    this.refreshTokens.set(refresh_token, grant);
    return { access_token, refresh_token, token_type: 'bearer', expires_in: HOUR_SECONDS };
  }
}

function grantOf(grants: Map<string, Grant>, key: string, { client_id }: OAuthClientInformationFull): Grant {
  const grant = grants.get(key);
  if (grant?.clientId !== client_id) throw new InvalidGrantError('unknown, used or of another client');
  return grant;
}
