import { type BaseLocation } from '../document/document.js';
import { type Finding, InvalidDocumentError } from '../document/errors.js';
import { type JsonObject, type JsonValue, listMember, member, objectMember, pointerTo, stringMember } from '../document/json.js';

/** Where calls go: absolute, with the defaults of its variables filled in. */
export interface DocumentServer {
  /** without a slash at its end */
  url: string;
  origin: string;
  /** the host in lower case, with its port where that is not the scheme's own */
  domain: string;
}

/**
 * The server of a document's operations: the first of `servers`, or the place the document came from where it names none
 * (OAS 3.1.1, section 4.8.1: an absent or empty list means `/`).
 *
 * @throws {InvalidDocumentError} `no_server`, `relative_server`, `server_variable_without_default`, `invalid_server`
 */
export function documentServer(json: JsonObject, base: BaseLocation): DocumentServer {
  const [first = null] = listMember(json, 'servers') ?? [];
  if (first === null && base.documentUrl === undefined) {
    const message = 'the document names no server, so there is no host to call; add "servers": [{"url": "https://…"}]';
    throw new InvalidDocumentError([{ code: 'no_server', message, pointer: '' }]);
  }
  const server = first === null ? readServer({ url: '/' }, '', base) : readServer(first, '/servers/0', base);
  if ('code' in server) throw new InvalidDocumentError([server]);
  return server;
}

/**
 * A Server Object (OAS 3.1.1, section 4.8.5), relative ones resolved against where the document came from.
 *
 * @param pointer where the object stands
 */
export function readServer(server: JsonValue, pointer: string, base: BaseLocation): DocumentServer | Finding {
  const place = pointerTo(pointer, 'url');
  const url = substituteVariables(server, pointer);
  if (typeof url !== 'string') return url;
  const isRelative = !/^[a-z][a-z0-9+.-]*:\/\//i.test(url);
  if (isRelative && base.documentUrl === undefined) {
    const message = `the server "${url}" is relative, and the document was not fetched from a URL; give it a scheme and host`;
    return { code: 'relative_server', message, pointer: place };
  }
  const parsed = parseUrl(url, base.documentUrl);
  const problem = parsed === undefined ? 'is not a URL' : unfit(parsed);
  if (parsed === undefined || problem !== undefined) {
    return { code: 'invalid_server', message: `the server "${url}" ${problem}`, pointer: place };
  }
  return { url: parsed.origin + parsed.pathname.replace(/\/+$/, ''), origin: parsed.origin, domain: parsed.host };
}

function unfit(url: URL): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'is neither https nor http';
  if (url.username !== '' || url.password !== '') return 'carries a user name or password';
  if (url.search !== '' || url.hash !== '') return 'has a query or fragment, which a server must not';
  return undefined;
}

function parseUrl(url: string, base: string | undefined): URL | undefined {
  return URL.canParse(url, base) ? new URL(url, base) : undefined;
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
  const message = `the server's variable "${missing}" has no default`;
  return { code: 'server_variable_without_default', message, pointer: pointerTo(pointer, 'variables', missing) };
}
