import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorCodes, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type JsonValue, withExactNumbers } from '@countersign/openapi';
import { type LargeBodies, MAX_INLINE_BYTES } from '../../actions/index.js';
import { MAX_BODY_BYTES } from '../../connections/index.js';
import {
  checkShape,
  CountersignError,
  onClose,
  parseSafely,
  rejectDuplicateKeys,
  type ShapeLimits,
  type WithCaller,
} from '../../common/index.js';
import type { LargeRequest, LargeRequests } from './large-requests.js';
import { readBody } from './read-body.js';

/** An OpenAPI document of 32 MiB, escaped inside a JSON string. */
const DOCUMENT_BODY_LIMIT = 68 * 1_048_576;

const DOCUMENT_ROUTES = /^\/v1\/(gpts\/:gpt_id\/(actions(\/:action_id)?|imports)|openapi\/(check|format))$/;

/** Arguments may have 100 levels. Parsing a megabyte of opening brackets, or of empty objects, takes half a second. */
const SHAPE: ShapeLimits = { levels: 500, values: 20_000 };

/** The route that reads its body as a stream of lines. */
const IMPORT_ROUTE = '/v1/connections/import';

/** Routes whose bodies have the arguments of calls. */
const CALL_ROUTES = new Set(['/v1/gpts/:gpt_id/call', '/v1/gpts/:gpt_id/tool_calls', '/mcp/:gpt_id']);

/** Routes whose numbers are sent or stored with all their digits. */
const EXACT_ROUTES = new Set([...CALL_ROUTES, '/v1/gpts/:gpt_id/actions/:action_id/policy']);

/** The routes of the built-in authorization servers that take a form. */
const MCP_FORM_ROUTES = /^\/mcp\/:gpt_id\/(token|revoke|consent\/:authorization_id)$/;

/** Returns whether a route takes an OpenAPI document. @param path the route's pattern */
function isDocumentRoute(path: string): boolean {
  return DOCUMENT_ROUTES.test(path);
}

export interface BodyParserOptions {
  /** Parses the bodies of document routes that are too large for the main thread. */
  readonly largeBodies: LargeBodies;
  readonly largeRequests: LargeRequests;
  /** The most values in the body of a call. */
  readonly maxCallValues: number;
}

/** Accepts JSON everywhere, and forms from the pages that end users see. */
export function addBodyParsers(server: FastifyInstance, options: BodyParserOptions): void {
  server.addHook('onRoute', (route) => {
    if (isDocumentRoute(route.url))
      Object.assign(route, { bodyLimit: DOCUMENT_BODY_LIMIT, preHandler: releaseWhenSent });
  });
  server.removeContentTypeParser(['text/plain', 'application/json']);
  server.addContentTypeParser('application/json', jsonOrEmpty(options));
  server.addContentTypeParser('application/x-ndjson', passLines);
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parsePageForm);
}

/** Returns an error for compressed bodies: they could expand to a thousand times the size that was read. */
export function contentEncodingError({ headers }: FastifyRequest): CountersignError | undefined {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return undefined;
  return new CountersignError('unsupported_media_type', 'send the body uncompressed, without `Content-Encoding`');
}

/** Parses JSON, and treats an empty body as no body: many clients send the content type with nothing. */
function jsonOrEmpty({ largeBodies, largeRequests, maxCallValues }: BodyParserOptions) {
  return async (request: FastifyRequest, payload: Readable): Promise<unknown> => {
    const { url = '' } = request.routeOptions;
    const tenantId = (request as WithCaller).caller?.tenantId ?? request.ip;
    let large: LargeRequest | undefined;
    const grow = (bytes: number): Promise<void> | undefined => {
      if (bytes <= MAX_INLINE_BYTES) return undefined;
      large ??= largeRequests.open(tenantId, maximumLength(request));
      return large.grow(bytes);
    };
    try {
      const parts = await readBody(request, payload, grow);
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      if (length === 0) return undefined;
      if (large === undefined) return await parseBody(Buffer.concat(parts, length), url);
      if (isDocumentRoute(url)) {
        const body = await largeBodies.read(tenantId, parts);
        unsentDocuments.set(request, large);
        return body;
      }
      const limits = CALL_ROUTES.has(url) ? { ...SHAPE, values: maxCallValues } : SHAPE;
      return await large.parse(() => parseBody(Buffer.concat(parts, length), url, limits));
    } finally {
      if (!unsentDocuments.has(request)) large?.release();
    }
  };
}

/** The requests whose documents are in memory until their responses have been sent. */
const unsentDocuments = new WeakMap<FastifyRequest, LargeRequest>();

/** Releases the memory of a document when the response has been sent. */
function releaseWhenSent(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const large = unsentDocuments.get(request);
  if (large) onClose(reply, () => large.release());
  done();
}

/** Returns the length that a request declares, or the limit of its route. */
function maximumLength({ headers, routeOptions: { bodyLimit } }: FastifyRequest): number {
  return Math.min(Number(headers['content-length'] ?? bodyLimit), bodyLimit);
}

/**
 * Parses a body.
 *
 * @param limits for a large body, whose check, parse and search for duplicate keys take up to 50 ms each: they have turns of the event loop of
 *   their own
 */
async function parseBody(bytes: Buffer, url: string, limits?: ShapeLimits): Promise<JsonValue> {
  if (limits) {
    await nextTurn();
    checkShape(bytes, limits);
    await nextTurn();
  }
  const text = bytes.toString();
  const parsed = parseJson(text);
  if (isDocumentRoute(url)) return withExactNumbers(text, parsed);
  if (!EXACT_ROUTES.has(url)) return parsed;
  if (limits) await nextTurn();
  rejectDuplicateKeys(text, parsed);
  return withExactNumbers(text, parsed);
}

function parseJson(text: string): JsonValue {
  try {
    return parseSafely(text);
  } catch {
    throw new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY();
  }
}

/** Leaves the body of an import unread: the route reads it line by line. */
async function passLines({ routeOptions, headers }: FastifyRequest, body: Readable): Promise<Readable> {
  if (routeOptions.url !== IMPORT_ROUTE) {
    throw new CountersignError('unsupported_media_type', 'send the body as application/json');
  }
  if (Number(headers['content-length'] ?? 0) <= MAX_BODY_BYTES) return body;
  throw new CountersignError('request_too_large', `the body has more than ${MAX_BODY_BYTES} bytes; split it`);
}

/**
 * Parses the forms of the pages that end users see, authorization responses (`response_mode=form_post`), and requests of MCP clients to the
 * built-in authorization servers. The API itself accepts JSON only.
 */
async function parsePageForm(request: FastifyRequest, body: string): Promise<Record<string, string | string[]>> {
  if (/^\/(signin|connected|aip|mcp\/confirm)\//.test(request.url))
    return Object.fromEntries(new URLSearchParams(body));
  if (MCP_FORM_ROUTES.test(request.routeOptions.url ?? '')) return fieldsOf(new URLSearchParams(body));
  throw new CountersignError('unsupported_media_type', 'send the body as application/json');
}

/** Returns the fields of a form. One that occurs several times has a list of values, as in a query. */
function fieldsOf(form: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}
