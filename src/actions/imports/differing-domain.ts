import type { Finding, Located } from '@countersign/openapi';
import { parseUrl } from '../../common/index.js';

/**
 * Warns if an action would call another host than at its platform.
 *
 * @param stored the domain that the platform has stored, if any
 * @param domain the host that calls go to
 */
export function differingDomain(stored: Located<string> | undefined, domain: string): Finding[] {
  if (stored === undefined) return [];
  const { value, pointer } = stored;
  const host = parseUrl(value.includes('://') ? value : `https://${value}`)?.host;
  if (host === undefined || host === domain || withoutPort(host) === withoutPort(domain)) return [];
  const message = `the export says ${host}, and calls go to ${domain}, as the document says: check which is right`;
  return [{ code: 'domain_differs', message, pointer }];
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}
