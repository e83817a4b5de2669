import { looksLike } from '../../oauth/index.js';
import type { Facts } from '../../traces/index.js';
import { failure, fine, warning, type Finding } from '../finding.js';
import type { ProbedAnswer } from './probe.js';
import { pageText, quoted } from './provider-words.js';
import { recognized } from './recognized.js';

/** The authorization request that was made, and what is known of it. */
export interface Asked {
  url: string;
  state: string;
  redirectUri: string;
  /** Of the phase `callback`: what a browser would bring back, and what it would be shown. */
  facts: Facts;
}

const FIELD = 'authorization_url';

/** What a token endpoint says to whoever brings it no grant. */
const TOKEN_TALK = /grant_type|invalid_grant/;

/** How errors are called (RFC 6749, 4.1.2.1), and what servers have made after it. */
const ERROR_CODE = /\b(?:invalid|unauthorized|unsupported|redirect_uri)_[a-z_]+/;

/** What a page says whose status is none of a failure: words that no log-in page has. */
const REFUSED =
  'mismatch|invalid|unregistered|unknown|unauthori[sz]ed|not found|not match|(?:not|n.t) (?:registered|valid|allowed|match)';
const PAGE_OF_REFUSAL = new RegExp(
  `(?:redirect[ _-]?ur[il]|client[ _-]?id)\\b[^.]{0,60}(?:${REFUSED})|(?:${REFUSED})[^.]{0,30}(?:redirect[ _-]?ur[il]|client(?:[ _-]?id)?)\\b`,
  'i',
);

/**
 * What an authorization endpoint's answer to a browser that is not signed in tells: a page, or a way to one, is right. It may also come
 * straight back to the redirect URI, which is how most mistakes are told (RFC 6749, 4.1.2.1).
 */
export function judgeAuthorization(answer: ProbedAnswer, asked: Asked): Finding[] {
  const { status, headers, body } = answer;
  if (status >= 300 && status < 400) return judgeRedirect(headers['location'], asked);
  if (status >= 400) return [judgeFailure(answer, asked)];
  const kind = looksLike(body);
  if (kind === 'json' || kind === 'form') return [looksLikeTokenUrl('answers data, where people need a page')];
  const [refused] = PAGE_OF_REFUSAL.exec(pageText(body)) ?? [];
  if (refused !== undefined) return [{ ...refusal(asked, undefined, refused), status: 'warning' }];
  if (kind === 'html') return [fine('sign_in_page', FIELD, 'The authorization URL answers a page.')];
  const message = `The authorization URL answered no page (status ${status}).`;
  return [
    warning('no_page', FIELD, message, 'Open authorization_url in a browser, and check that it is the right URL.'),
  ];
}

function judgeRedirect(location: string | undefined, asked: Asked): Finding[] {
  if (location === undefined || !URL.canParse(location, asked.url)) {
    const message = 'The authorization URL redirects, and does not say where.';
    return [failure('redirects_nowhere', FIELD, message, 'Check that authorization_url is the right URL.')];
  }
  const to = new URL(location, asked.url);
  if (to.origin + to.pathname === asked.redirectUri) return judgeReturn(to.searchParams, asked);
  // Google's error page has its words in base64.
  const encoded = Buffer.from(to.searchParams.get('authError') ?? '', 'base64').toString('latin1');
  const error = to.searchParams.get('error') ?? (encoded && 'an error page');
  if (error) return [refusal(asked, error, to.searchParams.get('error_description') ?? encoded)];
  return [fine('sign_in_redirect', FIELD, `The authorization URL leads on to ${to.host}.`)];
}

/** The redirect came straight back. A code in it is left alone. */
function judgeReturn(parameters: URLSearchParams, asked: Asked): Finding[] {
  const [state, error] = [parameters.get('state'), parameters.get('error')];
  const findings: (Finding | undefined)[] = [];
  if (state !== asked.state) {
    findings.push(recognized({ ...asked.facts, refusal: state ? 'unknown_state' : 'no_state' }));
  }
  if (error) findings.push(refusal(asked, error, parameters.get('error_description')));
  else if (!parameters.has('code')) findings.push(recognized({ ...asked.facts, refusal: 'no_code' }));
  else findings.push(fine('signs_in_at_once', FIELD, 'The provider gives a code without asking; it was not used.'));
  return findings.filter((finding) => finding !== undefined);
}

function judgeFailure({ status, body }: ProbedAnswer, asked: Asked): Finding {
  const isJson = looksLike(body) === 'json';
  const isMissing = status === 404 || status === 405;
  const isTokenTalk = isJson && (TOKEN_TALK.test(body) || isCalledToken(asked));
  if (isTokenTalk || (isMissing && isCalledToken(asked))) return looksLikeTokenUrl('answers like a token endpoint');
  const answered = `The authorization URL answered with status ${status}.`;
  if (isMissing && !isJson) return failure('not_found', FIELD, answered, NOT_FOUND);
  if (status === 429 || status === 503) return warning('busy', FIELD, answered, 'Check again in some minutes.');
  if (status >= 500) return failure('server_error', FIELD, answered, "Look into the provider's log.");
  const words = pageText(body);
  return refusal(asked, ERROR_CODE.exec(words)?.[0] ?? `status ${status}`, words);
}

const NOT_FOUND =
  'Correct authorization_url; or client_id, where the provider answers so to clients that it does not know.';

/** The provider says no. */
function refusal({ facts }: Asked, error: string | undefined, description: string | null | undefined): Finding {
  const said = quoted(error, description);
  // Nobody was asked who could have said no.
  const phase = error === 'access_denied' ? 'authorization' : 'callback';
  const known = recognized({ ...facts, phase, error: { code: error ?? '', description: description ?? undefined } });
  if (known) return { ...known, detail: { said } };
  const change =
    'Look up what the provider means by it: open authorization_url, with what a sign-in sends, in a browser.';
  return failure('provider_refused', FIELD, `The provider refuses the authorization request: ${said}.`, change);
}

/** Servers differ in what they say to a GET of their token URL; the name gives it away. */
function isCalledToken({ url }: Asked): boolean {
  return /token/i.test(new URL(url).pathname);
}

function looksLikeTokenUrl(what: string): Finding {
  const change = 'Exchange authorization_url and token_url, if they have changed places.';
  return failure('looks_like_token_url', FIELD, `The authorization URL ${what}.`, change);
}
