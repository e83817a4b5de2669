import { mapStackOverflow } from './arguments/stack-overflow.js';
import { type CheckedArguments } from './arguments/coerce.js';
import { type ArgumentFinding, InvalidArgumentsError } from './document/errors.js';
import { member } from './document/json.js';
import { type OperationPlan } from './operations/operation-plan.js';
import { bodyWriter } from './serialize/body/body.js';
import { type Content, type FetchedFile, type FileLink } from './serialize/body/content.js';
import { cookieWriter } from './serialize/cookie.js';
import { headerWriter } from './serialize/header.js';
import { pathWriter } from './serialize/path.js';
import { queryWriter } from './serialize/query.js';

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
  /** arguments whose type was converted, and empty lists and objects that were left out */
  notices?: readonly ArgumentFinding[];
}

/** A request whose body waits for files. */
export interface PendingRequest {
  readonly links: readonly FileLink[];
  /** Completes the request. Call it once. @param files one for each link, in the same order */
  complete(files: readonly FetchedFile[]): BuiltRequest;
}

/** Compiles a function that writes requests of an operation. */
export function requestBuilder(plan: OperationPlan): (checked: CheckedArguments) => BuiltRequest {
  const { server, template, parameters, fixedQuery, body, summary, accept } = plan;
  const { origin } = server;
  const writePath = pathWriter(server.url.slice(origin.length), template, parameters);
  const writeQuery = queryWriter(parameters, fixedQuery);
  const writeHeaders = headerWriter(parameters);
  const writeBody = body && bodyWriter(body);
  const writeCookie = cookieWriter(parameters);

  const build = ({ args, notices: converted }: CheckedArguments): BuiltRequest => {
    const notices = [...converted];
    const path = writePath(args);
    const query = writeQuery(args, notices);
    const url = query === '' ? origin + path : `${origin}${path}?${query}`;
    assertTargetUnchanged(url, origin, path);
    const headers: Record<string, string> = {};
    writeHeaders(args, headers, notices);
    const cookie = writeCookie(args, notices);
    if (cookie !== undefined) headers['cookie'] = cookie;
    headers['accept'] = accept;
    const request: BuiltRequest = { method: summary.method, url, headers };
    const content = body?.isWhole ? args : member(args, 'body');
    const written = content === undefined ? undefined : writeBody?.(content, notices);
    if (notices.length > 0) request.notices = notices;
    if (written === undefined) return request;
    if ('body' in written) return addContent(request, written);
    const { links, complete } = written;
    return { ...request, pending: { links, complete: (files) => addContent(request, complete(files)) } };
  };
  return (checked) => mapStackOverflow(() => build(checked));
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
