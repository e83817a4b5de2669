import { type JsonObject, type JsonValue, isObject, member, pointerTo } from '../document/json.js';
import { serversOf } from '../swagger2/servers.js';
import { type Repairs } from './repairs.js';

/** Repairs `servers` and `security` of the document that are not lists, and reads `host` and `basePath` of Swagger 2.0. */
export function repairServers(json: JsonObject, { draft, findings }: Repairs): void {
  const servers = member(json, 'servers');
  const note = (message: string, pointer: string) => findings.push({ code: 'read_as_list', message, pointer });
  if (isObject(servers) || typeof servers === 'string') {
    draft.set('', 'servers', [serverOf(servers)]);
    note('"servers" must be a list of objects with a "url", and is read as one', '/servers');
  } else if (Array.isArray(servers) && servers.some((server) => typeof server === 'string')) {
    draft.set('', 'servers', servers.map(serverOf));
    note('a server must be an object with a "url", and is read as one', '/servers');
  }
  const security = member(json, 'security');
  if (isObject(security) && Object.keys(security).length > 0) {
    draft.set('', 'security', [security]);
    note('"security" must be a list, and is read as a list of this requirement', '/security');
  }
  if (servers !== undefined || member(json, 'host') === undefined) return;
  draft.set('', 'servers', serversOf(json));
  const message = '"host", "basePath" and "schemes" are of Swagger 2.0, and are read as "servers"; use that instead';
  findings.push({ code: 'swagger_server', message, pointer: pointerTo('', 'host') });
}

function serverOf(server: JsonValue): JsonValue {
  return typeof server === 'string' ? { url: server } : server;
}
