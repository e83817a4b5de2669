import { EgressError } from '../../egress/index.js';
import { randomSecret, redactor } from '../../common/index.js';
import { usesPkce, type OAuthClient, tokenRequest, withOtherBasicPair } from '../../oauth/index.js';
import { clientFacts } from '../../traces/index.js';
import { noResponseFinding } from '../findings/diagnosis-finding.js';
import type { Finding } from '../findings/finding.js';
import { latencyAndClockFindings } from './latency-and-clock.js';
import type { Probe, ProbeResponse } from './probe.js';
import { classifyAttempt, type Combination, type TokenAttempt } from './token-attempt.js';
import { isUnclear, tokenFinding, type Control } from './token-finding.js';

type SentAttempt = TokenAttempt & { response: ProbeResponse };

/** What every request of the check has in common. */
interface Trial {
  probe: Probe;
  redirectUri: string;
  now: Date;
  redact: (text: string) => string;
}

/**
 * Requests tokens with a random code, in each way in which the request can be sent, starting with the one that the schema configures. The
 * client secret is sent nowhere else. A further request shows what the responses prove: see {@link control}.
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
  const trial: Trial = { probe, redirectUri, now, redact };
  const attempts: TokenAttempt[] = [];
  const otherFindings: Finding[] = [];
  for (const combination of combinationsOf(client)) {
    const attempt = await sendEitherPair(trial, { ...client, ...combination });
    if (attempt instanceof EgressError) {
      if (attempts.length === 0) return [noResponseFinding(facts, attempt)];
      break;
    }
    if (attempts.length === 0) otherFindings.push(...latencyAndClockFindings(attempt.response, facts, now));
    attempts.push(attempt);
    if (attempt.verdict === 'granted' || attempt.verdict === 'unavailable') break;
  }
  const [first, ...others] = attempts as [TokenAttempt, ...TokenAttempt[]];
  const finding = tokenFinding([first, ...others], await control(trial, client, attempts));
  return [finding, ...otherFindings];
}

/**
 * Makes the request that shows what the other responses prove. If the client was accepted, a made-up secret must not be: a server that
 * validates the code before the client accepts every secret. If an error gives no reason, a different one for a made-up secret shows that
 * the client was accepted. If the secret was refused, the client may be one without a secret.
 *
 * @returns `undefined` for a schema without a secret, and if no response of the client was evaluated
 */
async function control(
  trial: Trial,
  client: OAuthClient,
  attempts: readonly TokenAttempt[],
): Promise<Control | undefined> {
  if (client.client_secret === undefined || attempts.some(({ verdict }) => verdict === 'granted')) return undefined;
  const accepted = attempts.find(({ verdict }) => verdict === 'accepted') ?? attempts.find(isUnclear);
  const isBusy = attempts.some(({ verdict }) => verdict === 'unavailable');
  if (isBusy) return accepted && { secret: 'made_up' };
  const sent: OAuthClient = accepted
    ? { ...client, ...accepted.combination, client_secret: randomSecret() }
    : { ...client, token_exchange_method: 'default_post', client_secret: undefined };
  const attempt = await send(trial, sent);
  return { secret: accepted ? 'made_up' : 'none', ...(!(attempt instanceof EgressError) && { attempt }) };
}

/** Sends a request, and if the client is rejected, another with the other form of the Basic pair, as a sign-in does. */
async function sendEitherPair(trial: Trial, client: OAuthClient): Promise<SentAttempt | EgressError> {
  const attempt = await send(trial, client);
  if (attempt instanceof EgressError || !attempt.rejectsClient) return attempt;
  const other = withOtherBasicPair(client);
  const second = other && (await send(trial, other));
  return second && !(second instanceof EgressError) && !second.rejectsClient ? second : attempt;
}

async function send(
  { probe, redirectUri, now, redact }: Trial,
  client: OAuthClient,
): Promise<SentAttempt | EgressError> {
  const result = await probe.send(tokenRequest(client, grantWithRandomCode(client, redirectUri)));
  if (result instanceof EgressError) return result;
  // Redacted before parsing and truncating, because some servers echo the request.
  const attempt = classifyAttempt({ ...result, body: redact(result.body) }, client, redirectUri, now);
  return { ...attempt, response: result };
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
