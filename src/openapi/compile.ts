import { argumentsSchema } from './schema/arguments-schema.js';
import { type ArgumentsCheck, argumentsCheck } from './schema/check-arguments.js';
import { type Catalogue, readCatalogue } from './operations/catalogue.js';
import { type BaseLocation, type OpenApiDocument } from './document.js';
import { InvalidArgumentsError } from './errors.js';
import { type JsonObject, type JsonValue, member } from './json.js';
import { type OperationPlan, type OperationSummary } from './operations/operation-plan.js';
import { type ParameterLocation } from './operations/parameters.js';
import { cookieWriter } from './serialize/cookie.js';
import { formWriter } from './serialize/form.js';
import { headerWriter } from './serialize/header.js';
import { pathWriter } from './serialize/path.js';
import { queryWriter } from './serialize/query.js';

/** A request that is ready to be sent, but for its credential. Header names are in lower case. */
export interface BuiltRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
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
  const { server, template, parameters, body, summary } = plan;
  const { origin } = server;
  const writePath = pathWriter(server.url.slice(origin.length), template, parameters);
  const writeQuery = queryWriter(parameters);
  const writeHeaders = headerWriter(parameters);
  const writeBody = body?.form ? formWriter(body.form) : (content: JsonValue) => JSON.stringify(content);
  const writeCookie = cookieWriter(parameters);
  // Read on first use: whoever wants one operation of a large document should not pay for the schemas of all.
  let schema: JsonObject | undefined;
  const schemaOnce = () => (schema ??= argumentsSchema(document, plan));
  let check: ArgumentsCheck | undefined;

  const build = (args: JsonObject): BuiltRequest => {
    check ??= argumentsCheck(schemaOnce());
    check(args);
    const path = writePath(args);
    const query = writeQuery(args);
    const url = query === '' ? origin + path : `${origin}${path}?${query}`;
    assertTarget(url, origin, path);
    const headers: Record<string, string> = {};
    writeHeaders(args, headers);
    const cookie = writeCookie(args);
    if (cookie !== undefined) headers['cookie'] = cookie;
    headers['accept'] = ACCEPT;
    const content = body && member(args, 'body');
    if (body === undefined || content === undefined) return { method: summary.method, url, headers };
    headers['content-type'] = body.mediaType;
    return { method: summary.method, url, headers, body: writeBody(content) };
  };

  return {
    ...summary,
    origin,
    get argumentsSchema() {
      return schemaOnce();
    },
    parameters: parameters.map(({ argument, name, location }) => ({ argument, name, location })),
    buildRequest: (args) => refusingBottomless(() => build(args)),
  };
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
