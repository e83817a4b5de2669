import { type DocumentOptions } from '../document/document.js';
import { type Finding } from '../document/errors.js';
import {
  type JsonObject,
  type JsonValue,
  type Located,
  listMember,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from '../document/json.js';

/** The beginning of the names of values that the application replaces for each connection, as in `https://{connection.shop}.example.com`. */
const CONNECTION = 'connection.';

/** The server of a document, with an absolute URL in which variables are replaced by their defaults. */
export interface DocumentServer {
  /** without a trailing slash; `{connection.…}` is left as it is, and encoded in the path */
  url: string;
  origin: string;
  /** the host in lower case, with its port unless it is the default */
  domain: string;
}

/** A server that a document offers. */
export interface DeclaredServer {
  /** as the document writes it */
  url: string;
  description: string | null;
  variables: { [name: string]: ServerVariable };
  /** whether calls go to it */
  selected: boolean;
}

/** A variable of a server's URL (OAS 3.1.1, section 4.8.6). */
export interface ServerVariable {
  default: string | null;
  enum?: string[];
  description?: string;
}

/**
 * Returns the server of a document: the chosen one, else the first of `servers`, or the origin of the document's URL if the list is absent or
 * empty (OAS 3.1.1, section 4.8.1).
 *
 * @returns the server, or the findings `no_server`, `relative_server`, `server_variable_without_default`, `invalid_server`, `unknown_server` or
 *   `invalid_server_variable`
 */
export function documentServer(json: JsonObject, options: DocumentOptions): DocumentServer | Finding[] {
  const servers = serversOf(json, options);
  if (servers.length === 0) {
    const message = 'the document has no server; add "servers": [{"url": "https://…"}]';
    return [{ code: 'no_server', message, pointer: '' }];
  }
  const selected = selectedServer(json, options);
  if (selected === undefined) {
    const known = servers.slice(0, MAX_LISTED).map(({ value }) => `"${urlOf(value)}"`);
    const message = `the document has no server "${options.server?.url}"; choose ${known.join(', ')}${servers.length > MAX_LISTED ? ', …' : ''}`;
    return [{ code: 'unknown_server', message, pointer: '/servers' }];
  }
  const { value, pointer } = selected;
  const values = options.server?.variables ?? {};
  const problems = Object.entries(values).flatMap(([name, chosen]) => valueProblems(value, name, chosen, pointer));
  return problems.length > 0 ? problems : readServer(value, pointer, options, values);
}

/** Servers in an error message. */
const MAX_LISTED = 5;

/** Returns the Server Object that calls go to. @returns `undefined` if the document has no such server */
export function selectedServer(json: JsonObject, options: DocumentOptions): Located | undefined {
  const servers = serversOf(json, options);
  const url = options.server?.url;
  if (url === undefined) return servers[0];
  const isSame = (other: string) => other.replace(/\/+$/, '') === url.replace(/\/+$/, '');
  const resolved = ({ value, pointer }: Located) => readServer(value, pointer, options);
  return (
    servers.find(({ value }) => isSame(urlOf(value))) ??
    servers.find((each) => [resolved(each)].flat().some((found) => 'url' in found && isSame(found.url)))
  );
}

/** Returns the servers of a document, from which one can be chosen. */
export function declaredServers(json: JsonObject, options: DocumentOptions): DeclaredServer[] {
  const selected = selectedServer(json, options);
  return serversOf(json, options).map(({ value, pointer }) => ({
    url: urlOf(value),
    description: stringMember(value, 'description') ?? null,
    variables: Object.fromEntries(
      Object.entries(objectMember(value, 'variables') ?? {}).map(([name, variable]) => [name, readVariable(variable)]),
    ),
    selected: pointer === selected?.pointer,
  }));
}

function readVariable(variable: JsonValue): ServerVariable {
  const allowed = allowedValues(variable);
  const description = stringMember(variable, 'description');
  const value = member(variable, 'default');
  return {
    default: typeof value === 'string' || typeof value === 'number' ? String(value) : null,
    ...(allowed.length > 0 && { enum: allowed }),
    ...(description !== undefined && { description }),
  };
}

function serversOf(json: JsonObject, { documentUrl }: DocumentOptions): Located[] {
  const servers = listMember(json, 'servers') ?? [];
  if (servers.length === 0) return documentUrl === undefined ? [] : [{ value: { url: '/' }, pointer: '' }];
  return servers.map((value, index) => ({ value, pointer: pointerTo('/servers', index) }));
}

function urlOf(server: JsonValue): string {
  return (stringMember(server, 'url') ?? '').trim();
}

function allowedValues(variable: JsonValue | undefined): string[] {
  return (listMember(variable ?? null, 'enum') ?? []).map(String);
}

/** The value of a variable that the application replaces for each connection. */
const CONNECTION_VALUE = /^\{connection\.[^{}]+\}$/;

function valueProblems(server: JsonValue, name: string, value: string, pointer: string): Finding[] {
  const variable = member(objectMember(server, 'variables') ?? null, name);
  const at = pointerTo(pointer, 'variables', name);
  const problem = (message: string) => [{ code: 'invalid_server_variable', message, pointer: at }];
  if (variable === undefined) return problem(`the server "${urlOf(server)}" has no variable "${name}"`);
  const allowed = allowedValues(variable);
  if (CONNECTION_VALUE.test(value) || allowed.length === 0 || allowed.includes(value)) return [];
  const listed = allowed.slice(0, MAX_LISTED).join(', ') + (allowed.length > MAX_LISTED ? ', …' : '');
  return problem(`the server variable "${name}" must be one of ${listed}`);
}

/**
 * Reads a Server Object (OAS 3.1.1, section 4.8.5). A relative URL is resolved against the document's.
 *
 * @param pointer the pointer of the object
 * @param values values of variables; the others have their defaults
 * @returns the server, or everything that is wrong with it
 */
export function readServer(
  server: JsonValue,
  pointer: string,
  options: DocumentOptions,
  values: { readonly [name: string]: string } = {},
): DocumentServer | Finding[] {
  const place = pointerTo(pointer, 'url');
  const url = substituteVariables(server, pointer, values);
  if (typeof url !== 'string') return url;
  const isRelative = !/^[a-z][a-z0-9+.-]*:\/\//i.test(url);
  if (isRelative && options.documentUrl === undefined) {
    const message = `the server "${url}" is relative, but the document was not fetched from a URL; add a scheme and host`;
    return [{ code: 'relative_server', message, pointer: place }];
  }
  const parsed = parseUrl(url, options.documentUrl);
  const problems = parsed === undefined ? ['is not a URL'] : invalidReasons(parsed);
  if (parsed === undefined || problems.length > 0) {
    return problems.map((problem) => ({
      code: 'invalid_server',
      message: `the server "${url}" ${problem}`,
      pointer: place,
    }));
  }
  return { url: parsed.origin + parsed.pathname.replace(/\/+$/, ''), origin: parsed.origin, domain: parsed.host };
}

function invalidReasons({ protocol, username, password, search, hash }: URL): string[] {
  return [
    ...(protocol === 'https:' || protocol === 'http:' ? [] : ['must use https or http']),
    ...(username + password === '' ? [] : ['must not contain a user name or password']),
    ...(search + hash === '' ? [] : ['must not have a query or fragment']),
  ];
}

/** Parses a URL. Node 20 and 22 cannot be asked by `URL.canParse`: once optimized, it rejects URLs with Latin-1 letters. */
function parseUrl(url: string, base: string | undefined): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

function substituteVariables(
  server: JsonValue,
  pointer: string,
  values: { readonly [name: string]: string },
): string | Finding[] {
  const variables = objectMember(server, 'variables');
  const missing = new Set<string>();
  const url = urlOf(server).replace(/\{([^{}]*)\}/g, (text, name: string) => {
    if (name.startsWith(CONNECTION) && member(variables ?? null, name) === undefined) return text;
    const value = Object.hasOwn(values, name) ? values[name] : variables && member(member(variables, name), 'default');
    if (typeof value !== 'string' && typeof value !== 'number') missing.add(name);
    return String(value);
  });
  if (missing.size === 0) return url;
  return [...missing].map((name) => ({
    code: 'server_variable_without_default',
    message: `the server variable "${name}" has no default; add one`,
    pointer: pointerTo(pointer, 'variables', name),
  }));
}
