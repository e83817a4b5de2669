import { argumentsSchema } from './schema/arguments-schema.js';
import { boundedCheck } from './arguments/bounded-check.js';
import { type ArgumentsCheck, argumentsCheck } from './arguments/check-arguments.js';
import { renaming } from './arguments/original-names.js';
import { type Catalogue, readCatalogue } from './operations/catalogue.js';
import { type BaseLocation, type OpenApiDocument } from './document/document.js';
import { type ArgumentFinding, InvalidArgumentsError } from './document/errors.js';
import { type JsonObject, member } from './document/json.js';
import { type OperationPlan, type OperationSummary } from './operations/operation-plan.js';
import { type ParameterLocation } from './operations/parameters.js';
import { cookieWriter } from './serialize/cookie.js';
import { bodyWriter } from './serialize/body.js';
import { type Content, type FetchedFile, type FileLink } from './serialize/content.js';
import { headerWriter } from './serialize/header.js';
import { pathWriter } from './serialize/path.js';
import { queryWriter } from './serialize/query.js';
import { hasNull, withoutLeftOutNulls } from './arguments/omitted-nulls.js';

/** A request that is ready to be sent, but for its credential. Header names are in lower case. */
export interface BuiltRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** how many bytes of the body are files', if any */
  fileBytes?: number;
  /** there are files to fetch first; until then there is no body, and no header that says what it is */
  pending?: PendingRequest;
  /** which arguments were read in another type than they were given in */
  notices?: readonly ArgumentFinding[];
}

/** A request whose body waits for files. */
export interface PendingRequest {
  readonly links: readonly FileLink[];
  /** To be called once. @param files one for each link, in their order */
  complete(files: readonly FetchedFile[]): BuiltRequest;
}

/** An operation that can be called. */
export interface CompiledOperation extends OperationSummary {
  /** the only origin that {@link buildRequest} can produce */
  readonly origin: string;
  /** JSON Schema 2020-12 of the arguments, as a model sees it */
  readonly argumentsSchema: JsonObject;
  /** what the arguments may set: a credential must not share its place with any of these */
  readonly parameters: readonly { argument: string; name: string; location: ParameterLocation }[];
  /**
   * Checks arguments and makes the request of them.
   *
   * @throws {InvalidArgumentsError} they do not fit {@link argumentsSchema}, or would change where the request goes
   */
  buildRequest(args: JsonObject): BuiltRequest;
}

interface CompiledDocument {
  catalogue: Catalogue;
  operations: Map<string, CompiledOperation>;
}

const documents = new WeakMap<OpenApiDocument, Map<string, CompiledDocument>>();

/**
 * Compiles one operation. The second time it costs nothing, as long as the document object is the same one.
 *
 * @returns `undefined` where the document has no such operation, or none that can be called
 * @throws {InvalidDocumentError} nothing of the document can be called; {@link describeDocument} says so beforehand
 */
export function compileOperation(
  document: OpenApiDocument,
  operationId: string,
  base: BaseLocation = {},
): CompiledOperation | undefined {
  const { catalogue, operations } = compiledDocument(document, base);
  const known = operations.get(operationId);
  if (known !== undefined) return known;
  const plan = catalogue.plans.get(operationId);
  if (plan === undefined) return undefined;
  const operation = compilePlan(document, plan);
  operations.set(operationId, operation);
  return operation;
}

/** The operations of a document, read once for each place it may have come from. */
export function catalogueOf(document: OpenApiDocument, base: BaseLocation): Catalogue {
  return compiledDocument(document, base).catalogue;
}

function compiledDocument(document: OpenApiDocument, base: BaseLocation): CompiledDocument {
  const byBase = documents.get(document) ?? new Map<string, CompiledDocument>();
  documents.set(document, byBase);
  const key = base.documentUrl ?? '';
  const compiled = byBase.get(key) ?? { catalogue: readCatalogue(document, base), operations: new Map() };
  byBase.set(key, compiled);
  return compiled;
}

/** What a call wants back: JSON rather than anything else. */
const ACCEPT = 'application/json, */*;q=0.5';

function compilePlan(document: OpenApiDocument, plan: OperationPlan): CompiledOperation {
  const { server, template, parameters, fixedQuery, body, summary } = plan;
  const { origin } = server;
  const writePath = pathWriter(server.url.slice(origin.length), template, parameters);
  const writeQuery = queryWriter(parameters, fixedQuery);
  const writeHeaders = headerWriter(parameters);
  const writeBody = body && bodyWriter(body);
  const rename = renaming(parameters);
  const writeCookie = cookieWriter(parameters);
  // Read on first use: whoever wants one operation of a large document should not pay for the schemas of all.
  let schema: JsonObject | undefined;
  const schemaOnce = () => (schema ??= argumentsSchema(document, plan));
  let check: ArgumentsCheck | undefined;

  const build = (given: JsonObject): BuiltRequest => {
    check ??= boundedCheckOf(schemaOnce());
    const { args, notices } = check(rename(given));
    const path = writePath(args);
    const query = writeQuery(args);
    const url = query === '' ? origin + path : `${origin}${path}?${query}`;
    assertTarget(url, origin, path);
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
      // Kept only for the check: those of a large document together are many times what is needed to call it.
      return schema ?? argumentsSchema(document, plan);
    },
    parameters: parameters.map(({ argument, name, location }) => ({ argument, name, location })),
    buildRequest: (args) => refusingBottomless(() => build(args)),
  };
}

function boundedCheckOf(schema: JsonObject): ArgumentsCheck {
  const check = argumentsCheck(schema);
  return boundedCheck(schema, (args) => check(hasNull(args) ? withoutLeftOutNulls(schema, args) : args));
}

function addContent(request: BuiltRequest, { contentType, body, fileBytes }: Content): BuiltRequest {
  request.headers['content-type'] = contentType;
  request.body = body;
  if (fileBytes > 0) request.fileBytes = fileBytes;
  return request;
}

/**
 * The last look before a URL leaves: parsed as an HTTP client parses it, it has the server's origin and the very path that
 * was written segment by segment. What was refused earlier never gets here; this holds even if that should ever miss one.
 */
function assertTarget(url: string, origin: string, path: string): void {
  const parsed = new URL(url);
  if (parsed.origin === origin && parsed.pathname === (path === '' ? '/' : path)) return;
  throw new InvalidArgumentsError([{ pointer: '', message: 'the arguments would change where the request goes' }]);
}

/** Arguments that are nested thousands of levels deep exhaust the stack; that is their fault and not ours. */
function refusingBottomless<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentsError([{ pointer: '', message: 'the arguments are nested too deeply' }]);
  }
}
