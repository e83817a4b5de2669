import ipaddr from 'ipaddr.js';
import { listMember, member, objectMember, pointerTo, stringMember } from '../document/json.js';
import { type CheckContext, type CheckFinding } from './check.js';

/** Requests go to the first server unless another one is chosen (OAS 3.1.1, section 4.8.1, leaves the choice to the client). */
export function severalServers({ document, server, choice }: CheckContext): CheckFinding[] {
  const count = listMember(document.json, 'servers')?.length ?? 0;
  if (count < 2 || choice?.url !== undefined) return [];
  const message = `the document has ${count} servers, and only the first, ${server.url}, is used; choose another one if that is wrong`;
  return [{ message, pointer: '/servers' }];
}

export function insecureServer({ server, declaredServer }: CheckContext): CheckFinding[] {
  if (!server.url.startsWith('http:')) return [];
  const message = `${server.url} is not encrypted, which exposes credentials and responses on the network; calls are blocked by default, so use https`;
  return [{ message, pointer: placeOfServer(declaredServer) }];
}

/** Names that depend on the machine or network (RFC 6761, section 6.3; RFC 6762, section 3; RFC 8375), or that have no domain. */
const LOCAL_NAME = /^[^.]+$|\.(?:localhost|local|internal|home\.arpa|lan)$/;

export function localServer({ server, declaredServer }: CheckContext): CheckFinding[] {
  if (!isLocal(server.url)) return [];
  const message = `${server.domain} is not on the public internet; calls are blocked by default, so use the public host`;
  return [{ message, pointer: placeOfServer(declaredServer) }];
}

export function unusualPort({ server, declaredServer }: CheckContext): CheckFinding[] {
  const { port, protocol } = new URL(server.url);
  if (port === '' || protocol !== 'https:' || isLocal(server.url)) return [];
  const message = `port ${port} is not the default port of https; calls are blocked by default, so serve the API on port 443`;
  return [{ message, pointer: placeOfServer(declaredServer) }];
}

/** Server variables have their defaults unless values are chosen: an argument must not choose the host. */
export function templatedServer({ server, declaredServer, choice }: CheckContext): CheckFinding[] {
  const variables = (stringMember(declaredServer.value, 'url') ?? '').match(/\{(?!connection\.)[^{}]+\}/g) ?? [];
  const names = variables.filter((name) => !Object.hasOwn(choice?.variables ?? {}, name.slice(1, -1)));
  if (names.length === 0) return [];
  const message = `${names.join(', ')} in the server's URL is replaced by its default, so calls go to ${server.url}; choose a value if that is wrong`;
  return [{ message, pointer: placeOfServer(declaredServer) }];
}

/** The default MUST be one of the enum (OAS 3.1.1, section 4.8.6.1). */
export function serverDefaultNotAllowed({ declaredServer, choice }: CheckContext): CheckFinding[] {
  const { value: declared, pointer } = declaredServer;
  const variables = Object.entries(objectMember(declared, 'variables') ?? {});
  return variables.flatMap(([name, variable]) => {
    const value = member(variable, 'default');
    const values = listMember(variable, 'enum') ?? [];
    if (Object.hasOwn(choice?.variables ?? {}, name)) return [];
    if (value === undefined || values.length === 0 || values.includes(value)) return [];
    const message = `the default of the server variable "${name}" must be one of the values in its enum; it is used anyway`;
    return [{ message, pointer: pointerTo(pointer, 'variables', name, 'default') }];
  });
}

/** If every path repeats the end of the server's URL, calls go to `/v1/v1/notes`. */
export function repeatedBasePath({ server, declaredServer, operations }: CheckContext): CheckFinding[] {
  const base = server.url.slice(server.origin.length);
  const paths = operations.filter(({ plan }) => plan.server === server).map(({ path }) => path);
  if (base === '' || paths.length === 0 || !paths.every((path) => path.startsWith(`${base}/`))) return [];
  const message = `the server's URL ends with "${base}" and every path begins with it, so calls go to ${server.url}${paths[0]}; remove it from one of them`;
  return [{ message, pointer: placeOfServer(declaredServer) }];
}

/** Returns the pointer of the server's URL; a document without servers uses its own URL. */
function placeOfServer({ pointer }: CheckContext['declaredServer']): string {
  return pointer === '' ? '' : pointerTo(pointer, 'url');
}

function isLocal(url: string): boolean {
  const host = new URL(url).hostname;
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return ipaddr.isValid(address) ? ipaddr.process(address).range() !== 'unicast' : LOCAL_NAME.test(host);
}
