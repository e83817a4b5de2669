import { parseUrl } from '../../common/index.js';

/**
 * Returns whether a GPT accepts the host of a redirect URI or client metadata document. Entries are host names, with or without a port.
 *
 * @param hosts the GPT's `client_hosts`; any host is accepted without them
 */
export function isClientHost(uri: string, hosts: readonly string[] | null): boolean {
  if (hosts === null) return true;
  const url = parseUrl(uri);
  if (!url || url.host === '') return false;
  const names = [url.host, url.hostname].map((name) => name.toLowerCase());
  return hosts.some((host) => names.includes(host.toLowerCase()));
}
