import { type OAuthClient, type OAuthSettings, TokenError, looksLike, parseTokenResponse } from '../../oauth/index.js';
import { answerDetails, factsOf } from '../../traces/index.js';
import { fine, warning, type Finding } from '../finding.js';
import type { ProbedAnswer } from './probe.js';
import { quoted } from './provider-words.js';
import { recognized } from './recognized.js';

/** One way of sending a token request. */
export type Combination = Pick<OAuthSettings, 'token_exchange_method' | 'authorization_content_type'>;

/** A token request with a wrong code, and what came of it. */
export interface Trial {
  combination: Combination;
  /** `accepted`: the code alone is wrong, so that client and request are right. `granted`: it gave a token. */
  verdict: 'accepted' | 'refused' | 'granted' | 'unavailable';
  status: number;
  /** The provider's error. */
  said: string | null;
  /** What it would tell if it were the only one. */
  finding: Finding;
}

/** The diagnoses of a code that is wrong, and nothing else. */
const CODE_IS_WRONG = new Set(['code_refused', 'code_expired', 'code_used_twice']);

/** After these every other way of asking ends the same, or would be impolite. */
const UNAVAILABLE = new Set([
  'rate_limited',
  'provider_failing',
  'endpoint_redirects',
  'method_refused',
  'endpoint_not_found',
]);

/** Judges the answer to a token request whose code nobody has issued. @param client with the combination that was tried */
export function judgeTrial(answer: ProbedAnswer, client: OAuthClient, redirectUri: string, now: Date): Trial {
  const { token_exchange_method, authorization_content_type } = client;
  const trial = { combination: { token_exchange_method, authorization_content_type }, status: answer.status };
  const error = refusalIn(answer, client, now);
  // Also one that is not where the schema says.
  const { tokenPath } = answerDetails(answer);
  if (!error || tokenPath !== undefined) return { ...trial, verdict: 'granted', said: null, finding: GRANTED };
  // An empty body is read as `invalid_grant`, which it is where a refresh token is over; here it says nothing.
  const isSaid = error.kind === 'refused' && answer.body.trim() !== '';
  const said = isSaid ? quoted(error.code, error.description) : null;
  const finding = findingOf(answer, error, client, redirectUri);
  // Whatever its description says besides: servers put all that may be amiss with a grant into one sentence.
  if ((isSaid && error.isInvalidGrant) || CODE_IS_WRONG.has(finding.code)) {
    const message = `The token URL refuses the wrong code and nothing else${said ? `: ${said}` : ''}.`;
    return { ...trial, verdict: 'accepted', said, finding: fine('client_accepted', 'token_url', message) };
  }
  return { ...trial, verdict: UNAVAILABLE.has(finding.code) ? 'unavailable' : 'refused', said, finding };
}

const GRANTED: Finding = {
  code: 'grants_without_code',
  status: 'error',
  field: 'token_url',
  message: 'The token URL granted a token for a code that nobody has issued.',
  change: 'Let the provider check codes before it grants anything: as it is, anybody can have a token.',
};

function refusalIn({ status, body }: ProbedAnswer, client: OAuthClient, now: Date): TokenError | undefined {
  try {
    parseTokenResponse({ status, body }, now, client);
    return undefined;
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    // A token that fits into no header is one all the same.
    return error.kind === 'unreadable' && error.code === 'invalid_token' ? undefined : error;
  }
}

function findingOf(answer: ProbedAnswer, error: TokenError, client: OAuthClient, redirectUri: string): Finding {
  const { status, headers, body } = answer;
  const kind = looksLike(body);
  const { 'content-type': contentType, location } = headers;
  const known = recognized({
    ...factsOf(client, 'token', redirectUri),
    answer: { status, contentType, location, looksLike: kind },
    details: answerDetails({ headers, body }),
    ...(kind !== 'empty' && { error: { code: error.code, description: error.description } }),
  });
  return !known || (known.code === 'answer_empty' && status >= 400) ? refusedWithoutReason(status) : known;
}

function refusedWithoutReason(status: number): Finding {
  const message = `The token URL refuses a wrong code in a way that says nothing of the client (status ${status}).`;
  const change = 'Try a sign-in: whether client_id and client_secret are right cannot be told without one.';
  return warning('refused_without_reason', 'token_url', message, change);
}
