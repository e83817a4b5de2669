import ipaddr from 'ipaddr.js';
import { type JsonValue, listMember, member, objectMember, pointerTo, stringMember } from '../document/json.js';
import { type CheckContext, type CheckFinding } from './check.js';

const FIRST_URL = '/servers/0/url';

/** Requests go to the first server (OAS 3.1.1, section 4.8.1, leaves the choice to the client). */
export function severalServers({ document, server }: CheckContext): CheckFinding[] {
  const count = servers(document.json).length;
  if (count < 2) return [];
  const message = `the document has ${count} servers, and only the first, ${server.url}, is used; move the right one to the first position`;
  return [{ message, pointer: '/servers' }];
}

export function insecureServer({ document, server }: CheckContext): CheckFinding[] {
  if (!server.url.startsWith('http:')) return [];
  const message = `${server.url} is not encrypted, which exposes credentials and responses on the network; calls are blocked by default, so use https`;
  return [{ message, pointer: placeOfServer(document.json) }];
}

/** Names that depend on the machine or network (RFC 6761, section 6.3; RFC 6762, section 3; RFC 8375), or that have no domain. */
const LOCAL_NAME = /^[^.]+$|\.(?:localhost|local|internal|home\.arpa|lan)$/;

export function localServer({ document, server }: CheckContext): CheckFinding[] {
  if (!isLocal(server.url)) return [];
  const message = `${server.domain} is not on the public internet; calls are blocked by default, so use the public host`;
  return [{ message, pointer: placeOfServer(document.json) }];
}

export function unusualPort({ document, server }: CheckContext): CheckFinding[] {
  const { port, protocol } = new URL(server.url);
  if (port === '' || protocol !== 'https:' || isLocal(server.url)) return [];
  const message = `port ${port} is not the default port of https; calls are blocked by default, so serve the API on port 443`;
  return [{ message, pointer: placeOfServer(document.json) }];
}

/** Server variables always have their defaults: an argument must not choose the host. */
export function templatedServer({ document, server }: CheckContext): CheckFinding[] {
  const [first = null] = servers(document.json);
  const names = (stringMember(first, 'url') ?? '').match(/\{(?!connection\.)[^{}]+\}/g);
  if (names === null) return [];
  const message = `${names.join(', ')} in the server's URL is always replaced by its default, so calls go to ${server.url}; if that is wrong, write your own URL`;
  return [{ message, pointer: FIRST_URL }];
}

/** The default MUST be one of the enum (OAS 3.1.1, section 4.8.6.1). */
export function serverDefaultNotAllowed({ document }: CheckContext): CheckFinding[] {
  const [first = null] = servers(document.json);
  const variables = Object.entries(objectMember(first, 'variables') ?? {});
  return variables.flatMap(([name, variable]) => {
    const value = member(variable, 'default');
    const values = listMember(variable, 'enum') ?? [];
    if (value === undefined || values.length === 0 || values.includes(value)) return [];
    const message = `the default of the server variable "${name}" must be one of the values in its enum; it is used anyway`;
    return [{ message, pointer: pointerTo('/servers/0/variables', name, 'default') }];
  });
}

/** If every path repeats the end of the server's URL, calls go to `/v1/v1/notes`. */
export function repeatedBasePath({ server, operations }: CheckContext): CheckFinding[] {
  const base = server.url.slice(server.origin.length);
  const paths = operations.filter(({ plan }) => plan.server === server).map(({ path }) => path);
  if (base === '' || paths.length === 0 || !paths.every((path) => path.startsWith(`${base}/`))) return [];
  const message = `the server's URL ends with "${base}" and every path begins with it, so calls go to ${server.url}${paths[0]}; remove it from one of them`;
  return [{ message, pointer: FIRST_URL }];
}

function servers(root: JsonValue): JsonValue[] {
  return listMember(root, 'servers') ?? [];
}

/** Returns the pointer of the server's URL; a document without servers uses its own URL. */
function placeOfServer(root: JsonValue): string {
  return servers(root).length === 0 ? '' : FIRST_URL;
}

function isLocal(url: string): boolean {
  const host = new URL(url).hostname;
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(address) ? ipaddr.process(address).range() !== 'unicast' : LOCAL_NAME.test(host);
}
