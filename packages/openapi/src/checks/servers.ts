import ipaddr from 'ipaddr.js';
import { type JsonValue, listMember, member, objectMember, pointerTo, stringMember } from '../document/json.js';
import { type CheckContext, type Complaint } from './check.js';

const FIRST_URL = '/servers/0/url';

/** An action calls one host: the first server's (OAS 3.1.1, section 4.8.1, leaves the choice to whoever calls). */
export function severalServers({ document, server }: CheckContext): Complaint[] {
  const count = servers(document.json).length;
  if (count < 2) return [];
  const message = `the document names ${count} servers, of which only the first, ${server.url}, is called; put the one that you mean first`;
  return [{ message, pointer: '/servers' }];
}

export function insecureServer({ document, server }: CheckContext): Complaint[] {
  if (!server.url.startsWith('http:')) return [];
  const message = `${server.url} is not encrypted: whoever is on the way reads credentials and answers, so calls are refused unless the operator allows them; use https`;
  return [{ message, pointer: placeOfServer(document.json) }];
}

/** Names that mean something else on each machine or network (RFC 6761, 6.3; RFC 6762, 3; RFC 8375), or are no domain at all. */
const LOCAL_NAME = /^[^.]+$|\.(?:localhost|local|internal|home\.arpa|lan)$/;

export function localServer({ document, server }: CheckContext): Complaint[] {
  if (!isLocal(server.url)) return [];
  const message = `${server.domain} is not on the public internet: calls to it are refused unless the operator allows them; name the public host`;
  return [{ message, pointer: placeOfServer(document.json) }];
}

export function unusualPort({ document, server }: CheckContext): Complaint[] {
  const { port, protocol } = new URL(server.url);
  if (port === '' || protocol !== 'https:' || isLocal(server.url)) return [];
  const message = `port ${port} is not the usual one of https: calls to it are refused unless the operator allows them; serve the API on port 443`;
  return [{ message, pointer: placeOfServer(document.json) }];
}

/** Variables of a server's URL are always their defaults: an argument must not choose the host. */
export function templatedServer({ document, server }: CheckContext): Complaint[] {
  const [first = null] = servers(document.json);
  const names = (stringMember(first, 'url') ?? '').match(/\{[^{}]+\}/g);
  if (names === null) return [];
  const message = `${names.join(', ')} in the server's URL always has its default, so that calls go to ${server.url}; where that is not yours, write your URL there`;
  return [{ message, pointer: FIRST_URL }];
}

/** The default MUST be one of the enum (OAS 3.1.1, section 4.8.6.1). */
export function serverDefaultNotAllowed({ document }: CheckContext): Complaint[] {
  const [first = null] = servers(document.json);
  const variables = Object.entries(objectMember(first, 'variables') ?? {});
  return variables.flatMap(([name, variable]) => {
    const value = member(variable, 'default');
    const values = listMember(variable, 'enum') ?? [];
    if (value === undefined || values.length === 0 || values.includes(value)) return [];
    const message = `the default of the server's variable "${name}" is none of the values in its enum, and is used all the same`;
    return [{ message, pointer: pointerTo('/servers/0/variables', name, 'default') }];
  });
}

/** Where every path repeats what the server's URL ends in, a call would go to `/v1/v1/notes`. */
export function repeatedBasePath({ server, operations }: CheckContext): Complaint[] {
  const base = server.url.slice(server.origin.length);
  const paths = operations.filter(({ plan }) => plan.server === server).map(({ path }) => path);
  if (base === '' || paths.length === 0 || !paths.every((path) => path.startsWith(`${base}/`))) return [];
  const message = `the server's URL ends in "${base}" and every path begins with it, so that calls go to ${server.url}${paths[0]}; take it out of one of them`;
  return [{ message, pointer: FIRST_URL }];
}

function servers(root: JsonValue): JsonValue[] {
  return listMember(root, 'servers') ?? [];
}

/** A document without servers is called where it came from. */
function placeOfServer(root: JsonValue): string {
  return servers(root).length === 0 ? '' : FIRST_URL;
}

function isLocal(url: string): boolean {
  const host = new URL(url).hostname;
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(address) ? ipaddr.process(address).range() !== 'unicast' : LOCAL_NAME.test(host);
}
