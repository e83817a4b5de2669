import { EgressError } from '../../egress/index.js';
import { authorizationRequest, type OAuthClient } from '../../oauth/index.js';
import { clientFacts } from '../../traces/index.js';
import { noResponseFinding } from '../findings/diagnosis-finding.js';
import type { Finding } from '../findings/finding.js';
import { authorizationFindings } from './authorization-response.js';
import { latencyAndClockFindings } from './latency-and-clock.js';
import type { Probe } from './probe.js';

/** Requests the page that a sign-in would redirect the browser to. No sign-in is started, so the state is never used. */
export async function checkAuthorizationUrl(
  probe: Probe,
  client: OAuthClient,
  redirectUri: string,
  now: Date,
): Promise<Finding[]> {
  const { url, state } = await authorizationRequest(client, redirectUri);
  const result = await probe.get(url);
  const requestFacts = clientFacts(client, 'authorization', redirectUri);
  if (result instanceof EgressError) return [noResponseFinding(requestFacts, result)];
  const facts = clientFacts(client, 'callback', redirectUri);
  return [
    ...authorizationFindings(result, { url, state, redirectUri, facts }),
    ...latencyAndClockFindings(result, requestFacts, now),
  ];
}
