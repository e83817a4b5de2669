import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomSecret } from '../../src/common/index.js';
import { BEHAVIORS, compose, type BehaviorName } from './behaviors.js';
import { AuthorizationEndpoint } from './provider/authorization-endpoint.js';
import type { Behavior, EndpointRequest, TokenResponse } from './provider/behavior.js';
import { Clients } from './provider/clients.js';
import { Grants, type Grant } from './provider/grants.js';
import { OAuthError } from './provider/oauth-error.js';
import { TokenEndpoint } from './provider/token-endpoint.js';

export type { Behavior, EndpointRequest, TokenResponse };

/** An authorization server on loopback that grants every request immediately, records it, and can deviate from the standards. */
export class AuthorizationServer {
  readonly clientId = 'countersign';
  readonly clientSecret = `secret-${randomSecret()}`;
  /** Every request to any endpoint. */
  readonly requests: EndpointRequest[] = [];
  readonly authorizationRequests: URLSearchParams[] = [];
  readonly tokenRequests: EndpointRequest[] = [];
  readonly revocationRequests: EndpointRequest[] = [];
  /** Every token, code and verifier that the server has received or issued. */
  readonly secrets: string[] = [this.clientSecret];
  behavior: Behavior = {};
  /** The server's clock; tests that advance Countersign's clock advance this one too. */
  now = () => new Date();
  private readonly clients = new Clients();
  private readonly grantStore = new Grants(this.secrets);
  private readonly tokenOfCode = new Map<string, string>();
  private readonly authorizationEndpoint: AuthorizationEndpoint;
  private readonly tokenEndpoint: TokenEndpoint;

  private constructor(private readonly server: Server) {
    this.authorizationEndpoint = new AuthorizationEndpoint(this.url, this.clients, this.grantStore);
    const onGranted = (code: string, token: string) => void this.tokenOfCode.set(code, token);
    this.tokenEndpoint = new TokenEndpoint(this.clients, this.grantStore, onGranted);
    this.clients.register(this.clientId, this.clientSecret);
  }

  static async start(): Promise<AuthorizationServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const self = new AuthorizationServer(server);
    server.on('request', (request, response) => void self.receive(request, response));
    return self;
  }

  /** The base URL, which is also the issuer. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The access tokens that are currently valid. */
  get accessTokens(): Set<string> {
    return this.grantStore.accessTokens;
  }

  /** The refresh tokens that are currently valid. */
  get refreshTokens(): Set<string> {
    return this.grantStore.refreshTokens;
  }

  /** Issues tokens that Countersign has not seen, as another system of the tenant has them. */
  issueTokens(): { access_token: string; refresh_token: string } {
    const request = new URLSearchParams({ client_id: this.clientId });
    const grant = { request, code: '', isCodeSpent: true, tokens: new Set<string>() };
    return {
      access_token: this.grantStore.issueAccessToken(grant),
      refresh_token: this.grantStore.issueRefreshToken(grant),
    };
  }

  /** Returns an OAuth schema for this server, and registers its client. */
  schema(more: object = {}): object {
    const schema = {
      type: 'oauth',
      client_id: this.clientId,
      client_secret: this.clientSecret,
      authorization_url: `${this.url}/authorize`,
      token_url: `${this.url}/token`,
      scope: 'notes:read notes:write',
      ...more,
    };
    if (schema.client_secret !== '[HIDDEN]') this.clients.register(schema.client_id, schema.client_secret);
    return schema;
  }

  /** Replaces the current behavior by the given ones; a later one overrides an earlier one. */
  simulate(...ways: (BehaviorName | Behavior)[]): void {
    this.behavior = compose(ways.map((way) => (typeof way === 'string' ? BEHAVIORS[way] : way)));
  }

  /** Clears the recorded requests and restores the standard behavior. Clients, codes and tokens are kept. */
  reset(): void {
    this.simulate();
    for (const requests of [this.requests, this.tokenRequests, this.revocationRequests]) requests.length = 0;
    this.authorizationRequests.length = 0;
  }

  /** Returns the token requests with this grant type. */
  grants(type: string): EndpointRequest[] {
    return this.tokenRequests.filter(({ params }) => params['grant_type'] === type);
  }

  /** Returns the access token that was issued for a code. */
  accessTokenFor(code: string): string | undefined {
    return this.tokenOfCode.get(code);
  }

  /** Returns the grant that a code was issued for. */
  grantFor(code: string): Grant | undefined {
    return this.grantStore.grantFor(code);
  }

  /** Returns the grant that a token belongs to, also after it has ended. */
  grantOf(token: string): Grant | undefined {
    return this.grantStore.grantOf(token);
  }

  /** Expires every access token; refresh tokens remain valid. */
  expireAccessTokens(): void {
    this.grantStore.accessTokens.clear();
  }

  /** Revokes every refresh token. */
  revokeGrants(): void {
    this.grantStore.refreshTokens.clear();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(message);
    this.requests.push(request);
    const { pathname, searchParams } = new URL(request.path, this.url);
    if (pathname === '/authorize') this.authorize(searchParams, response);
    else if (pathname === '/revoke') await this.revoke(request, response);
    else if (pathname === '/token' || pathname === this.behavior.refreshPath) await this.giveToken(request, response);
    else if (pathname.startsWith('/.well-known/')) send(response, { body: JSON.stringify(this.metadata()) });
    else send(response, { status: 404, contentType: 'text/html', body: '<h1>There is no such page</h1>' });
  }

  private authorize(query: URLSearchParams, response: ServerResponse): void {
    this.authorizationRequests.push(query);
    try {
      const location = this.authorizationEndpoint.respond(query, this.behavior);
      send(response, { status: 302, headers: { location }, body: '' });
    } catch (error) {
      sendError(response, error);
    }
  }

  private async giveToken(request: EndpointRequest, response: ServerResponse): Promise<void> {
    this.tokenRequests.push(request);
    const { code_verifier } = request.params;
    if (code_verifier) this.secrets.push(code_verifier);
    await this.behavior.before?.();
    if (this.behavior.dropsConnections) {
      response.destroy();
      return;
    }
    const aheadMs = (this.behavior.clockAheadSeconds ?? 0) * 1000;
    response.setHeader('date', new Date(this.now().getTime() + aheadMs).toUTCString());
    const tokenResponse = this.tokenEndpoint.respond(request, this.behavior);
    await this.behavior.after?.();
    send(response, tokenResponse);
  }

  private async revoke(request: EndpointRequest, response: ServerResponse): Promise<void> {
    this.revocationRequests.push(request);
    const { revocationStatus, revocationResponseFor } = this.behavior;
    await this.behavior.beforeRevocation?.(request.params);
    const wrong = revocationResponseFor?.(request.params);
    if (wrong) return send(response, wrong);
    try {
      if (revocationStatus === undefined) {
        const clientId = this.clients.authenticate(request, this.behavior);
        this.grantStore.revoke(clientId, request.params['token'] ?? '');
      }
      send(response, { status: revocationStatus, body: '' });
    } catch (error) {
      sendError(response, error);
    }
  }

  private metadata(): object {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      revocation_endpoint: `${this.url}/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      ...this.behavior.metadata,
    };
  }
}

async function read(message: IncomingMessage): Promise<EndpointRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers as Record<string, string>,
    params: body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body || queryOf(message))),
  };
}

/** Returns the query of a GET request, which contains what the body of a POST does. */
function queryOf({ method, url = '' }: IncomingMessage): string {
  return method === 'GET' ? url.split('?').slice(1).join('?') : '';
}

function sendError(response: ServerResponse, error: unknown): void {
  if (!(error instanceof OAuthError)) throw error;
  const { code, description, status } = error;
  send(response, { status, body: JSON.stringify({ error: code, error_description: description }) });
}

function send(
  response: ServerResponse,
  { status = 200, contentType = 'application/json', headers, body }: TokenResponse,
): void {
  response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
}
