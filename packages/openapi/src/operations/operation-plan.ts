import { type BaseLocation, type OpenApiDocument } from '../document/document.js';
import { type JsonObject, type Located, isObject, listMember, member, pointerTo, stringMember } from '../document/json.js';
import { type OperationNotes } from './operation-notes.js';
import { type Parameter, readParameters } from './parameters.js';
import { type PathQuery, readPathQuery } from './path-query.js';
import { type PathTemplate, type TemplateSegment, readPathTemplate, templateVariables } from './path-template.js';
import { type RequestBody, readRequestBody } from './request-body.js';
import { type DocumentServer, readServer } from './servers.js';

/** What a list of operations shows of one. */
export interface OperationSummary {
  /** the document's own, or one made from method and path where it has none; unique within the document */
  operationId: string;
  /** in upper case */
  method: string;
  /** as in the document, such as `/notes/{id}` */
  path: string;
  summary: string | null;
  description: string | null;
  /** `x-openai-isConsequential`, else whether the method is anything but GET */
  isConsequential: boolean;
  /** false only where the document says `x-openai-isConsequential: true` */
  canAlwaysAllow: boolean;
  /** false where the effective `security` says that none is needed */
  requiresAuth: boolean;
}

/** One operation where it stands in the document. */
export interface OperationPlace {
  readonly path: string;
  readonly method: string;
  readonly pathItem: Located<JsonObject>;
  readonly operation: Located<JsonObject>;
}

/** An operation with its references resolved, ready to be compiled. */
export interface OperationPlan {
  readonly summary: OperationSummary;
  readonly pointer: string;
  readonly server: DocumentServer;
  readonly template: readonly TemplateSegment[];
  readonly parameters: readonly Parameter[];
  /** pairs of the query that are the same in every request */
  readonly fixedQuery: PathQuery['fixed'];
  readonly body: RequestBody | undefined;
}

export interface OperationContext extends OperationPlace {
  readonly document: OpenApiDocument;
  /** the document's server: the only origin that a call may go to */
  readonly server: DocumentServer;
  readonly base: BaseLocation;
  readonly operationId: string;
}

/** Reads one operation; what keeps it from being called is noted. */
export function readOperation(context: OperationContext, notes: OperationNotes): OperationPlan | undefined {
  const { document, path, method, pathItem, operation } = context;
  const template = readPathTemplate(path);
  if ('problem' in template) return void notes.refuse('unsupported_path', template.problem, operation.pointer);
  const server = operationServer(context, notes);
  const declared = readParameters(document.json, pathItem, operation, notes);
  const { parameters, fixed } = withPathQuery(declared, template, context, notes);
  const body = readRequestBody(document.json, operation, method, notes);
  const used = withoutStrangers(parameters, context, templateVariables(template.segments), notes);
  const { pointer } = operation;
  const summary = summarize(context);
  return { summary, pointer, server, template: template.segments, parameters: used, fixedQuery: fixed, body };
}

/** Paths have neither queries nor fragments (OAS 3.1.1, section 4.8.8); documents put them there to tell operations apart. */
function withPathQuery(
  parameters: readonly Parameter[],
  { query, fragment }: PathTemplate,
  { path, operation }: OperationContext,
  notes: OperationNotes,
): PathQuery {
  if (fragment !== undefined) {
    notes.warn('path_fragment', `"#${fragment}" of the path ${path} is not sent`, operation.pointer);
  }
  if (query === undefined) return { parameters, fixed: [] };
  const read = readPathQuery(query, parameters);
  if ('problem' in read) {
    notes.refuse('unsupported_path', read.problem, operation.pointer);
    return { parameters, fixed: [] };
  }
  const message = `the path ${path} has a query, which belongs into parameters; it is sent`;
  notes.warn('path_query', message, operation.pointer);
  return read;
}

/**
 * An operation's or path item's own server is used where it has the origin of the document's: a credential goes to the
 * origin of its action and nowhere else.
 */
function operationServer(context: OperationContext, notes: OperationNotes): DocumentServer {
  const { server, base, operation, pathItem } = context;
  const owner = [operation, pathItem].find(({ value }) => listMember(value, 'servers')?.length);
  if (owner === undefined) return server;
  const servers = (listMember(owner.value, 'servers') ?? []).map((own, index) =>
    readServer(own, pointerTo(owner.pointer, 'servers', index), base),
  );
  const same = servers.find((own) => !('code' in own) && own.origin === server.origin);
  if (same !== undefined && !('code' in same)) return same;
  const [first] = servers;
  const name = first === undefined || 'code' in first ? 'a server of its own' : first.domain;
  const message = `the operation is served by ${name}, and the document by ${server.domain}: an action calls one host`;
  notes.refuse('other_host', message, pointerTo(owner.pointer, 'servers'));
  return server;
}

/** Checks path parameters against the template (OAS 3.1.1, section 4.4), and leaves out those that are not in it. */
function withoutStrangers(
  parameters: readonly Parameter[],
  { path, operation }: OperationContext,
  variables: readonly string[],
  notes: OperationNotes,
): Parameter[] {
  const inPath = parameters.filter(({ location }) => location === 'path');
  for (const variable of new Set(variables)) {
    // Where the operation is refused already, the parameter may be there and only not supported.
    if (!notes.isCallable || inPath.some(({ name }) => name === variable)) continue;
    const message = `the path ${path} has "{${variable}}", which no path parameter declares`;
    notes.refuse('undeclared_path_parameter', message, operation.pointer);
  }
  const strangers = inPath.filter(({ name }) => !variables.includes(name));
  for (const { name, pointer } of strangers) {
    notes.warn('unused_path_parameter', `the path ${path} has no "{${name}}"; the parameter is ignored`, pointer);
  }
  return parameters.filter((parameter) => !strangers.includes(parameter));
}

function summarize({ document, operationId, method, path, operation }: OperationContext): OperationSummary {
  const consequential = member(operation.value, 'x-openai-isConsequential');
  return {
    operationId,
    method,
    path,
    summary: stringMember(operation.value, 'summary') ?? null,
    description: stringMember(operation.value, 'description') ?? null,
    isConsequential: typeof consequential === 'boolean' ? consequential : method !== 'GET',
    canAlwaysAllow: consequential !== true,
    requiresAuth: requiresAuth(document.json, operation.value),
  };
}

/** `security: []` and `security: [{}]` say that none is needed (OAS 3.1.1, section 4.8.30); an operation's own counts. */
function requiresAuth(root: JsonObject, operation: JsonObject): boolean {
  const security = listMember(operation, 'security') ?? listMember(root, 'security');
  const isEmpty = (requirement: unknown) => isObject(requirement) && Object.keys(requirement).length === 0;
  return security === undefined || !security.every(isEmpty);
}
