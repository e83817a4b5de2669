import { isLoopback } from '../../config/index.js';
import { type OAuthClient, crossDomainEndpoints } from '../../oauth/index.js';
import { SETTINGS, clientFacts } from '../../traces/index.js';
import { errorFinding, okFinding, warningFinding, type Finding } from '../findings/finding.js';
import { diagnosisFinding } from '../findings/diagnosis-finding.js';

/** Checks a schema without any request. */
export function checkSettings(client: OAuthClient, redirectUri: string): Finding[] {
  const findings = [checkRedirectUri(redirectUri)];
  const problem = diagnosisFinding(clientFacts(client, 'authorization'), SETTINGS);
  if (problem) findings.push(problem);
  if (client.pkce === 'off') {
    const message = 'PKCE is off, so anyone who intercepts a code can use it (RFC 9700, section 2.1.1).';
    findings.push(warningFinding('pkce_off', 'pkce', message, 'Set pkce to "auto", unless the provider refuses it.'));
  }
  if (!client.scope) {
    findings.push(okFinding('scope_empty', 'scope', 'No scope is requested. The provider decides what it grants.'));
  }
  if (client.client_secret === undefined) {
    findings.push(
      okFinding('public_client', 'client_secret', 'The schema has no client_secret: this is a public client.'),
    );
  }
  return findings;
}

function checkRedirectUri(redirectUri: string): Finding {
  const { protocol, hostname } = new URL(redirectUri);
  if (protocol === 'https:' || isLoopback(hostname)) {
    return okFinding('callback_url', 'callback_url', `The redirect URI to register at the provider is ${redirectUri}.`);
  }
  const message = `The redirect URI ${redirectUri} is not https: codes can be intercepted, and most providers reject it.`;
  const change =
    'Have the operator set PUBLIC_URL to the https address of Countersign, then register the new redirect URI.';
  return warningFinding('callback_url_not_https', 'callback_url', message, change);
}

/** Checks that the endpoints share the API's root domain, which ChatGPT's editor requires. */
export function checkDomains(domain: string, client: OAuthClient, rule: 'warn' | 'refuse'): Finding[] {
  const crossDomain = crossDomainEndpoints(domain, client);
  if (crossDomain.length === 0) {
    return [
      okFinding('root_domain', null, `The endpoints share the root domain of ${domain}, or are exempt from this rule.`),
    ];
  }
  return crossDomain.map(({ field, host }) => {
    const message = `${host} has a different root domain than ${domain}; ChatGPT rejects such an action.`;
    const change = `Use the same root domain for ${field} and the API if the action is also used in ChatGPT.`;
    return (rule === 'refuse' ? errorFinding : warningFinding)('root_domain', field, message, change);
  });
}
