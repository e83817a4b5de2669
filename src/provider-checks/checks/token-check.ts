import { EgressError } from '../../egress/index.js';
import { randomSecret, redactor } from '../../common/index.js';
import { usesPkce, type OAuthClient, tokenRequest } from '../../oauth/index.js';
import { clientFacts } from '../../traces/index.js';
import { noResponseFinding } from '../findings/diagnosis-finding.js';
import type { Finding } from '../findings/finding.js';
import { latencyAndClockFindings } from './latency-and-clock.js';
import type { Probe } from './probe.js';
import { classifyAttempt, type Combination, type TokenAttempt } from './token-attempt.js';
import { tokenFinding } from './token-finding.js';

/**
 * Requests tokens with a random code, in each way in which the request can be sent, starting with the one that the schema configures. The
 * client secret is sent nowhere else.
 */
export async function checkTokenUrl(
  probe: Probe,
  client: OAuthClient,
  redirectUri: string,
  now: Date,
): Promise<Finding[]> {
  const facts = clientFacts(client, 'token', redirectUri);
  const redact = redactor(client.client_secret === undefined ? [] : [client.client_secret]);
  const attempts: TokenAttempt[] = [];
  const otherFindings: Finding[] = [];
  for (const combination of combinationsOf(client)) {
    const triedClient = { ...client, ...combination };
    const result = await probe.post(tokenRequest(triedClient, grantWithRandomCode(client, redirectUri)));
    if (result instanceof EgressError) {
      if (attempts.length === 0) return [noResponseFinding(facts, result)];
      break;
    }
    if (attempts.length === 0) otherFindings.push(...latencyAndClockFindings(result, facts, now));
    // Redacted before parsing and truncating, because some servers echo the request.
    const attempt = classifyAttempt({ ...result, body: redact(result.body) }, triedClient, redirectUri, now);
    attempts.push(attempt);
    if (attempt.verdict === 'granted' || attempt.verdict === 'unavailable') break;
  }
  return [tokenFinding(attempts as [TokenAttempt, ...TokenAttempt[]]), ...otherFindings];
}

/** Returns the configured combination first, then the most similar ones. Without a secret there is only one method. */
function combinationsOf(client: OAuthClient): Combination[] {
  const { token_exchange_method: method, authorization_content_type: type, client_secret } = client;
  const otherMethod = method === 'default_post' ? 'basic_auth_header' : 'default_post';
  const otherType = type === 'application/json' ? 'application/x-www-form-urlencoded' : 'application/json';
  const methods = client_secret === undefined ? (['default_post'] as const) : ([method, otherMethod] as const);
  return ([type, otherType] as const).flatMap((authorization_content_type) =>
    methods.map((token_exchange_method) => ({ token_exchange_method, authorization_content_type })),
  );
}

function grantWithRandomCode(client: OAuthClient, redirectUri: string) {
  return {
    grant_type: 'authorization_code',
    code: randomSecret(),
    redirect_uri: redirectUri,
    ...(usesPkce(client) && { code_verifier: randomSecret() }),
  } as const;
}
