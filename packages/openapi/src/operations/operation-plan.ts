import { type DocumentOptions, type OpenApiDocument } from '../document/document.js';
import { type JsonObject, type Located, listMember, member, pointerTo, stringMember } from '../document/json.js';
import { requiresAuth } from '../document/security.js';
import { acceptHeader } from './accept.js';
import { type OperationFindings } from './operation-findings.js';
import { type Parameter, readParameters } from './parameters.js';
import { type PathQuery, readPathQuery } from './path-query.js';
import {
  type PathTemplate,
  type TemplateSegment,
  bindVariables,
  readPathTemplate,
  templateVariables,
} from './path-template.js';
import { type RequestBody, readRequestBody } from './request-body.js';
import { type DocumentServer, readServer } from './servers.js';

/** An operation in a list of operations. */
export interface OperationSummary {
  /** the operation's own, or made from method and path; unique within the document */
  operationId: string;
  /** in upper case */
  method: string;
  /** as in the document, such as `/findings/{id}` */
  path: string;
  summary: string | null;
  description: string | null;
  tags: string[];
  /** the value of `x-openai-isConsequential`; by default true unless the method is GET */
  isConsequential: boolean;
  /** false only if `x-openai-isConsequential` is true */
  canAlwaysAllow: boolean;
  /** false if the effective `security` allows calls without a credential only */
  requiresAuth: boolean;
}

/** An operation as declared in the document. */
export interface DeclaredOperation {
  readonly path: string;
  readonly method: string;
  readonly pathItem: Located<JsonObject>;
  readonly operation: Located<JsonObject>;
}

/** An operation with resolved references, ready to be compiled. */
export interface OperationPlan {
  readonly summary: OperationSummary;
  readonly pointer: string;
  /** the pointer of the path item */
  readonly pathItem: string;
  readonly server: DocumentServer;
  readonly template: readonly TemplateSegment[];
  readonly parameters: readonly Parameter[];
  /** names of arguments of the parameters that {@link DocumentOptions.presetHeaders} leaves out */
  readonly presetArguments: readonly string[];
  /** query pairs that are the same in every request */
  readonly fixedQuery: PathQuery['fixed'];
  readonly body: RequestBody | undefined;
  /** the value of the `accept` header */
  readonly accept: string;
}

export interface OperationContext extends DeclaredOperation {
  readonly document: OpenApiDocument;
  /** the document's server, whose origin is the only one that requests may go to */
  readonly server: DocumentServer;
  readonly options: DocumentOptions;
  readonly operationId: string;
}

/** Reads one operation, and adds findings about whatever prevents calls. */
export function readOperation(context: OperationContext, findings: OperationFindings): OperationPlan | undefined {
  const { document, path, method, operation } = context;
  const template = readPathTemplate(path);
  if ('problem' in template) return void findings.reject('unsupported_path', template.problem, operation.pointer);
  const server = operationServer(context, findings);
  const declared = readParameters(context, findings);
  const { parameters, fixed } = applyPathQuery(declared, template, context, findings);
  const body = readRequestBody(document, operation, method, findings);
  if (body?.isWhole && parameters.length > 0)
    findings.reject('invalid_structure', 'the body can be the arguments only if there are no parameters', body.pointer);
  const inPath = parameters.filter(({ location }) => location === 'path');
  const { segments, spanning } = bindVariables(template.segments, new Set(inPath.map(({ name }) => name)));
  const used = dropUnusedPathParameters(parameters, context, templateVariables(segments), findings).map((parameter) =>
    parameter.location === 'path' && spanning.has(parameter.name) ? { ...parameter, spansSegments: true } : parameter,
  );
  const { pointer } = operation;
  const pathItem = context.pathItem.pointer;
  const summary = summarize(context);
  const accept = acceptHeader(document.json, operation.value);
  const parts = { ...withoutPresetHeaders(used, context.options), fixedQuery: fixed, body, accept };
  return { summary, pointer, pathItem, server, template: segments, ...parts };
}

/** Leaves out the parameters of headers that every request has. Their names remain taken, so that no other argument is renamed. */
function withoutPresetHeaders(
  parameters: readonly Parameter[],
  { presetHeaders = [] }: DocumentOptions,
): Pick<OperationPlan, 'parameters' | 'presetArguments'> {
  const isPreset = ({ location, name }: Parameter) =>
    location === 'header' && presetHeaders.includes(name.toLowerCase());
  const names = parameters.filter(isPreset).flatMap(({ argument, originalName }) => [argument, originalName]);
  return { parameters: parameters.filter((each) => !isPreset(each)), presetArguments: [...new Set(names)] };
}

/** Applies the query of a path. The standard allows no query or fragment there (OAS 3.1.1, section 4.8.8), but documents use them. */
function applyPathQuery(
  parameters: readonly Parameter[],
  { query, fragment }: PathTemplate,
  { path, operation }: OperationContext,
  findings: OperationFindings,
): PathQuery {
  if (fragment !== undefined) {
    findings.warn('path_fragment', `the fragment "#${fragment}" of the path ${path} is not sent`, operation.pointer);
  }
  if (query === undefined) return { parameters, fixed: [] };
  const read = readPathQuery(query, parameters);
  if ('problem' in read) {
    findings.reject('unsupported_path', read.problem, operation.pointer);
    return { parameters, fixed: [] };
  }
  const message = `the path ${path} has a query, which is sent; it belongs in query parameters`;
  findings.warn('path_query', message, operation.pointer);
  return read;
}

/** Returns the operation's or path item's own server if it has the same origin as the document's, because a credential belongs to one origin. */
function operationServer(context: OperationContext, findings: OperationFindings): DocumentServer {
  const { server, options, operation, pathItem } = context;
  const owner = [operation, pathItem].find(({ value }) => listMember(value, 'servers')?.length);
  if (owner === undefined) return server;
  const servers = (listMember(owner.value, 'servers') ?? []).map((own, index) =>
    readServer(own, pointerTo(owner.pointer, 'servers', index), options),
  );
  const same = servers
    .flatMap((own) => (Array.isArray(own) ? [] : [own]))
    .find(({ origin }) => origin === server.origin);
  if (same !== undefined) return same;
  const [first] = servers;
  const name = first === undefined || Array.isArray(first) ? 'a server of its own' : first.domain;
  const message = `the server of the operation is ${name}, but the server of the document is ${server.domain}; all operations must use the same host`;
  findings.reject('other_host', message, pointerTo(owner.pointer, 'servers'));
  return server;
}

/** Checks path parameters against the template (OAS 3.1.1, section 4.4), and drops those that it does not use. */
function dropUnusedPathParameters(
  parameters: readonly Parameter[],
  { path, operation }: OperationContext,
  variables: readonly string[],
  findings: OperationFindings,
): Parameter[] {
  const inPath = parameters.filter(({ location }) => location === 'path');
  const declared = new Set(inPath.map(({ name }) => name));
  const wanted = new Set(variables);
  for (const variable of wanted) {
    // If the operation is already rejected, the parameter may be declared but not supported.
    if (!findings.isCallable || declared.has(variable)) continue;
    const message = `the path ${path} has "{${variable}}", but no path parameter of that name is declared`;
    findings.reject('undeclared_path_parameter', message, operation.pointer);
  }
  const isUnused = ({ location, name }: Parameter) => location === 'path' && !wanted.has(name);
  for (const { name, pointer } of inPath.filter(isUnused)) {
    const message = `the path parameter "${name}" is ignored: the path ${path} has no "{${name}}"`;
    findings.warn('unused_path_parameter', message, pointer);
  }
  return parameters.filter((parameter) => !isUnused(parameter));
}

function summarize({ document, operationId, method, path, operation }: OperationContext): OperationSummary {
  const consequential = member(operation.value, 'x-openai-isConsequential');
  return {
    operationId,
    method,
    path,
    summary: stringMember(operation.value, 'summary') ?? null,
    description: stringMember(operation.value, 'description') ?? null,
    tags: (listMember(operation.value, 'tags') ?? []).filter((tag) => typeof tag === 'string'),
    isConsequential: typeof consequential === 'boolean' ? consequential : method !== 'GET',
    canAlwaysAllow: consequential !== true,
    requiresAuth: requiresAuth(document.json, operation.value),
  };
}
