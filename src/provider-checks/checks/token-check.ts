import { EgressError } from '../../egress/index.js';
import { randomSecret, redactor } from '../../common/index.js';
import { usesPkce, type OAuthClient, tokenRequest, withOtherBasicPair } from '../../oauth/index.js';
import { clientFacts } from '../../traces/index.js';
import { noResponseFinding } from '../findings/diagnosis-finding.js';
import type { Finding } from '../findings/finding.js';
import { latencyAndClockFindings } from './latency-and-clock.js';
import type { Probe, ProbeResponse } from './probe.js';
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
  const { client_secret, token_headers = {} } = client;
  const redact = redactor([client_secret, ...Object.values(token_headers)].filter((secret) => secret !== undefined));
  const send = (tried: OAuthClient) => probe.send(tokenRequest(tried, grantWithRandomCode(client, redirectUri)));
  // Redacted before parsing and truncating, because some servers echo the request.
  const classify = (result: ProbeResponse, tried: OAuthClient) =>
    classifyAttempt({ ...result, body: redact(result.body) }, tried, redirectUri, now);
  const attempts: TokenAttempt[] = [];
  const otherFindings: Finding[] = [];
  for (const combination of combinationsOf(client)) {
    const triedClient = { ...client, ...combination };
    const result = await send(triedClient);
    if (result instanceof EgressError) {
      if (attempts.length === 0) return [noResponseFinding(facts, result)];
      break;
    }
    if (attempts.length === 0) otherFindings.push(...latencyAndClockFindings(result, facts, now));
    let attempt = classify(result, triedClient);
    // A sign-in repeats its request with the other form of the Basic pair too.
    const other = attempt.rejectsClient ? withOtherBasicPair(triedClient) : undefined;
    const second = other && (await send(other));
    if (second && !(second instanceof EgressError)) {
      const secondAttempt = classify(second, other);
      if (!secondAttempt.rejectsClient) attempt = secondAttempt;
    }
    attempts.push(attempt);
    if (attempt.verdict === 'granted' || attempt.verdict === 'unavailable') break;
  }
  return [tokenFinding(attempts as [TokenAttempt, ...TokenAttempt[]]), ...otherFindings];
}

/** Returns the configured combination first, then the most similar ones. Without a secret there is only one method. */
function combinationsOf(client: OAuthClient): Combination[] {
  const { token_exchange_method: method, authorization_content_type: type, client_secret } = client;
  const otherType = type === 'application/json' ? 'application/x-www-form-urlencoded' : 'application/json';
  const others = (['default_post', 'basic_auth_header'] as const).filter((other) => other !== method);
  const methods = client_secret === undefined ? (['default_post'] as const) : [method, ...others];
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
