import { getDomain } from 'tldts';
import type { OAuthSettings } from './client.js';

/** The fields of a schema that name OAuth endpoints. */
const ENDPOINTS = ['authorization_url', 'token_url', 'refresh_url', 'revocation_url'] as const;

/** An endpoint on another root domain than the API. */
export interface CrossDomainEndpoint {
  field: (typeof ENDPOINTS)[number];
  host: string;
}

/**
 * The sign-in servers of Google, Microsoft and Adobe, which ChatGPT's editor exempts. For domains below which others can publish pages
 * (`windows.net`, `googleapis.com`), only the servers themselves are listed.
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
 * Whether two hosts share a root domain: the registrable domain below a public suffix. Private suffixes count, so two pages of `github.io`
 * share none. Hosts without a registrable domain, such as addresses and `localhost`, share one only with themselves.
 *
 * @param apiHost a host without a port
 */
export function sharesRootDomain(apiHost: string, endpointHost: string): boolean {
  const [api, endpoint] = [apiHost, endpointHost].map((host) => getDomain(host, { allowPrivateDomains: true }) ?? host);
  return api === endpoint;
}

/**
 * Returns the endpoints on another root domain than the API, except those of Google, Microsoft and Adobe.
 *
 * @param domain the action's domain: a host, with its port if that is not the scheme's default
 */
export function crossDomainEndpoints(
  domain: string,
  settings: Partial<Pick<OAuthSettings, CrossDomainEndpoint['field'] | 'allowed_hosts'>>,
): CrossDomainEndpoint[] {
  // The host of a connection is only known after a sign-in, but it is one of these.
  const allowed = settings.allowed_hosts?.map((host) => host.replace(/^\*\./, ''));
  const apiHosts = (domain.includes('{') && allowed) || [new URL(`https://${domain}`).hostname];
  return ENDPOINTS.flatMap((field) => {
    const url = settings[field];
    if (!url) return [];
    const host = new URL(url).hostname;
    return apiHosts.some((apiHost) => sharesRootDomain(apiHost, host)) || isExempt(host) ? [] : [{ field, host }];
  });
}

function isExempt(host: string): boolean {
  return EXEMPT.some((name) => host === name || host.endsWith(`.${name}`));
}
