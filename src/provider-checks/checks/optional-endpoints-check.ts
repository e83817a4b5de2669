import { EgressError } from '../../egress/index.js';
import { randomSecret } from '../../common/index.js';
import { type OAuthClient, looksLike, revocationRequest, tokenRequest } from '../../oauth/index.js';
import { clientFacts, ENDPOINT, endpointOf, type Facts } from '../../traces/index.js';
import { diagnosisFinding, noResponseFinding } from '../findings/diagnosis-finding.js';
import { errorFinding, okFinding, type Finding } from '../findings/finding.js';
import { latencyAndClockFindings } from './latency-and-clock.js';
import type { Probe, ProbeResponse, ProbeResult } from './probe.js';

/** Checks that the refresh URL exists, if it differs from the token URL. */
export async function checkRefreshUrl(probe: Probe, client: OAuthClient, now: Date): Promise<Finding[]> {
  const { refresh_url, token_url } = client;
  if (!refresh_url || refresh_url === token_url) return [];
  const grant = { grant_type: 'refresh_token', refresh_token: randomSecret() } as const;
  const request = tokenRequest({ ...withoutSecret(client), token_url: refresh_url }, grant);
  return endpointFindings(await probe.send(request), clientFacts(client, 'refresh'), now);
}

/** Checks with a random token that the revocation URL exists. Sign-ins work without it, so its findings are at most warnings. */
export async function checkRevocationUrl(probe: Probe, client: OAuthClient, now: Date): Promise<Finding[]> {
  const { revocation_url } = client;
  if (!revocation_url) return [];
  const request = revocationRequest({ ...withoutSecret(client), revocation_url }, randomSecret(), 'refresh_token');
  const findings = endpointFindings(await probe.send(request), clientFacts(client, 'revocation'), now);
  return findings.map((finding) => (finding.status === 'error' ? { ...finding, status: 'warning' } : finding));
}

/** Removes the secrets, which are sent only to the token URL. A refusal of the client is enough to show that the endpoint exists. */
function withoutSecret(client: OAuthClient): OAuthClient {
  return { ...client, client_secret: undefined, token_headers: undefined, token_exchange_method: 'default_post' };
}

function endpointFindings(result: ProbeResult, facts: Facts, now: Date): Finding[] {
  if (result instanceof EgressError) return [noResponseFinding(facts, result)];
  return [endpointFinding(result, facts), ...latencyAndClockFindings(result, facts, now)];
}

/** Accepts any response except a web page as that of an endpoint: status 200, an OAuth error, or only a status. */
function endpointFinding({ status, headers, body }: ProbeResponse, facts: Facts): Finding {
  const kind = looksLike(body);
  const { location } = headers;
  const known = diagnosisFinding({ ...facts, response: { status, location, looksLike: kind } }, ENDPOINT);
  if (known) return known;
  const { field } = endpointOf(facts);
  if (kind !== 'html') return okFinding('endpoint_answers', field, `${field} responds (status ${status}).`);
  const message = `${field} returned a web page (status ${status}).`;
  return errorFinding('answer_is_web_page', field, message, `Correct ${field}.`);
}
