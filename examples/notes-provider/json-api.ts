import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as one of the APIs received it. */
export interface RecordedRequest {
  api: string;
  method: string;
  /** as it came, still encoded */
  path: string;
  query: Record<string, string | string[]>;
  /** names in lower case */
  headers: IncomingHttpHeaders;
  /** parsed where it was JSON, the text otherwise, `undefined` where there was none */
  body: unknown;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface Route {
  method: string;
  /** a path with parameters in braces, as OpenAPI writes it */
  path: string;
  handle(request: RecordedRequest, parameters: Record<string, string>): Answer | Promise<Answer>;
}

/** Serves what is no call of the API: documents, sign-in pages, the authorization server. Answers whether it did. */
export type Pages = (request: IncomingMessage, response: ServerResponse, path: string) => boolean | Promise<boolean>;

const largestBody = 1024 * 1024;

/** A small JSON API over `node:http`: records every call, also one that no route is for, and answers it. */
export function jsonApi(api: string, routes: Route[], record: (request: RecordedRequest) => void, pages: Pages) {
  const matchers = routes.map((route) => ({ route, match: pathMatcher(route.path) }));
  const answerTo = (received: RecordedRequest): Answer | Promise<Answer> => {
    if (received.body === malformed) return badRequest;
    for (const { route, match } of matchers) {
      const parameters = route.method === received.method && match(received.path);
      if (parameters) return route.handle(received, parameters);
    }
    return notFound;
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // As it came: a URL parser would take `/../` out of the path, and a test may want to see that it was there.
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    if (await pages(request, response, path)) return;
    const received = await receive(api, request, path, new URLSearchParams(query));
    record(received);
    send(response, await answerTo(received));
  };
}

export interface OpenServer {
  url: string;
  /** Given once the address is known, because the documents that are served name it. */
  serve(handler: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void;
  /** Ends the server and the connections that clients keep alive. */
  stop(): Promise<void>;
}

/** Listens on the loopback interface only; `port` 0 takes a free one. */
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

export function send(response: ServerResponse, answer: Answer): void {
  const text = answer.body === undefined ? undefined : JSON.stringify(answer.body);
  response.writeHead(answer.status, { ...(text && { 'content-type': 'application/json' }), ...answer.headers });
  response.end(text);
}

/** @throws {Error} the body is larger than 1 MiB */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const malformed = Symbol('a body that calls itself JSON and is not');
const badRequest: Answer = { status: 400, body: { error: 'the body is not JSON' } };
const notFound: Answer = { status: 404, body: { error: 'no such operation' } };

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
