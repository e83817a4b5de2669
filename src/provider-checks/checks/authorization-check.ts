import { EgressError } from '../../egress/index.js';
import { type OAuthClient, authorizationRequest } from '../../oauth/index.js';
import { factsOf } from '../../traces/index.js';
import { judgeAuthorization } from './authorization-answer.js';
import type { Finding } from '../finding.js';
import { mannersOf } from './latency-and-clock.js';
import type { Probe } from './probe.js';
import { unanswered } from './recognized.js';

/** Asks for the page to which a sign-in would send a browser. No sign-in is begun: nobody waits for its state. */
export async function checkAuthorizationUrl(
  probe: Probe,
  client: OAuthClient,
  redirectUri: string,
  now: Date,
): Promise<Finding[]> {
  const { url, state } = await authorizationRequest(client, redirectUri);
  const answer = await probe.get(url);
  const asking = factsOf(client, 'authorization', redirectUri);
  if (answer instanceof EgressError) return [unanswered(asking, answer)];
  const facts = factsOf(client, 'callback', redirectUri);
  return [...judgeAuthorization(answer, { url, state, redirectUri, facts }), ...mannersOf(answer, asking, now)];
}
