import { EgressError } from '../../egress/index.js';
import type { OAuthClient } from '../protocol/client.js';
import { authorizationRequest } from '../sign-in/authorize.js';
import { judgeAuthorization } from './authorization-answer.js';
import { mannersOf, unreachable } from './endpoint-findings.js';
import type { Finding } from './finding.js';
import type { Probe } from './probe.js';

/** Asks for the page to which a sign-in would send a browser. No sign-in is begun: nobody waits for its state. */
export async function checkAuthorizationUrl(
  probe: Probe,
  client: OAuthClient,
  callbackUrl: string,
  now: Date,
): Promise<Finding[]> {
  const { url, state } = await authorizationRequest(client, callbackUrl);
  const answer = await probe.get(url);
  if (answer instanceof EgressError) return [unreachable('authorization_url', answer)];
  const findings = judgeAuthorization(answer, { url, state, redirectUri: callbackUrl });
  return [...findings, ...mannersOf('authorization_url', answer, now)];
}
