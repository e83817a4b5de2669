import { EgressError } from '../../egress/index.js';
import { randomSecret } from '../../common/index.js';
import type { OAuthClient } from '../protocol/client.js';
import { looksLike } from '../protocol/token-answer.js';
import { revocationRequest, tokenRequest } from '../protocol/token-request.js';
import { mannersOf, unreachable } from './endpoint-findings.js';
import { failure, fine, warning, type Finding } from './finding.js';
import type { Probe, Probed } from './probe.js';

/** Whether there is somebody at the revocation URL, by a token that is made up. Without it sign-ins go on, so that nothing is an error. */
export async function checkRevocationUrl(probe: Probe, client: OAuthClient, now: Date): Promise<Finding[]> {
  const { revocation_url } = client;
  if (!revocation_url) return [];
  const request = revocationRequest({ ...withoutSecret(client), revocation_url }, randomSecret(), 'refresh_token');
  const findings = judgeEndpoint('revocation_url', await probe.post(request), now);
  return findings.map((finding) => (finding.status === 'error' ? { ...finding, status: 'warning' } : finding));
}

/** Whether there is somebody where tokens are renewed, when that is not the token URL. */
export async function checkRefreshUrl(probe: Probe, client: OAuthClient, now: Date): Promise<Finding[]> {
  const { refresh_url, token_url } = client;
  if (!refresh_url || refresh_url === token_url) return [];
  const grant = { grant_type: 'refresh_token', refresh_token: randomSecret() } as const;
  const request = tokenRequest({ ...withoutSecret(client), token_url: refresh_url }, grant);
  return judgeEndpoint('refresh_url', await probe.post(request), now);
}

/** The secret goes to the token URL alone: that these endpoints refuse a client without one is answer enough. */
function withoutSecret(client: OAuthClient): OAuthClient {
  return { ...client, client_secret: undefined, token_exchange_method: 'default_post' };
}

/** Any answer but a web page's is one of an endpoint: 200, an OAuth error, or nothing at all. */
export function judgeEndpoint(field: string, answer: Probed, now: Date): Finding[] {
  if (answer instanceof EgressError) return [unreachable(field, answer)];
  const { status, body } = answer;
  const answered = `${field} answered ${looksLike(body) === 'html' ? 'a web page ' : ''}(status ${status})`;
  return [judgeStatus(field, status, body, answered), ...mannersOf(field, answer, now)];
}

function judgeStatus(field: string, status: number, body: string, answered: string): Finding {
  if (status >= 500 || status === 429) return warning('busy', field, answered, 'check again in some minutes');
  if (status >= 300 && status < 400) return failure('redirects', field, answered, `set ${field} to where it leads`);
  if (status === 404 || status === 405) return failure('not_found', field, answered, 'check the URL');
  if (looksLike(body) === 'html') return failure('web_page', field, answered, 'check the URL');
  return fine('endpoint_answers', field, answered);
}
