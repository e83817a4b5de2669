import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as received by the upstream. */
export interface ReceivedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
  bytes: Buffer;
}

/** A response of the upstream: strings and buffers are sent unmodified, other values as JSON. */
export type UpstreamReply = { status?: number; headers?: Record<string, string>; body?: unknown } | 'silence';

type Responder = (request: ReceivedRequest) => UpstreamReply | Promise<UpstreamReply>;

/** An API on loopback that records requests and sends configured responses. */
export class Upstream {
  readonly requests: ReceivedRequest[] = [];
  /** Requests whose connection was closed before their response. */
  readonly abandoned: ReceivedRequest[] = [];
  private responder: Responder = () => ({ body: { ok: true } });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Upstream> {
    // A request must not meet the end of an idle connection, which is a matter of milliseconds on a busy machine.
    const server = createServer({ keepAliveTimeout: 120_000 });
    const upstream = new Upstream(server);
    server.on('request', (request, response) => void upstream.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get domain(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.domain}`;
  }

  get last(): ReceivedRequest {
    const last = this.requests.at(-1);
    if (!last) throw new Error('the upstream has received nothing');
    return last;
  }

  respondWith(responder: Responder): void {
    this.responder = responder;
  }

  /** Returns an OpenAPI document of this upstream with the given paths. */
  document(paths: object, more: object = {}): object {
    return { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, servers: [{ url: this.url }], paths, ...more };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', this.url);
    const received = {
      method: request.method ?? '',
      path: (request.url ?? '').split('?')[0] ?? '',
      query: url.searchParams,
      headers: request.headers as Record<string, string>,
      body: bytes.toString(),
      bytes,
    };
    this.requests.push(received);
    response.once('close', () => {
      if (!response.writableFinished) this.abandoned.push(received);
    });
    const reply = await this.responder(received);
    if (reply === 'silence') return;
    const { status = 200, headers = {}, body } = reply;
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    response.writeHead(status, { 'content-type': isRaw ? 'text/plain' : 'application/json', ...headers });
    response.end(body === undefined ? '' : isRaw ? body : JSON.stringify(body));
  }
}

/** The paths of a small notes API. */
export const NOTES_PATHS = {
  '/notes': {
    get: {
      operationId: 'listNotes',
      parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
      responses: { 200: { description: 'The notes' } },
    },
    post: {
      operationId: 'createNote',
      summary: 'Create a note',
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
          },
        },
      },
      responses: { 201: { description: 'The note' } },
    },
  },
  '/notes/{id}': {
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    get: { operationId: 'getNote', responses: { 200: { description: 'The note' } } },
    delete: {
      operationId: 'deleteNote',
      'x-openai-isConsequential': true,
      responses: { 204: { description: 'Gone' } },
    },
  },
  '/about': { get: { operationId: 'about', security: [], responses: { 200: { description: 'What this is' } } } },
};
