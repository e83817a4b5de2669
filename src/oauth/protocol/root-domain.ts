import { getDomain } from 'tldts';
import type { OAuthSettings } from './client.js';

/** The fields of a schema that name OAuth endpoints. */
const ENDPOINTS = ['authorization_url', 'token_url', 'refresh_url', 'revocation_url'] as const;

/** An endpoint that is elsewhere than the API. */
export interface ForeignEndpoint {
  field: (typeof ENDPOINTS)[number];
  host: string;
}

/**
 * The sign-in servers of Google, Microsoft and Adobe, for which the editor that this follows makes an exception. Where others can put pages
 * of theirs below a domain (`windows.net`, `googleapis.com`), only the servers themselves are named.
 */
const EXEMPT = [
  'google.com',
  'oauth2.googleapis.com',
  'www.googleapis.com',
  'microsoft.com',
  'microsoftonline.com',
  'microsoftonline.us',
  'live.com',
  'login.windows.net',
  'adobe.com',
  'adobe.io',
  'adobelogin.com',
];

/**
 * Whether two hosts belong to one root domain: the part that somebody has registered below a public suffix, private suffixes included, so
 * that two pages of `github.io` share nothing. Hosts without one, addresses and `localhost`, share only with themselves.
 *
 * @param apiHost without a port
 */
export function sharesRootDomain(apiHost: string, endpointHost: string): boolean {
  const [api, endpoint] = [apiHost, endpointHost].map((host) => getDomain(host, { allowPrivateDomains: true }) ?? host);
  return api === endpoint;
}

/**
 * The endpoints that are on another root domain than the API, apart from those of Google, Microsoft and Adobe.
 *
 * @param domain of the action: a host, with its port where that is not the scheme's own
 */
export function crossDomainEndpoints(
  domain: string,
  settings: Partial<Pick<OAuthSettings, ForeignEndpoint['field']>>,
): ForeignEndpoint[] {
  const apiHost = new URL(`https://${domain}`).hostname;
  return ENDPOINTS.flatMap((field) => {
    const url = settings[field];
    if (!url) return [];
    const host = new URL(url).hostname;
    return sharesRootDomain(apiHost, host) || isExempt(host) ? [] : [{ field, host }];
  });
}

function isExempt(host: string): boolean {
  return EXEMPT.some((name) => host === name || host.endsWith(`.${name}`));
}
