import { isLoopback } from '../../config/index.js';
import type { OAuthClient } from '../protocol/client.js';
import { foreignEndpoints } from '../protocol/root-domain.js';
import { failure, fine, warning, type Finding } from './finding.js';

/** What can be said of a schema without asking anybody. */
export function checkSettings(client: OAuthClient, callbackUrl: string): Finding[] {
  const findings = [checkCallbackUrl(callbackUrl)];
  if (client.pkce === 'off') {
    const message = 'PKCE is off, so that a stolen code can be used by the thief (RFC 9700, 2.1.1)';
    findings.push(warning('pkce_off', 'pkce', message, 'set pkce to auto, unless the provider refuses it'));
  }
  if (!client.scope) findings.push(fine('scope_empty', 'scope', 'no scope is asked for: the provider decides'));
  if (client.client_secret === undefined) {
    findings.push(fine('public_client', 'client_secret', 'without a client_secret this is a public client'));
  }
  return findings;
}

function checkCallbackUrl(callbackUrl: string): Finding {
  const { protocol, hostname } = new URL(callbackUrl);
  if (protocol === 'https:' || isLoopback(hostname)) {
    const message = `the redirect URI to register at the provider is ${callbackUrl}`;
    return fine('callback_url', 'callback_url', message);
  }
  const message = 'the redirect URI is not https: codes can be read on their way, and most providers refuse it';
  return warning('callback_url_not_https', 'callback_url', message, 'have the operator set PUBLIC_URL to an https URL');
}

/** Whether the endpoints are on the root domain of the API, as the editor that this follows demands. */
export function checkDomains(domain: string, client: OAuthClient, rule: 'warn' | 'refuse'): Finding[] {
  const foreign = foreignEndpoints(domain, client);
  if (foreign.length === 0) return [fine('root_domain', null, 'the endpoints are where the API is, or are exempt')];
  return foreign.map(({ field, host }) => {
    const message = `${host} is on another root domain than ${domain}: ChatGPT would refuse the action`;
    const change = `let ${field} and the API share a root domain`;
    return (rule === 'refuse' ? failure : warning)('root_domain', field, message, change);
  });
}
