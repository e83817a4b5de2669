import { EgressError } from '../../egress/index.js';
import { randomSecret } from '../../common/index.js';
import { usesPkce, type OAuthClient } from '../protocol/client.js';
import { tokenRequest } from '../protocol/token-request.js';
import { thoroughHider } from '../trace/redaction/thorough-hider.js';
import { mannersOf, unreachable } from './endpoint-findings.js';
import type { Finding } from './finding.js';
import type { Probe } from './probe.js';
import { judgeTrials } from './token-findings.js';
import { verdictOf, type Combination, type Trial, type Verdict } from './token-trial.js';

/** After these there is no point in asking on, or it would be impolite. */
const LAST = new Set<Verdict>(['busy', 'redirects', 'missing', 'no_answer', 'granted']);

/**
 * Asks the token endpoint for tokens with a code that is made up, in each way in which the request can be sent, one after another and with
 * what the schema says first. The secret goes nowhere else.
 */
export async function checkTokenUrl(
  probe: Probe,
  client: OAuthClient,
  callbackUrl: string,
  now: Date,
): Promise<Finding[]> {
  const trials: Trial[] = [];
  const findings: Finding[] = [];
  const hide = thoroughHider(client.client_secret === undefined ? [] : [client.client_secret]);
  for (const combination of combinationsOf(client)) {
    const answer = await probe.post(tokenRequest({ ...client, ...combination }, wrongGrant(client, callbackUrl)));
    if (answer instanceof EgressError) {
      if (trials.length === 0) return [unreachable('token_url', answer)];
      trials.push({ ...combination, verdict: 'no_answer', status: null, said: answer.message });
      break;
    }
    if (trials.length === 0) findings.push(...mannersOf('token_url', answer, now));
    // Before anything is read, and cut: some servers repeat what they were sent.
    const judged = verdictOf({ ...answer, body: hide(answer.body) }, client, now);
    trials.push({ ...combination, ...judged, status: answer.status });
    if (LAST.has(judged.verdict)) break;
  }
  return [judgeTrials(trials, callbackUrl), ...findings];
}

/** What the schema says, then what is nearest to it. Without a secret there is nothing to put into a header. */
function combinationsOf({
  token_exchange_method,
  authorization_content_type,
  client_secret,
}: OAuthClient): Combination[] {
  const methods = [
    token_exchange_method,
    token_exchange_method === 'default_post' ? 'basic_auth_header' : 'default_post',
  ] as const;
  const types = [
    authorization_content_type,
    authorization_content_type === 'application/json' ? 'application/x-www-form-urlencoded' : 'application/json',
  ] as const;
  return types.flatMap((type) =>
    methods
      .filter((method) => method === 'default_post' || client_secret !== undefined)
      .map((method) => ({ token_exchange_method: method, authorization_content_type: type })),
  );
}

function wrongGrant(client: OAuthClient, redirectUri: string) {
  return {
    grant_type: 'authorization_code',
    code: randomSecret(),
    redirect_uri: redirectUri,
    ...(usesPkce(client) && { code_verifier: randomSecret() }),
  } as const;
}
