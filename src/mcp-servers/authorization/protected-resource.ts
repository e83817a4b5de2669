import { parseObject, parseUrl } from '../../common/index.js';

/** What an MCP server says about its authorization (RFC 9728). */
export interface ProtectedResource {
  /** The identifier to ask tokens for (RFC 8707). */
  resource: string;
  /** The issuer of its authorization server. */
  issuer: string;
  scopes: string[];
}

/** The parameters of a `Bearer` challenge that an MCP client uses (RFC 9728, section 5.1; RFC 6750, section 3). */
export interface Challenge {
  resourceMetadata?: string;
  scope?: string;
}

/** Reads the challenge of a 401. Other schemes and parameters are ignored. */
export function readChallenge(header: string | undefined): Challenge {
  const parameter = (name: string) =>
    new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,"]+))`, 'i')
      .exec(header ?? '')
      ?.slice(1)
      .find(Boolean);
  const [resourceMetadata, scope] = [parameter('resource_metadata'), parameter('scope')];
  return { ...(resourceMetadata && { resourceMetadata }), ...(scope && { scope }) };
}

/** Returns where the metadata of a server may be, in the order in which to try it (RFC 9728, section 3.1; MCP, Authorization). */
export function resourceMetadataUrls(mcpUrl: string, { resourceMetadata }: Challenge): string[] {
  if (resourceMetadata !== undefined) return [resourceMetadata];
  const { origin, pathname } = new URL(mcpUrl);
  const root = `${origin}/.well-known/oauth-protected-resource`;
  return [...new Set([`${root}${pathname.replace(/\/$/, '')}`, root])];
}

/**
 * Reads the metadata of a server.
 *
 * @returns why the document cannot be used, if it cannot
 */
export function readProtectedResource(text: string, mcpUrl: string): ProtectedResource | string {
  const fields = parseObject(text);
  if (fields === undefined) return 'is not a JSON object';
  const { resource, authorization_servers: servers, scopes_supported: scopes } = fields;
  if (typeof resource !== 'string' || !covers(resource, mcpUrl))
    return `is about ${JSON.stringify(String(resource).slice(0, 200))} and not about the MCP server (RFC 9728, section 3.3)`;
  const issuer = (Array.isArray(servers) ? servers : []).find((server) => typeof server === 'string');
  if (typeof issuer !== 'string') return 'names no authorization server';
  const names = (Array.isArray(scopes) ? scopes : []).filter((scope) => typeof scope === 'string');
  return { resource, issuer, scopes: names };
}

/** A resource is the URL of the server, or one above it. Tokens for anything else are not for this server. */
function covers(resource: string, mcpUrl: string): boolean {
  const [owner, url] = [parseUrl(resource), new URL(mcpUrl)];
  if (owner?.origin !== url.origin) return false;
  const path = owner.pathname.replace(/\/$/, '');
  return url.pathname === path || url.pathname.startsWith(`${path}/`) || path === '';
}
