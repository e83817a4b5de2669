import { TokenError } from '../protocol/errors.js';
import { looksLike, readTokenAnswer, type TokenPaths } from '../protocol/token-answer.js';
import type { OAuthSettings } from '../protocol/client.js';
import type { ProbedAnswer } from './probe.js';
import { quoted, wordsIn } from './provider-words.js';

/** One way of sending a token request. */
export type Combination = Pick<OAuthSettings, 'token_exchange_method' | 'authorization_content_type'>;

/**
 * What the answer to a wrong code tells.
 *
 * - `accepted`: the code alone is wrong, so that client and request are right
 * - `client_refused`, `redirect_uri_refused`: that is what the provider complains of
 * - `not_understood`: it has not found in the request what is there, as with a content type that it does not read
 * - `unclear`: it said no, and not why
 * - `not_oauth`, `web_page`, `redirects`, `missing`: it is no token endpoint that answers
 * - `busy`: 429 or 5xx; `no_answer`: none at all
 * - `granted`: it gave a token
 */
export type Verdict =
  | 'accepted'
  | 'client_refused'
  | 'redirect_uri_refused'
  | 'not_understood'
  | 'unclear'
  | 'not_oauth'
  | 'web_page'
  | 'redirects'
  | 'missing'
  | 'busy'
  | 'no_answer'
  | 'granted';

/** A token request with a wrong code, and what came of it. It holds no secret. */
export interface Trial extends Combination {
  verdict: Verdict;
  status: number | null;
  /** The provider's words, or why there were none. */
  said: string | null;
}

/** Judges the answer to a token request whose code nobody has issued. */
export function verdictOf(
  { status, body }: ProbedAnswer,
  paths: TokenPaths,
  now: Date,
): Pick<Trial, 'verdict' | 'said'> {
  if (status >= 300 && status < 400) return { verdict: 'redirects', said: null };
  try {
    readTokenAnswer({ status, body }, now, paths);
    return { verdict: 'granted', said: null };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    if (error.code === 'invalid_token') return { verdict: 'granted', said: null };
    if (error.kind === 'unavailable') return { verdict: 'busy', said: null };
    // An empty body is read as `invalid_grant` in refreshes; here it says nothing.
    const isSaid = error.kind === 'refused' && body.trim() !== '';
    if (isSaid)
      return {
        verdict: verdictOfWords(error.code, wordsIn(body), status),
        said: quoted(error.code, error.description),
      };
    return { verdict: verdictOfOther(status, body), said: null };
  }
}

function verdictOfWords(code: string, words: string, status: number): Verdict {
  if (code === 'invalid_grant') return 'accepted';
  if (/client/i.test(code)) return 'client_refused';
  if (/redirect/i.test(code)) return 'redirect_uri_refused';
  if (/code$/i.test(code)) return 'accepted'; // GitHub's bad_verification_code, Slack's invalid_code
  return verdictOfText(words) ?? (status === 401 ? 'client_refused' : status === 415 ? 'not_understood' : 'unclear');
}

/** The standard has one error for all that is amiss in a request, `invalid_request`: what it is, the description says. */
function verdictOfText(words: string): Verdict | undefined {
  if (/content.?type|media.?type|urlencoded|(?:invalid|malformed|not|parse) json/i.test(words)) return 'not_understood';
  if (/client[ _-]?(?:id|secret|authentication|credential)/i.test(words)) return 'client_refused';
  if (/redirect(?:ion)?[ _-]?ur[il]/i.test(words)) return 'redirect_uri_refused';
  if (/grant.?type|missing|required/i.test(words)) return 'not_understood';
  if (/\bcode\b/i.test(words) && /invalid|expired|incorrect|unknown|malformed|not found|wrong/i.test(words))
    return 'accepted';
  return undefined;
}

function verdictOfOther(status: number, body: string): Verdict {
  if (status === 404 || status === 405) return 'missing';
  if (status === 401) return 'client_refused';
  if (status === 415) return 'not_understood';
  if (looksLike(body) === 'html') return 'web_page';
  return verdictOfText(wordsIn(body)) ?? (status >= 400 ? 'unclear' : 'not_oauth');
}
