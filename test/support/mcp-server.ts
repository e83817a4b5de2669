import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type CallToolResult,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';

/** A message as received by the server. */
export interface ReceivedMessage {
  method: string;
  params: { name?: string; arguments?: Record<string, unknown> };
  headers: IncomingHttpHeaders;
  text: string;
}

export interface McpServerOptions {
  /** Whether the server has sessions; `true` by default. */
  hasSessions?: boolean;
  /** Whether the server answers with JSON instead of event streams. */
  answersJson?: boolean;
  /** Returns whether a request is authorized; others get 401. */
  isAuthorized?: (headers: IncomingHttpHeaders) => boolean | Promise<boolean>;
  /** Returns the document of a well-known path. */
  metadata?: (path: string) => object | undefined;
  /** The challenge of a 401. */
  challenge?: () => string;
}

/** An MCP server of the official SDK on loopback, which records what it receives. */
export class TestMcpServer {
  readonly messages: ReceivedMessage[] = [];
  tools: Tool[] = [{ name: 'echo', description: 'Says it again', inputSchema: ECHO }];
  respond: (name: string, args: Record<string, unknown>) => CallToolResult | Promise<CallToolResult> = (_, args) => ({
    content: [{ type: 'text', text: JSON.stringify(args) }],
  });
  private readonly sessions = new Map<string, StreamableHTTPServerTransport>();

  private constructor(
    private readonly http: HttpServer,
    private readonly options: McpServerOptions,
  ) {}

  static async start(options: McpServerOptions = {}): Promise<TestMcpServer> {
    const http = createServer({ keepAliveTimeout: 120_000 });
    const server = new TestMcpServer(http, options);
    http.on('request', (request, response) => void server.receive(request, response));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get domain(): string {
    return `127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.domain}/mcp`;
  }

  received(method: string): ReceivedMessage[] {
    return this.messages.filter((message) => message.method === method);
  }

  /** Forgets all sessions, as a restart does. */
  async endSessions(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.close()));
    this.sessions.clear();
  }

  async stop(): Promise<void> {
    await this.endSessions();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async receive(
    request: Parameters<StreamableHTTPServerTransport['handleRequest']>[0],
    response: Parameters<StreamableHTTPServerTransport['handleRequest']>[1],
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (request.method === 'GET' && request.url?.startsWith('/.well-known/')) {
      const metadata = this.options.metadata?.(request.url);
      response.writeHead(metadata ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
      return;
    }
    const message = JSON.parse(text || '{}');
    this.messages.push({ method: message.method, params: message.params ?? {}, headers: request.headers, text });
    if ((await this.options.isAuthorized?.(request.headers)) === false) {
      response.writeHead(401, { 'www-authenticate': this.options.challenge?.() ?? 'Bearer' }).end();
      return;
    }
    const id = String(request.headers['mcp-session-id']);
    const transport =
      message.method === 'initialize' || this.options.hasSessions === false ? await this.open() : this.sessions.get(id);
    if (transport) await transport.handleRequest(request, response, message);
    else response.writeHead(404).end();
  }

  private async open(): Promise<StreamableHTTPServerTransport> {
    const { hasSessions = true, answersJson = false } = this.options;
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: hasSessions ? randomUUID : undefined,
      enableJsonResponse: answersJson,
      onsessioninitialized: (id) => void this.sessions.set(id, transport),
    });
    const server = new Server({ name: 'notes', title: 'Notes', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: this.tools }));
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => this.respond(params.name, params.arguments ?? {}));
    await server.connect(transport as Parameters<Server['connect']>[0]);
    return transport;
  }
}

const ECHO = {
  type: 'object' as const,
  properties: { text: { type: 'string' }, times: { $ref: '#/$defs/times' } },
  required: ['text'],
  $defs: { times: { type: 'integer', minimum: 1 } },
};
