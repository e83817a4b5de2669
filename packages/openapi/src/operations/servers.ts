import { type DocumentOptions } from '../document/document.js';
import { type Finding } from '../document/errors.js';
import {
  type JsonObject,
  type JsonValue,
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

/**
 * Returns the server of a document: the first of `servers`, or the origin of the document's URL if the list is absent or empty (OAS 3.1.1,
 * section 4.8.1).
 *
 * @returns the server, or the findings `no_server`, `relative_server`, `server_variable_without_default` or `invalid_server`
 */
export function documentServer(json: JsonObject, options: DocumentOptions): DocumentServer | Finding[] {
  const [first = null] = listMember(json, 'servers') ?? [];
  if (first === null && options.documentUrl === undefined) {
    const message = 'the document has no server; add "servers": [{"url": "https://…"}]';
    return [{ code: 'no_server', message, pointer: '' }];
  }
  return first === null ? readServer({ url: '/' }, '', options) : readServer(first, '/servers/0', options);
}

/**
 * Reads a Server Object (OAS 3.1.1, section 4.8.5). A relative URL is resolved against the document's.
 *
 * @param pointer the pointer of the object
 * @returns the server, or everything that is wrong with it
 */
export function readServer(server: JsonValue, pointer: string, options: DocumentOptions): DocumentServer | Finding[] {
  const place = pointerTo(pointer, 'url');
  const url = substituteVariables(server, pointer);
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

function substituteVariables(server: JsonValue, pointer: string): string | Finding[] {
  const variables = objectMember(server, 'variables');
  const missing = new Set<string>();
  const url = (stringMember(server, 'url') ?? '').trim().replace(/\{([^{}]*)\}/g, (text, name: string) => {
    if (name.startsWith(CONNECTION) && member(variables ?? null, name) === undefined) return text;
    const value = variables && member(member(variables, name), 'default');
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
