import type { Readable } from 'node:stream';
import type { FastifyBodyParser, FastifyInstance, FastifyRequest } from 'fastify';
import { findDuplicateKeys, type JsonValue } from '@countersign/openapi';
import { type LargeBodies, MAX_INLINE_BYTES } from '../actions/index.js';
import { MAX_BODY_BYTES } from '../connections/index.js';
import { CountersignError, InvalidRequestError, type WithCaller } from '../common/index.js';
import { FairTurns } from './fair-turns.js';
import { shapeProblem, type ShapeLimits } from './json-shape.js';

/** An OpenAPI document of 32 MiB, escaped inside a JSON string. */
export const DOCUMENT_BODY_LIMIT = 68 * 1_048_576;

const DOCUMENT_ROUTES = /^\/v1\/(gpts\/:gpt_id\/(actions(\/:action_id)?|imports)|openapi\/(check|format))$/;

/** Arguments may have 100 levels. Parsing a megabyte of opening brackets, or of empty objects, takes half a second. */
const SHAPE: ShapeLimits = { levels: 500, values: 20_000 };

/** The route that reads its body as a stream of lines. */
const IMPORT_ROUTE = '/v1/connections/import';

const CALL_ROUTE = '/v1/gpts/:gpt_id/call';

/** Returns whether a route takes an OpenAPI document. @param path the route's pattern */
export function isDocumentRoute(path: string): boolean {
  return DOCUMENT_ROUTES.test(path);
}

/**
 * Accepts JSON everywhere, and forms from the pages that end users see.
 *
 * @param largeBodies parses the bodies of document routes that are too large for the main thread
 * @param maxRequestCharacters the limit of requests to upstreams, which every value of a call takes two characters of
 */
export function addBodyParsers(server: FastifyInstance, largeBodies: LargeBodies, maxRequestCharacters: number): void {
  server.removeContentTypeParser(['text/plain', 'application/json']);
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    jsonOrEmpty(server, largeBodies, maxRequestCharacters / 2),
  );
  server.addContentTypeParser('application/x-ndjson', passLines);
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, parsePageForm);
}

/** Returns an error for compressed bodies: they could expand to a thousand times the size that was read. */
export function contentEncodingError({ headers }: FastifyRequest): CountersignError | undefined {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return undefined;
  return new CountersignError('unsupported_media_type', 'send the body uncompressed, without `Content-Encoding`');
}

/**
 * Parses JSON, and treats an empty body as no body: many clients send the content type with nothing.
 *
 * Parsing a large body, and searching it for duplicate keys, takes up to 50 ms each: one begins in each turn of the event loop, and tenants take
 * turns.
 */
function jsonOrEmpty(
  server: FastifyInstance,
  largeBodies: LargeBodies,
  maxCallValues: number,
): FastifyBodyParser<Buffer> {
  const parse = server.getDefaultJsonParser('error', 'error') as FastifyBodyParser<string>;
  const turns = new FairTurns(1);
  return (request, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined);
    const { url = '' } = request.routeOptions;
    const { caller } = request as WithCaller;
    const isLarge = bytes.length > MAX_INLINE_BYTES;
    if (isLarge && isDocumentRoute(url)) return largeBodies.read(caller?.tenantId ?? '', bytes);
    const shape = url === CALL_ROUTE ? { ...SHAPE, values: maxCallValues } : SHAPE;
    const error = isLarge ? shapeError(bytes, shape) : undefined;
    if (error) return done(error, undefined);
    const inTurn = (work: () => void): void => (isLarge ? turns.begin(caller?.tenantId ?? request.ip, work) : work());
    inTurn(() => {
      const text = bytes.toString();
      parse(request, text, (error, parsed) => {
        if (error || url !== CALL_ROUTE) return done(error, parsed);
        inTurn(() => done(duplicateKeysError(text, parsed), parsed));
      });
    });
  };
}

/** Rejects calls with duplicate keys: what a user confirms or a filter checks must be what is sent (RFC 8259, section 4). */
function duplicateKeysError(text: string, parsed: JsonValue): CountersignError | null {
  const errors = findDuplicateKeys(text, parsed).map(({ pointer }) => ({ pointer, message: 'the key is duplicated' }));
  return errors.length === 0 ? null : new InvalidRequestError(errors);
}

/** Returns an error for a body that takes long to parse, which no valid request does. */
function shapeError(bytes: Buffer, limits: ShapeLimits): CountersignError | undefined {
  const problem = shapeProblem(bytes, limits);
  if (problem === undefined) return undefined;
  if (problem === 'levels')
    return InvalidRequestError.at('', `the body must not be nested deeper than ${limits.levels} levels`);
  return new CountersignError('request_too_large', `the body has more than ${limits.values} values`);
}

/** Leaves the body of an import unread: the route reads it line by line. */
async function passLines({ routeOptions, headers }: FastifyRequest, body: Readable): Promise<Readable> {
  if (routeOptions.url !== IMPORT_ROUTE) {
    throw new CountersignError('unsupported_media_type', 'send the body as application/json');
  }
  if (Number(headers['content-length'] ?? 0) <= MAX_BODY_BYTES) return body;
  throw new CountersignError('request_too_large', `the body has more than ${MAX_BODY_BYTES} bytes; split it`);
}

/** Parses the forms of the sign-in and connected-accounts pages, and authorization responses (`response_mode=form_post`). The API itself accepts JSON only. */
async function parsePageForm(request: FastifyRequest, body: string): Promise<Record<string, string>> {
  if (/^\/(signin|connected|aip)\//.test(request.url)) return Object.fromEntries(new URLSearchParams(body));
  throw new CountersignError('unsupported_media_type', 'send the body as application/json');
}
