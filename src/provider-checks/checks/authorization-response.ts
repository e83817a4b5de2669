import { parseUrl } from '../../common/index.js';
import { looksLike } from '../../oauth/index.js';
import type { Facts } from '../../traces/index.js';
import { diagnosisFinding } from '../findings/diagnosis-finding.js';
import { errorFinding, okFinding, warningFinding, type Finding } from '../findings/finding.js';
import { pageText, quoteError } from '../findings/provider-text.js';
import type { ProbeResponse } from './probe.js';

/** The authorization request that was made. */
export interface ProbedRequest {
  url: string;
  state: string;
  redirectUri: string;
  /** Facts with the phase `callback`, because the response is what a browser would bring back or show. */
  facts: Facts;
}

const FIELD = 'authorization_url';

/** Words in a token endpoint's response to a request without a grant. */
const TOKEN_ENDPOINT_ERROR = /grant_type|invalid_grant/;

/** Error codes of RFC 6749, section 4.1.2.1, and codes that servers derive from them. */
const ERROR_CODE = /\b(?:invalid|unauthorized|unsupported|redirect_uri)_[a-z_]+/;

/** Words of an error page that has status 200. Login pages do not contain them. */
const REFUSED =
  'mismatch|invalid|unregistered|unknown|unauthori[sz]ed|not found|not match|(?:not|n.t) (?:registered|valid|allowed|match)';
const ERROR_PAGE = new RegExp(
  `(?:redirect[ _-]?ur[il]|client[ _-]?id)\\b[^.]{0,60}(?:${REFUSED})|(?:${REFUSED})[^.]{0,30}(?:redirect[ _-]?ur[il]|client(?:[ _-]?id)?)\\b`,
  'i',
);

/**
 * Evaluates an authorization endpoint's response to a browser without a session. A page or a redirect to one is right. A redirect back to
 * the redirect URI usually reports an error (RFC 6749, section 4.1.2.1).
 */
export function authorizationFindings(response: ProbeResponse, probed: ProbedRequest): Finding[] {
  const { status, headers, body } = response;
  if (status >= 300 && status < 400) return redirectFindings(headers['location'], probed);
  if (status >= 400) return [failureFinding(response, probed)];
  const kind = looksLike(body);
  if (kind === 'json' || kind === 'form') return [tokenUrlFinding('returns data instead of a page')];
  const [refused] = ERROR_PAGE.exec(pageText(body)) ?? [];
  if (refused !== undefined) return [{ ...refusalFinding(probed, undefined, refused), status: 'warning' }];
  if (kind === 'html') return [okFinding('sign_in_page', FIELD, 'The authorization URL returns a page.')];
  const message = `The authorization URL did not return a page (status ${status}).`;
  return [
    warningFinding('no_page', FIELD, message, 'Open authorization_url in a browser and check that it is correct.'),
  ];
}

function redirectFindings(location: string | undefined, probed: ProbedRequest): Finding[] {
  const target = location === undefined ? undefined : parseUrl(location, probed.url);
  if (!target) {
    const message = 'The authorization URL redirects, but its Location header is missing or invalid.';
    return [errorFinding('redirects_nowhere', FIELD, message, 'Check that authorization_url is correct.')];
  }
  if (target.origin + target.pathname === probed.redirectUri) return callbackFindings(target.searchParams, probed);
  // Google's error page contains the error in base64.
  const encoded = Buffer.from(target.searchParams.get('authError') ?? '', 'base64').toString('latin1');
  const error = target.searchParams.get('error') ?? (encoded && 'an error page');
  if (error) return [refusalFinding(probed, error, target.searchParams.get('error_description') ?? encoded)];
  return [okFinding('sign_in_redirect', FIELD, `The authorization URL redirects to ${target.host}.`)];
}

/** Evaluates a redirect back to the redirect URI. A code in it is not used. */
function callbackFindings(parameters: URLSearchParams, probed: ProbedRequest): Finding[] {
  const [state, error] = [parameters.get('state'), parameters.get('error')];
  const rejection = state ? 'unknown_state' : 'no_state';
  const findings = [
    // The error is why the sign-in fails, so it comes before a missing state.
    error ? refusalFinding(probed, error, parameters.get('error_description')) : undefined,
    state === probed.state ? undefined : diagnosisFinding({ ...probed.facts, rejection }),
    error ? undefined : codeFinding(parameters, probed),
  ];
  return findings.filter((finding) => finding !== undefined);
}

function codeFinding(parameters: URLSearchParams, { facts }: ProbedRequest): Finding | undefined {
  if (!parameters.has('code')) return diagnosisFinding({ ...facts, rejection: 'no_code' });
  const message = 'The provider issued a code without asking the user to sign in. The code was not used.';
  return okFinding('signs_in_at_once', FIELD, message);
}

function failureFinding({ status, body }: ProbeResponse, probed: ProbedRequest): Finding {
  const isJson = looksLike(body) === 'json';
  const isMissing = status === 404 || status === 405;
  const isTokenError = isJson && (TOKEN_ENDPOINT_ERROR.test(body) || isTokenPath(probed));
  if (isTokenError || (isMissing && isTokenPath(probed))) return tokenUrlFinding('behaves like a token endpoint');
  const message = `The authorization URL responded with status ${status}.`;
  if (isMissing && !isJson) return errorFinding('not_found', FIELD, message, NOT_FOUND_CHANGE);
  if (status === 429 || status === 503) return warningFinding('busy', FIELD, message, 'Check again in a few minutes.');
  if (status >= 500) return errorFinding('server_error', FIELD, message, "Look at the provider's log.");
  const text = pageText(body);
  return refusalFinding(probed, ERROR_CODE.exec(text)?.[0] ?? `status ${status}`, text);
}

const NOT_FOUND_CHANGE =
  'Correct authorization_url. Some providers respond like this to an unknown client: check client_id as well.';

/** Returns the finding for an error that the provider reports. */
function refusalFinding(
  { facts }: ProbedRequest,
  error: string | undefined,
  description: string | null | undefined,
): Finding {
  const said = quoteError(error, description);
  // No user was involved who could have denied access, so the rules for callbacks do not apply.
  const phase = error === 'access_denied' ? 'authorization' : 'callback';
  const known = diagnosisFinding({
    ...facts,
    phase,
    error: { code: error ?? '', description: description ?? undefined },
  });
  if (known) return { ...known, detail: { said } };
  const message = `The provider refuses the authorization request: ${said}.`;
  const change =
    "Look up the error in the provider's documentation. To see it, start a sign-in and open its authorization URL in a browser.";
  return errorFinding('provider_refused', FIELD, message, change);
}

/** Returns whether the path contains "token". Servers differ in their response to a GET of the token URL, so the path decides. */
function isTokenPath({ url }: ProbedRequest): boolean {
  return /token/i.test(new URL(url).pathname);
}

function tokenUrlFinding(symptom: string): Finding {
  const change = 'Exchange authorization_url and token_url if they are swapped.';
  return errorFinding('looks_like_token_url', FIELD, `The authorization URL ${symptom}.`, change);
}
