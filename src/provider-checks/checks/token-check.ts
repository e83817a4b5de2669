import { EgressError } from '../../egress/index.js';
import { randomSecret } from '../../common/index.js';
import { usesPkce, type OAuthClient, tokenRequest } from '../../oauth/index.js';
import { factsOf } from '../../traces/index.js';
import { thoroughHider } from '../../redaction/index.js';
import type { Finding } from '../finding.js';
import { mannersOf } from './latency-and-clock.js';
import type { Probe } from './probe.js';
import { unanswered } from './recognized.js';
import { judgeTrials } from './token-findings.js';
import { judgeTrial, type Combination, type Trial } from './token-trial.js';

/**
 * Asks the token endpoint for tokens with a code that is made up, in each way in which the request can be sent, one after another and with
 * what the schema says first. The secret goes nowhere else.
 */
export async function checkTokenUrl(
  probe: Probe,
  client: OAuthClient,
  redirectUri: string,
  now: Date,
): Promise<Finding[]> {
  const facts = factsOf(client, 'token', redirectUri);
  const hide = thoroughHider(client.client_secret === undefined ? [] : [client.client_secret]);
  const trials: Trial[] = [];
  const manners: Finding[] = [];
  for (const combination of combinationsOf(client)) {
    const asking = { ...client, ...combination };
    const answer = await probe.post(tokenRequest(asking, wrongGrant(client, redirectUri)));
    if (answer instanceof EgressError) {
      if (trials.length === 0) return [unanswered(facts, answer)];
      break;
    }
    if (trials.length === 0) manners.push(...mannersOf(answer, facts, now));
    // Before anything is read, and cut: some servers repeat what they were sent.
    const trial = judgeTrial({ ...answer, body: hide(answer.body) }, asking, redirectUri, now);
    trials.push(trial);
    if (trial.verdict === 'granted' || trial.verdict === 'unavailable') break;
  }
  return [judgeTrials(trials as [Trial, ...Trial[]]), ...manners];
}

/** What the schema says, then what is nearest to it. Without a secret there is nothing to put into a header. */
function combinationsOf(client: OAuthClient): Combination[] {
  const { token_exchange_method: method, authorization_content_type: type, client_secret } = client;
  const otherMethod = method === 'default_post' ? 'basic_auth_header' : 'default_post';
  const otherType = type === 'application/json' ? 'application/x-www-form-urlencoded' : 'application/json';
  const methods = client_secret === undefined ? (['default_post'] as const) : ([method, otherMethod] as const);
  return ([type, otherType] as const).flatMap((authorization_content_type) =>
    methods.map((token_exchange_method) => ({ token_exchange_method, authorization_content_type })),
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
