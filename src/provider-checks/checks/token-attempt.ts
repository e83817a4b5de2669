import {
  type OAuthClient,
  type OAuthSettings,
  TokenError,
  looksLike,
  parseTokenResponse,
  rejectsClient,
} from '../../oauth/index.js';
import { clientFacts, responseDetails } from '../../traces/index.js';
import { diagnosisFinding } from '../findings/diagnosis-finding.js';
import { okFinding, warningFinding, type Finding } from '../findings/finding.js';
import { quoteError } from '../findings/provider-text.js';
import type { ProbeResponse } from './probe.js';

/** One way of sending a token request. */
export type Combination = Pick<OAuthSettings, 'token_exchange_method' | 'authorization_content_type'>;

/** A token request with a random code, and its result. */
export interface TokenAttempt {
  combination: Combination;
  /** `accepted`: only the code was refused, so the client and the request are right. `granted`: the endpoint issued a token. */
  verdict: 'accepted' | 'refused' | 'granted' | 'unavailable';
  status: number;
  /** The provider's error. */
  said: string | null;
  /** Whether the client was rejected, and not the code. */
  rejectsClient: boolean;
  /** Finding of this attempt alone. */
  finding: Finding;
}

/** Diagnoses that only concern the code. */
const CODE_DIAGNOSES = new Set(['code_refused', 'code_expired', 'code_used_twice']);

/** Diagnoses after which another attempt would have the same result, or would burden the provider. */
const FINAL_DIAGNOSES = new Set([
  'rate_limited',
  'provider_failing',
  'endpoint_redirects',
  'method_refused',
  'endpoint_not_found',
]);

/**
 * Classifies the response to a token request with a code that was never issued.
 *
 * @param client the client with the combination that was tried
 */
export function classifyAttempt(
  response: ProbeResponse,
  client: OAuthClient,
  redirectUri: string,
  now: Date,
): TokenAttempt {
  const { token_exchange_method, authorization_content_type } = client;
  const error = tokenErrorIn(response, client, now);
  const attempt = {
    combination: { token_exchange_method, authorization_content_type },
    status: response.status,
    rejectsClient: rejectsClient(error),
  };
  // A token at a different path than the schema's also counts as granted.
  const { tokenPath } = responseDetails(response);
  if (!error || tokenPath !== undefined) return { ...attempt, verdict: 'granted', said: null, finding: GRANTED };
  const said = error.kind === 'refused' ? quoteError(error.providerCode, error.description) : null;
  const finding = findingOf(response, error, client, redirectUri);
  // The description does not matter: servers list all possible causes of `invalid_grant` in one sentence.
  if (error.isInvalidGrant || CODE_DIAGNOSES.has(finding.code)) {
    const message = `The token URL accepts the client and refuses only the random code${said ? `: ${said}` : ''}.`;
    return { ...attempt, verdict: 'accepted', said, finding: okFinding('client_accepted', 'token_url', message) };
  }
  return { ...attempt, verdict: FINAL_DIAGNOSES.has(finding.code) ? 'unavailable' : 'refused', said, finding };
}

const GRANTED: Finding = {
  code: 'grants_without_code',
  status: 'error',
  field: 'token_url',
  message: 'The token URL issued a token for a code that was never issued.',
  change: 'Have the provider validate codes before it issues tokens: currently anyone can get a token.',
};

function tokenErrorIn({ status, body }: ProbeResponse, client: OAuthClient, now: Date): TokenError | undefined {
  try {
    parseTokenResponse({ status, body }, now, client);
    return undefined;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    // A token that cannot be sent in a header is still a token.
    return error.kind === 'unreadable' && error.code === 'invalid_token' ? undefined : error;
  }
}

function findingOf(response: ProbeResponse, error: TokenError, client: OAuthClient, redirectUri: string): Finding {
  const { status, headers, body } = response;
  const kind = looksLike(body);
  const { 'content-type': contentType, location } = headers;
  const known = diagnosisFinding({
    ...clientFacts(client, 'token', redirectUri),
    response: { status, contentType, location, looksLike: kind },
    details: responseDetails({ headers, body }),
    ...(kind !== 'empty' && { error: { code: error.code, description: error.description, concern: error.concern } }),
  });
  return !known || (known.code === 'answer_empty' && status >= 400) ? refusedWithoutReason(status) : known;
}

function refusedWithoutReason(status: number): Finding {
  const message = `The token URL refuses the random code with an error that does not show whether the client is accepted (status ${status}).`;
  const change = 'Try a sign-in, which shows whether client_id and client_secret are correct.';
  return warningFinding('refused_without_reason', 'token_url', message, change);
}
