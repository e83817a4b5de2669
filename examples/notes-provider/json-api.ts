import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that one of the APIs received. */
export interface RecordedRequest {
  api: string;
  method: string;
  /** still percent-encoded */
  path: string;
  query: Record<string, string | string[]>;
  /** names in lower case */
  headers: IncomingHttpHeaders;
  /** parsed if it was JSON, otherwise text; `undefined` if there was none */
  body: unknown;
}

export interface JsonResponse {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Route {
  method: string;
  /** path template as in OpenAPI, with parameters in braces */
  path: string;
  handle(request: RecordedRequest, parameters: Record<string, string>): JsonResponse | Promise<JsonResponse>;
}

/** Serves everything besides the API: documents, sign-in pages, the authorization server. Returns whether it handled the request. */
export type Pages = (request: IncomingMessage, response: ServerResponse, path: string) => boolean | Promise<boolean>;

const MAX_BODY_BYTES = 1024 * 1024;

/** Returns the request handler of a JSON API. It records every request, including those without a route. */
export function jsonApi(api: string, routes: Route[], record: (request: RecordedRequest) => void, pages: Pages) {
  const matchers = routes.map((route) => ({ route, match: pathMatcher(route.path) }));
  const handle = (received: RecordedRequest): JsonResponse | Promise<JsonResponse> => {
    if (received.body === malformed) return badRequest;
    for (const { route, match } of matchers) {
      const parameters = route.method === received.method && match(received.path);
      if (parameters) return route.handle(received, parameters);
    }
    return notFound;
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Not parsed as a URL, because a parser would remove `/../` from the path, which tests have to see.
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    if (await pages(request, response, path)) return;
    const received = await receive(api, request, path, new URLSearchParams(query));
    record(received);
    send(response, await handle(received));
  };
}

export interface OpenServer {
  url: string;
  /** Sets the handler. The server's address must be known first, because the documents that it serves contain it. */
  serve(handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void;
  /** Closes the server and its keep-alive connections. */
  stop(): Promise<void>;
}

/** Opens a server on the loopback interface. `port` 0 means any free port. */
export async function openServer(port: number): Promise<OpenServer> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (handler) => {
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        handler(request, response).catch((error: unknown) => {
          if (response.headersSent) response.destroy();
          else send(response, { status: 500, body: { error: String(error) } });
        });
      });
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function send(response: ServerResponse, { status, headers, body }: JsonResponse): void {
  const text = body === undefined ? undefined : JSON.stringify(body);
  response.writeHead(status, { ...(text && { 'content-type': 'application/json' }), ...headers });
  response.end(text);
}

/** @throws {Error} the body is larger than 1 MiB */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const malformed = Symbol('malformed JSON');
const badRequest: JsonResponse = { status: 400, body: { error: 'the body is not valid JSON' } };
const notFound: JsonResponse = { status: 404, body: { error: 'operation not found' } };

async function receive(
  api: string,
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<RecordedRequest> {
  const text = await readBody(request);
  const isJson = /^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers['content-type'] ?? '');
  return {
    api,
    method: request.method ?? '',
    path,
    query: valuesOf(query),
    headers: request.headers,
    body: text === '' ? undefined : isJson ? parse(text) : text,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return malformed;
  }
}

function valuesOf(query: URLSearchParams): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const name of new Set(query.keys())) {
    const [first = '', ...rest] = query.getAll(name);
    values[name] = rest.length > 0 ? [first, ...rest] : first;
  }
  return values;
}

function pathMatcher(template: string): (path: string) => Record<string, string> | undefined {
  const pattern = template.split('/').map((part) => /^\{(\w+)\}$/.exec(part)?.[1] ?? { literal: part });
  return (path) => {
    const parts = path.split('/');
    if (parts.length !== pattern.length) return undefined;
    const parameters: Record<string, string> = {};
    for (const [index, expected] of pattern.entries()) {
      const part = parts[index] ?? '';
      if (typeof expected === 'string') parameters[expected] = decodeURIComponent(part);
      else if (expected.literal !== part) return undefined;
    }
    return parameters;
  };
}
