import { looksLike } from '../protocol/token-answer.js';
import { failure, fine, warning, type Finding } from './finding.js';
import type { ProbedAnswer } from './probe.js';
import { quoted, wordsIn } from './provider-words.js';

/** The authorization request that was made. */
export interface Asked {
  url: string;
  redirectUri: string;
  state: string;
}

const FIELD = 'authorization_url';

/** What a token endpoint says to whoever brings it no grant. */
const TOKEN_TALK = /grant_type|invalid_grant/;

const REFUSED =
  '(?:mismatch|invalid|unregistered|unknown|unauthori[sz]ed|not (?:be )?(?:registered|valid|allowed|found|match|whitelisted)|did not match|does(?: not|n.t) match)';

/** Mistakes of the registration, by what servers and pages say of them. */
const REGISTRATION = {
  redirectUri: new RegExp(
    `redirect(?:ion)?[ _-]?ur[il]s?\\b.{0,80}${REFUSED}|${REFUSED}.{0,40}redirect(?:ion)?[ _-]?ur[il]`,
    'i',
  ),
  client: new RegExp(
    `invalid_client|unauthorized_client|client[ _-]?(?:id)?\\b.{0,60}(?:${REFUSED}|does not exist)|(?:unknown|invalid|no such|unrecogni[sz]ed) (?:client|application|app)\\b`,
    'i',
  ),
};

/**
 * What an authorization endpoint's answer to a browser that is not signed in tells: a page, or a way to one, is right. It may also come
 * straight back to the redirect URI, which is how most mistakes are told (RFC 6749, 4.1.2.1).
 */
export function judgeAuthorization(answer: ProbedAnswer, asked: Asked): Finding[] {
  const { status, headers, body } = answer;
  if (status >= 300 && status < 400) return judgeRedirect(headers['location'], asked);
  const words = wordsIn(body);
  if (status >= 400) return [mistakeIn(answer, words, asked) ?? judgeStatus(answer, asked)];
  const mistake = mistakeOfRegistration(words, asked);
  if (mistake) return [{ ...mistake, status: 'warning' }];
  const kind = looksLike(body);
  if (kind === 'html') return [fine('sign_in_page', FIELD, 'the authorization URL answers a page')];
  if (kind === 'json' || kind === 'form') return [looksLikeTokenUrl('answers data, where people need a page')];
  const message = `the authorization URL answered no page (status ${status})`;
  return [warning('no_page', FIELD, message, 'open it in a browser, and check that it is the right URL')];
}

function judgeRedirect(location: string | undefined, asked: Asked): Finding[] {
  if (location === undefined || !URL.canParse(location, asked.url)) {
    const message = 'the authorization URL redirects to nowhere';
    return [failure('redirects_nowhere', FIELD, message, 'check that it is the right URL')];
  }
  const to = new URL(location, asked.url);
  if (to.origin + to.pathname === asked.redirectUri) return judgeReturn(to.searchParams, asked);
  const error = to.searchParams.get('error');
  // Google's error page has its words in base64.
  const hidden = Buffer.from(to.searchParams.get('authError') ?? '', 'base64').toString('latin1');
  if (error === null && hidden === '') {
    return [fine('sign_in_redirect', FIELD, `the authorization URL leads on to ${quoted(to.host)}`)];
  }
  return [refusal(`${error} ${to.searchParams.get('error_description')} ${hidden}`, error, to.searchParams, asked)];
}

/** The redirect came straight back. A code in it is left alone. */
function judgeReturn(parameters: URLSearchParams, asked: Asked): Finding[] {
  const findings: Finding[] = [];
  if (parameters.get('state') !== asked.state) {
    const change = 'have the provider return the state parameter unchanged (RFC 6749, 4.1.2): no sign-in goes through';
    findings.push(failure('state_not_returned', FIELD, 'the provider did not return the state', change));
  }
  const error = parameters.get('error');
  if (error !== null)
    findings.push(refusal(`${error} ${parameters.get('error_description')}`, error, parameters, asked));
  else if (parameters.has('code')) findings.push(fine('signs_in_at_once', FIELD, 'the provider grants a code at once'));
  else {
    const change = 'check that the authorization URL is that of the authorization code grant';
    findings.push(failure('no_code', FIELD, 'the provider came back with neither a code nor an error', change));
  }
  return findings;
}

function refusal(words: string, error: string | null, parameters: URLSearchParams, asked: Asked): Finding {
  const said = quoted(error, parameters.get('error_description'));
  const known = mistakeOfRegistration(words, asked) ?? mistakeOfRequest(words, asked);
  const message = `the provider refuses the authorization request${said && `: ${said}`}`;
  if (known) return { ...known, message: said ? `${known.message}: ${said}` : known.message };
  return failure('authorization_refused', FIELD, message, 'look up what this error means at the provider');
}

function mistakeIn({ body }: ProbedAnswer, words: string, asked: Asked): Finding | undefined {
  const isTokenTalk = looksLike(body) === 'json' && (TOKEN_TALK.test(words) || isCalledToken(asked));
  if (isTokenTalk) return looksLikeTokenUrl('answers like a token endpoint');
  return mistakeOfRegistration(words, asked) ?? mistakeOfRequest(words, asked);
}

function mistakeOfRegistration(words: string, { redirectUri }: Asked): Finding | undefined {
  if (REGISTRATION.redirectUri.test(words)) {
    const message = 'the provider does not take the redirect URI';
    return failure('redirect_uri_not_registered', 'callback_url', message, `register ${redirectUri} at the provider`);
  }
  if (!REGISTRATION.client.test(words)) return undefined;
  const change =
    'copy the client_id again from the provider, and check that its app may use the authorization code grant';
  return failure('client_unknown', 'client_id', 'the provider does not take the client', change);
}

function mistakeOfRequest(words: string, { url }: Asked): Finding | undefined {
  if (/code_challenge|pkce|proof key/i.test(words)) {
    const [message, value] = new URL(url).searchParams.has('code_challenge')
      ? ['the provider does not take PKCE', 'off']
      : ['the provider wants PKCE', 'auto'];
    return failure('pkce_refused', 'pkce', message, `set pkce to ${value}`);
  }
  if (!/invalid_scope|scopes?\b.{0,60}(?:invalid|unknown|not)\b|(?:invalid|unknown) scope/i.test(words))
    return undefined;
  return failure(
    'scope_refused',
    'scope',
    'the provider does not take the scope',
    'ask for scopes that the provider has',
  );
}

function judgeStatus({ status }: ProbedAnswer, asked: Asked): Finding {
  const answered = `the authorization URL answered with status ${status}`;
  if (status === 429 || status === 503) return warning('busy', FIELD, answered, 'check again in some minutes');
  if (status >= 500) return failure('server_error', FIELD, answered, 'look into the log of the provider');
  if (status === 404 || status === 405) {
    if (isCalledToken(asked)) return looksLikeTokenUrl(`answered with status ${status}`);
    const change = 'check the URL, and the client_id too: some providers answer so to clients that they do not know';
    return failure('not_found', FIELD, answered, change);
  }
  const change = 'open it in a browser, with the request of a sign-in, to see what the provider says';
  return failure('authorization_refused', FIELD, answered, change);
}

/** Servers differ in what they say to a GET of their token URL; the name gives it away. */
function isCalledToken({ url }: Asked): boolean {
  return /token/i.test(new URL(url).pathname);
}

function looksLikeTokenUrl(what: string): Finding {
  const change = 'authorization_url and token_url may have changed places: exchange them';
  return failure('looks_like_token_url', FIELD, `the authorization URL ${what}`, change);
}
