import { argumentsSchema } from './schema/arguments-schema.js';
import { boundedCheck } from './arguments/bounded-check.js';
import { type ArgumentsCheck, compileArgumentsCheck } from './arguments/check-arguments.js';
import { compileRenaming } from './arguments/original-names.js';
import { type Catalogue, readCatalogue } from './operations/catalogue.js';
import { type DocumentOptions, type OpenApiDocument } from './document/document.js';
import { type ArgumentFinding, InvalidArgumentsError, InvalidDocumentError } from './document/errors.js';
import { type JsonObject, member } from './document/json.js';
import { type OperationPlan, type OperationSummary } from './operations/operation-plan.js';
import { type ParameterLocation } from './operations/parameters.js';
import { cookieWriter } from './serialize/cookie.js';
import { bodyWriter } from './serialize/body/body.js';
import { type Content, type FetchedFile, type FileLink } from './serialize/body/content.js';
import { headerWriter } from './serialize/header.js';
import { pathWriter } from './serialize/path.js';
import { queryWriter } from './serialize/query.js';
import { hasNull, removeOmittedNulls } from './arguments/omitted-nulls.js';

/** A request that is complete except for its credential. Header names are in lower case. */
export interface BuiltRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** the number of bytes of the body that belong to files, if any */
  fileBytes?: number;
  /** files that must be fetched first; until then the request has no body and no `content-type` */
  pending?: PendingRequest;
  /** arguments whose type was converted */
  notices?: readonly ArgumentFinding[];
}

/** A request whose body waits for files. */
export interface PendingRequest {
  readonly links: readonly FileLink[];
  /** Completes the request. Call it once. @param files one for each link, in the same order */
  complete(files: readonly FetchedFile[]): BuiltRequest;
}

/** An operation that can be called. */
export interface CompiledOperation extends OperationSummary {
  /** the origin of every request */
  readonly origin: string;
  /** the JSON Schema 2020-12 of the arguments */
  readonly argumentsSchema: JsonObject;
  /** the places that arguments set; a credential must not use any of them */
  readonly parameters: readonly { argument: string; name: string; location: ParameterLocation }[];
  /**
   * Checks arguments and builds the request.
   *
   * @throws {InvalidDocumentError} the schemas of the operation cannot be compiled
   * @throws {InvalidArgumentsError} they do not match {@link argumentsSchema}, or would change the target of the request
   */
  buildRequest(args: JsonObject): BuiltRequest;
}

interface CompiledDocument {
  catalogue: Catalogue;
  operations: Map<string, CompiledOperation>;
}

const documents = new WeakMap<OpenApiDocument, Map<string, CompiledDocument>>();

/**
 * Compiles one operation. The result is cached with the document object.
 *
 * @returns `undefined` if the document has no callable operation of this id
 * @throws {InvalidDocumentError} no operation of the document can be called, for which {@link describeDocument} throws as well
 */
export function compileOperation(
  document: OpenApiDocument,
  operationId: string,
  options: DocumentOptions = {},
): CompiledOperation | undefined {
  const { catalogue, operations } = compiledDocument(document, options);
  const known = operations.get(operationId);
  if (known !== undefined) return known;
  const plan = catalogue.plans.get(operationId);
  if (plan === undefined) return undefined;
  const operation = compilePlan(document, plan);
  operations.set(operationId, operation);
  return operation;
}

/** Returns the operations of a document, read once for the same options. */
export function catalogueOf(document: OpenApiDocument, options: DocumentOptions): Catalogue {
  return compiledDocument(document, options).catalogue;
}

function compiledDocument(document: OpenApiDocument, options: DocumentOptions): CompiledDocument {
  const byOptions = documents.get(document) ?? new Map<string, CompiledDocument>();
  documents.set(document, byOptions);
  const { documentUrl = '', reservedHeaders = [] } = options;
  const key = `${documentUrl} ${reservedHeaders.join(' ')}`;
  const compiled = byOptions.get(key) ?? { catalogue: readCatalogue(document, options), operations: new Map() };
  byOptions.set(key, compiled);
  return compiled;
}

/** Prefers JSON to any other media type. */
const ACCEPT = 'application/json, */*;q=0.5';

function compilePlan(document: OpenApiDocument, plan: OperationPlan): CompiledOperation {
  const { server, template, parameters, fixedQuery, body, summary } = plan;
  const { origin } = server;
  const writePath = pathWriter(server.url.slice(origin.length), template, parameters);
  const writeQuery = queryWriter(parameters, fixedQuery);
  const writeHeaders = headerWriter(parameters);
  const writeBody = body && bodyWriter(body);
  const rename = compileRenaming(parameters);
  const writeCookie = cookieWriter(parameters);
  // Compiled on first use: the use of one operation should not compile the schemas of all.
  let schema: JsonObject | undefined;
  const schemaOnce = () => (schema ??= argumentsSchema(document, plan));
  const checkOnce = once(() => compileCheck(schemaOnce(), plan));

  const build = (given: JsonObject, check: ArgumentsCheck): BuiltRequest => {
    const { args, notices } = check(rename(given));
    const path = writePath(args);
    const query = writeQuery(args);
    const url = query === '' ? origin + path : `${origin}${path}?${query}`;
    assertTargetUnchanged(url, origin, path);
    const headers: Record<string, string> = {};
    writeHeaders(args, headers);
    const cookie = writeCookie(args);
    if (cookie !== undefined) headers['cookie'] = cookie;
    headers['accept'] = ACCEPT;
    const request: BuiltRequest = { method: summary.method, url, headers };
    if (notices.length > 0) request.notices = notices;
    const content = member(args, 'body');
    if (writeBody === undefined || content === undefined) return request;
    const written = writeBody(content);
    if ('body' in written) return addContent(request, written);
    const { links, complete } = written;
    return { ...request, pending: { links, complete: (files) => addContent(request, complete(files)) } };
  };

  return {
    ...summary,
    origin,
    get argumentsSchema() {
      // Cached only for the check: the schemas of a large document together need much memory.
      return schema ?? argumentsSchema(document, plan);
    },
    parameters: parameters.map(({ argument, name, location }) => ({ argument, name, location })),
    buildRequest: (args) => {
      const check = checkOnce();
      return mapStackOverflow(() => build(args, check));
    },
  };
}

/** @throws {InvalidDocumentError} the schema is too large or too deep to be compiled */
function compileCheck(schema: JsonObject, { summary, pointer }: OperationPlan): ArgumentsCheck {
  try {
    const check = compileArgumentsCheck(schema);
    return boundedCheck(schema, (args) => check(hasNull(args) ? removeOmittedNulls(schema, args) : args));
  } catch {
    const message = `the schemas of ${summary.operationId} cannot be compiled; simplify them and import the document again`;
    throw new InvalidDocumentError([{ code: 'uncompilable_schema', message, pointer }]);
  }
}

/** Calls a function once and repeats its result or its failure. */
function once<T>(work: () => T): () => T {
  let outcome: { value: T } | { error: unknown } | undefined;
  const settle = () => {
    try {
      return { value: work() };
    } catch (error) {
      return { error };
    }
  };
  return () => {
    outcome ??= settle();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
}

function addContent(request: BuiltRequest, { contentType, body, fileBytes }: Content): BuiltRequest {
  request.headers['content-type'] = contentType;
  request.body = body;
  if (fileBytes > 0) request.fileBytes = fileBytes;
  return request;
}

/**
 * Verifies that a URL, parsed as an HTTP client parses it, has the server's origin and exactly the written path. The writers already reject
 * such arguments; this is defense in depth.
 */
function assertTargetUnchanged(url: string, origin: string, path: string): void {
  const parsed = new URL(url);
  if (parsed.origin === origin && parsed.pathname === (path === '' ? '/' : path)) return;
  throw new InvalidArgumentsError([{ pointer: '', message: 'the arguments would change the target of the request' }]);
}

/** Reports arguments that exhaust the stack, because they are nested thousands of levels deep. */
function mapStackOverflow<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentsError([{ pointer: '', message: 'the arguments are nested too deeply' }]);
  }
}
