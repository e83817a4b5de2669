import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomSecret } from '../../src/common/index.js';

/** A request to the token or revocation endpoint. */
export interface EndpointRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Form fields or JSON members. */
  params: Record<string, string>;
}

export interface TokenAnswer {
  status?: number;
  contentType?: string;
  body: string;
}

/** How the server departs from what is right. */
export interface Behaviour {
  /** Of the tokens; `null` leaves it out. */
  expiresIn?: unknown;
  /** Whether a refresh token is issued with a code. */
  issuesRefreshTokens?: boolean;
  /** Whether each refresh replaces the refresh token, and the old one ends. */
  rotates?: boolean;
  /** What the token endpoint answers in place of the right answer. */
  tokenAnswer?: TokenAnswer;
  /** The same, by what is asked; where it answers nothing, the right answer is given. */
  tokenAnswers?: (params: Record<string, string>) => TokenAnswer | undefined;
  /** Closes the connection instead of answering at the token endpoint. */
  dropsConnections?: boolean;
  /** What the revocation endpoint answers with. */
  revocationStatus?: number;
  /** Waits before the token endpoint answers. */
  before?: () => Promise<void>;
  /** Merged into a token answer. */
  extra?: Record<string, unknown>;
  /** What the redirect back carries in place of the code. */
  redirectWith?: Record<string, string>;
}

/** An authorization server on loopback that lets everybody in at once, records every request and misbehaves as it is told. */
export class AuthorizationServer {
  readonly clientId = 'countersign';
  readonly clientSecret = `secret-${randomSecret()}`;
  readonly authorizationRequests: URLSearchParams[] = [];
  readonly tokenRequests: EndpointRequest[] = [];
  readonly revocationRequests: EndpointRequest[] = [];
  /** Every token, code and verifier that it has ever seen or made. */
  readonly secrets: string[] = [this.clientSecret];
  readonly accessTokens = new Set<string>();
  behaviour: Behaviour = {};
  private readonly refreshTokens = new Set<string>();
  private readonly codes = new Set<string>();
  private readonly tokenOfCode = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<AuthorizationServer> {
    const server = createServer();
    const self = new AuthorizationServer(server);
    server.on('request', (request, response) => void self.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The schema of an action that signs its users in here. */
  schema(more: object = {}): object {
    return {
      type: 'oauth',
      client_id: this.clientId,
      client_secret: this.clientSecret,
      authorization_url: `${this.url}/authorize`,
      token_url: `${this.url}/token`,
      scope: 'notes:read notes:write',
      ...more,
    };
  }

  /** Token requests of one kind of grant. */
  grants(type: 'authorization_code' | 'refresh_token'): EndpointRequest[] {
    return this.tokenRequests.filter(({ params }) => params['grant_type'] === type);
  }

  /** The access token that was given for a code. */
  grantedFor(code: string): string | undefined {
    return this.tokenOfCode.get(code);
  }

  /** Ends every access token; refresh tokens stay. */
  expireAccessTokens(): void {
    this.accessTokens.clear();
  }

  /** Ends every refresh token. */
  revokeGrants(): void {
    this.refreshTokens.clear();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (url.pathname === '/authorize') return this.authorize(url.searchParams, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers as Record<string, string>,
      params: read(Buffer.concat(chunks).toString()),
    };
    if (url.pathname === '/revoke') {
      this.revocationRequests.push(received);
      response.writeHead(this.behaviour.revocationStatus ?? 200).end();
      return;
    }
    this.tokenRequests.push(received);
    await this.behaviour.before?.();
    if (this.behaviour.dropsConnections) response.destroy();
    else this.answer(received, response);
  }

  private authorize(query: URLSearchParams, response: ServerResponse): void {
    this.authorizationRequests.push(query);
    const back = new URL(query.get('redirect_uri') ?? '');
    const code = this.remember(`code-${randomSecret()}`);
    this.codes.add(code);
    const answer = { code, state: query.get('state') ?? '', ...this.behaviour.redirectWith };
    for (const [name, value] of Object.entries(answer)) if (value !== '') back.searchParams.set(name, value);
    response.writeHead(302, { location: back.href }).end();
  }

  private answer({ params }: EndpointRequest, response: ServerResponse): void {
    const { tokenAnswers, expiresIn = 3600, issuesRefreshTokens = true, rotates = false, extra } = this.behaviour;
    const tokenAnswer = tokenAnswers?.(params) ?? this.behaviour.tokenAnswer;
    if (tokenAnswer) {
      const { status = 200, contentType = 'application/json', body } = tokenAnswer;
      response.writeHead(status, { 'content-type': contentType }).end(body);
      return;
    }
    const { grant_type, code = '', refresh_token = '', code_verifier } = params;
    if (code_verifier) this.secrets.push(code_verifier);
    const isRefresh = grant_type === 'refresh_token';
    const isGranted = isRefresh ? this.refreshTokens.has(refresh_token) : this.codes.delete(code);
    if (!isGranted) {
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
      return;
    }
    const tokens: Record<string, unknown> = { access_token: this.accessToken(), token_type: 'bearer', ...extra };
    if (!isRefresh) this.tokenOfCode.set(code, String(tokens['access_token']));
    if (expiresIn !== null) tokens['expires_in'] = expiresIn;
    if (isRefresh && rotates) this.refreshTokens.delete(refresh_token);
    if (isRefresh ? rotates : issuesRefreshTokens) tokens['refresh_token'] = this.refreshToken();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(tokens));
  }

  private accessToken(): string {
    const token = this.remember(`access-${randomSecret()}`);
    this.accessTokens.add(token);
    return token;
  }

  private refreshToken(): string {
    const token = this.remember(`refresh-${randomSecret()}`);
    this.refreshTokens.add(token);
    return token;
  }

  private remember(secret: string): string {
    this.secrets.push(secret);
    return secret;
  }
}

function read(body: string): Record<string, string> {
  return body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
}
