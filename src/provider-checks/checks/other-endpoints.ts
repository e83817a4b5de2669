import { EgressError } from '../../egress/index.js';
import { randomSecret } from '../../common/index.js';
import { type OAuthClient, looksLike, revocationRequest, tokenRequest } from '../../oauth/index.js';
import { type Facts, ENDPOINT, endpointOf, factsOf } from '../../traces/index.js';
import { failure, fine, type Finding } from '../finding.js';
import { mannersOf } from './latency-and-clock.js';
import type { Probe, Probed } from './probe.js';
import { recognized, unanswered } from './recognized.js';

/** Whether there is somebody where tokens are renewed, when that is not the token URL. */
export async function checkRefreshUrl(probe: Probe, client: OAuthClient, now: Date): Promise<Finding[]> {
  const { refresh_url, token_url } = client;
  if (!refresh_url || refresh_url === token_url) return [];
  const grant = { grant_type: 'refresh_token', refresh_token: randomSecret() } as const;
  const request = tokenRequest({ ...withoutSecret(client), token_url: refresh_url }, grant);
  return judgeEndpoint(await probe.post(request), factsOf(client, 'refresh'), now);
}

/** Whether there is somebody at the revocation URL, by a token that is made up. Sign-ins go on without, so that nothing is an error. */
export async function checkRevocationUrl(probe: Probe, client: OAuthClient, now: Date): Promise<Finding[]> {
  const { revocation_url } = client;
  if (!revocation_url) return [];
  const request = revocationRequest({ ...withoutSecret(client), revocation_url }, randomSecret(), 'refresh_token');
  const findings = judgeEndpoint(await probe.post(request), factsOf(client, 'revocation'), now);
  return findings.map((finding) => (finding.status === 'error' ? { ...finding, status: 'warning' } : finding));
}

/** The secret goes to the token URL alone: that these endpoints refuse a client without one is answer enough. */
function withoutSecret(client: OAuthClient): OAuthClient {
  return { ...client, client_secret: undefined, token_exchange_method: 'default_post' };
}

/** Any answer but a web page's is one of an endpoint: 200, an OAuth error, or a status alone. */
export function judgeEndpoint(probed: Probed, facts: Facts, now: Date): Finding[] {
  if (probed instanceof EgressError) return [unanswered(facts, probed)];
  return [judgeAnswer(probed, facts), ...mannersOf(probed, facts, now)];
}

function judgeAnswer({ status, headers, body }: Exclude<Probed, EgressError>, facts: Facts): Finding {
  const kind = looksLike(body);
  const { location } = headers;
  const known = recognized({ ...facts, answer: { status, location, looksLike: kind } }, ENDPOINT);
  if (known) return known;
  const { field } = endpointOf(facts);
  if (kind !== 'html') return fine('endpoint_answers', field, `${field} answers (status ${status}).`);
  return failure('answer_is_web_page', field, `${field} answered a web page (status ${status}).`, `Correct ${field}.`);
}
