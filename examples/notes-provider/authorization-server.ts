import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import { MemoryStore } from './memory-store.js';

/** A client as it is registered with the authorization server (RFC 7591 names). */
export interface RegisteredClient {
  clientId: string;
  clientSecret: string;
  tokenEndpointAuthMethod: 'client_secret_post' | 'client_secret_basic';
}

/** One request to the token endpoint, without secrets. */
export interface TokenRequest {
  grantType: string;
  /** `undefined` if the client was not recognized */
  clientId: string | undefined;
  status: number;
}

export interface AuthorizationServer {
  provider: Provider;
  tokenRequests: TokenRequest[];
  /** Adds a redirect URI to every client. */
  registerRedirectUri(uri: string): void;
  /** Invalidates all access tokens; refresh tokens keep working. */
  expireAccessTokens(): void;
}

export interface AuthorizationServerOptions {
  issuer: string;
  /** scopes and their descriptions for users */
  scopes: Record<string, string>;
  clients: RegisteredClient[];
  accessTokenTtl: number;
  requirePkce: boolean;
}

/**
 * The OAuth 2.0 authorization server of Notes: authorization code with PKCE (S256), opaque access tokens, rotating
 * refresh tokens whose reuse revokes the whole grant (RFC 9700, section 4.14.2), and revocation (RFC 7009).
 */
export async function createAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const store = new MemoryStore();
  // oidc-provider requires a redirect URI for every client; this page is a placeholder until the real ones are known.
  const redirectUris = new Set([`${options.issuer}/about`]);
  const registerClients = (): void => {
    for (const client of options.clients)
      store.put('Client', client.clientId, clientMetadata(client, [...redirectUris]));
  };
  registerClients();

  const ProviderClass = await loadProvider();
  const provider = new ProviderClass(options.issuer, configuration(options, store));
  const tokenRequests: TokenRequest[] = [];
  provider.use(async (context, next) => {
    await next();
    if (context.oidc?.route !== 'token') return;
    tokenRequests.push({
      grantType: context.oidc.body?.grant_type ?? '',
      clientId: context.oidc.client?.clientId,
      status: context.status,
    });
  });

  return {
    provider,
    tokenRequests,
    registerRedirectUri(uri) {
      redirectUris.add(uri);
      registerClients();
    },
    expireAccessTokens: () => store.deleteAll('AccessToken'),
  };
}

function clientMetadata(client: RegisteredClient, redirectUris: string[]): Record<string, unknown> {
  return {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    client_name: 'Countersign',
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: redirectUris,
  };
}

/** Sets every hook, even to its default, because oidc-provider prints a notice for each hook that is not set. */
function configuration(options: AuthorizationServerOptions, store: MemoryStore): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    adapter: store.adapterFor,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: Object.keys(options.scopes),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: unknown, client: { clientId: string }, token: { clientId: string }) =>
          token.clientId === client.clientId,
      },
    },
    pkce: { required: () => options.requirePkce },
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    // Without the scope offline_access, a refresh token would expire with the browser's session.
    expiresWithSession: () => false,
    clientBasedCORS: () => false,
    renderError,
    ttl: {
      AccessToken: options.accessTokenTtl,
      AuthorizationCode: 60,
      Grant: 14 * 24 * 3600,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 14 * 24 * 3600,
      Session: 24 * 3600,
    },
  };
}

function renderError(context: { type: string; body: string }, out: Record<string, string>): void {
  context.type = 'text/plain';
  context.body = Object.entries(out)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** Loads oidc-provider. Suppresses the warning that it prints on Node 20 while it loads, for which it has no option. */
export async function loadProvider(): Promise<typeof Provider> {
  const { warn } = console;
  console.warn = () => {};
  try {
    return (await import('oidc-provider')).default;
  } finally {
    console.warn = warn;
  }
}
