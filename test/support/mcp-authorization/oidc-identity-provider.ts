import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Provider from 'oidc-provider';
import { loadProvider } from '../../../examples/notes-provider/authorization-server.js';
import { Browser } from '../../../examples/notes-provider/browser.js';
import { MemoryStore } from '../../../examples/notes-provider/memory-store.js';
import { REDIRECT_URI } from './authorization-world.js';

const CLIENT_ID = 'assistant';

/** The identity provider of a tenant: oidc-provider, which issues JWTs for resources (RFC 8707, RFC 9068). */
export class OidcIdentityProvider {
  /** Paths of the requests without a browser. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly provider: Provider,
    readonly issuer: string,
  ) {}

  static async start(): Promise<OidcIdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = new OidcIdentityProvider(server, await createProvider(issuer), issuer);
    const callback = started.provider.callback();
    server.on('request', (request, response) => {
      started.requests.push(request.url ?? '');
      if (!request.url?.startsWith('/interaction/')) return callback(request, response);
      return void started.signIn(request, response);
    });
    return started;
  }

  /** The user that is signed in next. */
  user = 'alice';

  /** Runs a client's flow in a browser. @param resource whom the token is for (RFC 8707) */
  async accessToken(resource: string, scope = 'mcp'): Promise<string> {
    const verifier = randomBytes(32).toString('base64url');
    const browser = new Browser();
    const parameters = {
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: REDIRECT_URI,
      scope,
      resource,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    const follow = (url: string) => url.startsWith(this.issuer);
    await browser.get(`${this.issuer}/auth?${new URLSearchParams(parameters).toString()}`, { follow });
    const code = new URL(browser.redirect ?? this.issuer).searchParams.get('code');
    if (code === null) throw new Error(`no code: ${browser.redirect} ${browser.page.body}`);
    const form = { grant_type: 'authorization_code', client_id: CLIENT_ID, redirect_uri: REDIRECT_URI, resource };
    const body = new URLSearchParams({ ...form, code, code_verifier: verifier });
    const response = await fetch(`${this.issuer}/token`, { method: 'POST', body });
    const { access_token } = (await response.json()) as { access_token?: string };
    if (access_token === undefined) throw new Error(`no token: ${response.status}`);
    return access_token;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await this.provider.interactionDetails(request, response);
    const grant = new this.provider.Grant({ accountId: this.user, clientId: params['client_id'] ?? '' });
    grant.addResourceScope(params['resource'] ?? '', params.scope ?? '');
    const result = { login: { accountId: this.user }, consent: { grantId: await grant.save() } };
    await this.provider.interactionFinished(request, response, result);
  }
}

async function createProvider(issuer: string): Promise<Provider> {
  const ProviderClass = await loadProvider();
  return new ProviderClass(issuer, configuration());
}

function configuration(): Record<string, unknown> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    adapter: new MemoryStore().adapterFor,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        redirect_uris: [REDIRECT_URI],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: 'mcp notes',
          audience: resource,
          accessTokenTTL: 3600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
        useGrantedResource: () => true,
      },
    },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    clientBasedCORS: () => false,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 3600, Session: 3600 },
  };
}
