import { isLoopback } from '../../config/index.js';
import { type OAuthClient, crossDomainEndpoints } from '../../oauth/index.js';
import { SETTINGS, factsOf } from '../../traces/index.js';
import { failure, fine, warning, type Finding } from '../finding.js';
import { recognized } from './recognized.js';

/** What can be said of a schema without asking anybody. */
export function checkSettings(client: OAuthClient, redirectUri: string): Finding[] {
  const findings = [checkRedirectUri(redirectUri)];
  const mistake = recognized(factsOf(client, 'authorization'), SETTINGS);
  if (mistake) findings.push(mistake);
  if (client.pkce === 'off') {
    const message = 'PKCE is off, so that whoever gets hold of a code can use it (RFC 9700, 2.1.1).';
    findings.push(warning('pkce_off', 'pkce', message, 'Set pkce to "auto", unless the provider refuses it.'));
  }
  if (!client.scope) {
    findings.push(fine('scope_empty', 'scope', 'No scope is asked for; the provider decides what is granted.'));
  }
  if (client.client_secret === undefined) {
    findings.push(fine('public_client', 'client_secret', 'There is no client_secret: this is a public client.'));
  }
  return findings;
}

function checkRedirectUri(redirectUri: string): Finding {
  const { protocol, hostname } = new URL(redirectUri);
  if (protocol === 'https:' || isLoopback(hostname)) {
    return fine('callback_url', 'callback_url', `The redirect URI to register at the provider is ${redirectUri}.`);
  }
  const message = `The redirect URI ${redirectUri} is not https: codes can be read on their way, and most providers refuse it.`;
  const change =
    'Have the operator set PUBLIC_URL to the https address of Countersign, and register the new redirect URI.';
  return warning('callback_url_not_https', 'callback_url', message, change);
}

/** Whether the endpoints are on the root domain of the API, as the editor that this follows demands. */
export function checkDomains(domain: string, client: OAuthClient, rule: 'warn' | 'refuse'): Finding[] {
  const foreign = crossDomainEndpoints(domain, client);
  if (foreign.length === 0) {
    return [fine('root_domain', null, `The endpoints share the root domain of ${domain}, or need not.`)];
  }
  return foreign.map(({ field, host }) => {
    const message = `${host} is on another root domain than ${domain}; ChatGPT takes no such action.`;
    const change = `Let ${field} and the API share a root domain, if the action is to be used there too.`;
    return (rule === 'refuse' ? failure : warning)('root_domain', field, message, change);
  });
}
