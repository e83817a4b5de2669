import { type DocumentOptions } from '../document/document.js';
import { type Finding, InvalidDocumentError } from '../document/errors.js';
import {
  type JsonObject,
  type JsonValue,
  listMember,
  member,
  objectMember,
  pointerTo,
  stringMember,
} from '../document/json.js';

/** The server of a document, with an absolute URL in which variables are replaced by their defaults. */
export interface DocumentServer {
  /** without a trailing slash */
  url: string;
  origin: string;
  /** the host in lower case, with its port unless it is the default */
  domain: string;
}

/**
 * Returns the server of a document: the first of `servers`, or the origin of the document's URL if the list is absent or empty (OAS 3.1.1,
 * section 4.8.1).
 *
 * @throws {InvalidDocumentError} `no_server`, `relative_server`, `server_variable_without_default`, `invalid_server`
 */
export function documentServer(json: JsonObject, options: DocumentOptions): DocumentServer {
  const [first = null] = listMember(json, 'servers') ?? [];
  if (first === null && options.documentUrl === undefined) {
    const message = 'the document has no server; add "servers": [{"url": "https://…"}]';
    throw new InvalidDocumentError([{ code: 'no_server', message, pointer: '' }]);
  }
  const server = first === null ? readServer({ url: '/' }, '', options) : readServer(first, '/servers/0', options);
  if ('code' in server) throw new InvalidDocumentError([server]);
  return server;
}

/**
 * Reads a Server Object (OAS 3.1.1, section 4.8.5). A relative URL is resolved against the document's.
 *
 * @param pointer the pointer of the object
 */
export function readServer(server: JsonValue, pointer: string, options: DocumentOptions): DocumentServer | Finding {
  const place = pointerTo(pointer, 'url');
  const url = substituteVariables(server, pointer);
  if (typeof url !== 'string') return url;
  const isRelative = !/^[a-z][a-z0-9+.-]*:\/\//i.test(url);
  if (isRelative && options.documentUrl === undefined) {
    const message = `the server "${url}" is relative, but the document was not fetched from a URL; add a scheme and host`;
    return { code: 'relative_server', message, pointer: place };
  }
  const parsed = parseUrl(url, options.documentUrl);
  const problem = parsed === undefined ? 'is not a URL' : invalidReason(parsed);
  if (parsed === undefined || problem !== undefined) {
    return { code: 'invalid_server', message: `the server "${url}" ${problem}`, pointer: place };
  }
  return { url: parsed.origin + parsed.pathname.replace(/\/+$/, ''), origin: parsed.origin, domain: parsed.host };
}

function invalidReason(url: URL): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must use https or http';
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password';
  if (url.search !== '' || url.hash !== '') return 'must not have a query or fragment';
  return undefined;
}

/** Parses a URL. Node 20 and 22 cannot be asked by `URL.canParse`: once optimized, it rejects URLs with Latin-1 letters. */
function parseUrl(url: string, base: string | undefined): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

function substituteVariables(server: JsonValue, pointer: string): string | Finding {
  const variables = objectMember(server, 'variables');
  let missing: string | undefined;
  const url = (stringMember(server, 'url') ?? '').trim().replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = variables && member(member(variables, name), 'default');
    if (typeof value !== 'string' && typeof value !== 'number') missing ??= name;
    return String(value);
  });
  if (missing === undefined) return url;
  const message = `the server variable "${missing}" has no default; add one`;
  return { code: 'server_variable_without_default', message, pointer: pointerTo(pointer, 'variables', missing) };
}
