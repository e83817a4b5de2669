import { denialOf, PAR_REQUIRED, REQUEST_OBJECT_REQUIRED, usesPkce } from '../../oauth/index.js';
import type { Facts } from '../facts/facts.js';
import { absentParameters, callbackName, clientName, hasCode, mentions, type Rule } from './rule.js';

/** Sentence of RFC 6749, section 5.2, that lists every cause. Servers quote it whatever the cause is. */
const ALL_CAUSES = /redirection uri used in the authorization request, or was issued to another client/i;

/** LinkedIn's sentence that lists every cause. */
const ALL_CAUSES_OF_LINKEDIN = /appid\/redirect uri/i;

const REDIRECT_URI =
  /redirect[ _-]?ur[il]|redirection ur[il]|callback[ _-]ur[il]|reply (?:url|address)|AADSTS(?:50011|500113|900971)\b/i;

const PKCE = /\bpkce|code[ _]?challenge|code[ _]?verifier|code verification failed|AADSTS(?:50148|501491)\b/i;

const NOT_ALLOWED =
  /not assigned|not (?:a )?(?:member|permitted|allowed)|blocked|not completed the .*verification|test users?\b/i;

/** Errors of the request or the registration. Providers report some of them as `access_denied`. */
const PROVIDER_ERRORS: readonly Rule[] = [
  {
    code: PAR_REQUIRED.code,
    matches: (facts) =>
      mentions(facts, /pushed[ _]authorization|\brequest_uri\b/i) ||
      mentions(facts, /\bPAR\b/) ||
      isRefusedDemand(facts, 'require_pushed_authorization_requests'),
    problem: PAR_REQUIRED.message,
    change: PAR_REQUIRED.change,
  },
  {
    code: REQUEST_OBJECT_REQUIRED.code,
    matches: (facts) =>
      hasCode(facts, 'invalid_request_object') ||
      mentions(facts, /\brequest[ _]object\b|signed (?:authorization )?request/i) ||
      mentions(facts, /\bJAR\b/) ||
      isRefusedDemand(facts, 'require_signed_request_object'),
    problem: REQUEST_OBJECT_REQUIRED.message,
    change: REQUEST_OBJECT_REQUIRED.change,
  },
  {
    code: 'dpop_required',
    matches: (facts) => hasCode(facts, 'invalid_dpop_proof', 'use_dpop_nonce') || mentions(facts, /\bdpop\b/i),
    problem: 'The provider requires DPoP proofs (RFC 9449), which Countersign does not send.',
    change: (facts) =>
      `Turn off DPoP (sender-constrained tokens) for the ${clientName(facts)} at the provider, so that it issues Bearer tokens.`,
  },
  {
    code: 'parameter_absent',
    matches: (facts) => settableParameters(facts).length > 0,
    problem: (facts) => `The provider's validation error says that the request lacks ${namedParameters(facts)}.`,
    change: (facts) => `${settingFor(facts)} Then start again with a new link.`,
  },
  {
    code: 'redirect_uri_not_registered',
    matches: mentionsRedirectUri,
    problem: (facts) => `The provider rejects the redirect URI: it is not registered for the ${clientName(facts)}.`,
    change: (facts) =>
      `Register exactly ${callbackName(facts)}, without a trailing slash, as a redirect URI (callback URL) of the ${clientName(facts)} at the provider, then start again.`,
  },
  {
    code: 'pkce_required',
    matches: (facts) =>
      !sentPkce(facts) &&
      mentions(facts, PKCE) &&
      (mentions(facts, /requir|missing|must|need|not specified|policy/i) || absentParameters(facts).length > 0),
    problem: 'The provider requires PKCE, but the request did not use it.',
    change: 'Set pkce to "required".',
  },
  {
    code: 'pkce_refused',
    matches: (facts) =>
      mentions(facts, /pkce_not_allowed|invalid_code_challenge_method/i) ||
      (mentions(facts, PKCE) &&
        mentions(
          facts,
          /not (?:supported|allowed|permitted|enabled|needed|expected|recogni[sz]ed|acceptable)|unsupported|unknown|unexpected|unrecogni[sz]ed|no acceptable|extra/i,
        )),
    problem: 'The provider rejects the PKCE challenge.',
    change: 'Set pkce to "off", also if the provider supports only the method plain.',
  },
  {
    code: 'pkce_verifier_mismatch',
    matches: (facts) =>
      sentPkce(facts) &&
      !mentions(facts, ALL_CAUSES_OF_LINKEDIN) &&
      (mentions(facts, PKCE) || hasCode(facts, 'invalid_code_verifier')),
    problem: 'The provider reports that the PKCE verifier does not match the challenge of the authorization request.',
    change:
      'Start again with a new link. If the problem persists, something between authorization_url and the provider modifies code_challenge, or the provider implements PKCE incorrectly: set pkce to "off".',
  },
  {
    code: 'approval_needed',
    matches: (facts) =>
      hasCode(
        facts,
        'consent_required',
        'admin_policy_enforced',
        'org_internal',
        'app_not_approved',
        'access_restricted',
      ) ||
      mentions(
        facts,
        /AADSTS(?:65001|90094|90008|90093)\b|admin(?:istrator)?(?:'s)? (?:consent|approval)|approved? by an? admin/i,
      ),
    problem: "The client has not been approved for the user's organization, or the user was not asked for consent.",
    change: (facts) =>
      `Have an administrator of the organization approve the ${clientName(facts)} at the provider. If users may consent themselves, set authorization_params to {"prompt": "consent"}.`,
  },
  {
    code: 'login_required',
    matches: (facts) =>
      facts.phase !== 'refresh' &&
      (hasCode(facts, 'login_required', 'interaction_required', 'account_selection_required') ||
        mentions(facts, /AADSTS(?:50058|50076|50079)\b/i)),
    problem: 'The provider needed to show the user a sign-in or consent page, but was not allowed to.',
    change:
      'Remove "prompt": "none" from authorization_params and from the query of authorization_url, and have the user sign in again.',
  },
  {
    code: 'scope_invalid',
    matches: (facts) =>
      hasCode(facts, 'invalid_scope', 'invalid_scope_requested', 'unauthorized_scope_error') ||
      mentions(
        facts,
        /AADSTS(?:70011|650053|28002|28003)\b|scopes? .*(?:invalid|unknown|malformed|not (?:valid|authorized|allowed|configured|supported))|(?:invalid|unknown|malformed) scope/i,
      ),
    problem: ({ settings }) =>
      `The provider does not support the scope, or does not allow it for this client: ${settings?.scope ? `"${settings.scope.slice(0, 200)}"` : '(none was requested)'}.`,
    change: ({ settings }) =>
      `Set scope to scopes that are enabled for the client at the provider, separated by spaces.${separatorHint(settings?.scope, settings?.scope_separator)}`,
  },
  {
    code: 'resource_unknown',
    matches: (facts) =>
      hasCode(facts, 'invalid_target', 'invalid_resource') ||
      mentions(
        facts,
        /AADSTS(?:500011|650057)\b|service not found|(?:invalid|unknown) (?:resource|audience)|audience .*(?:invalid|unknown|not found)/i,
      ),
    problem: 'The provider does not know the requested resource or audience.',
    change: 'Set resource, or "audience" in authorization_params, to the exact identifier of the API at the provider.',
  },
  {
    code: 'response_type_refused',
    matches: (facts) => hasCode(facts, 'unsupported_response_type', 'invalid_response_type'),
    problem:
      'The provider does not support the authorization code grant (response_type=code) at this endpoint or for this client.',
    change: (facts) =>
      `Enable the authorization code grant for the ${clientName(facts)} at the provider, or set authorization_url to an endpoint that supports it.`,
  },
  {
    code: 'client_unknown',
    matches: (facts) =>
      hasCode(facts, 'invalid_client_id', 'deleted_client', 'disabled_client', 'application_suspended') ||
      (facts.phase === 'callback' && hasCode(facts, 'invalid_client')) ||
      mentions(
        facts,
        /AADSTS700016\b|(?:client|application) (?:was |is |could )?not (?:be )?found|(?:invalid|unknown) client[ _]?id\b(?! ?(?:or|and|\/))|no such client|client identifier invalid/i,
      ),
    problem: (facts) => `The ${clientName(facts)} is unknown to the provider, or disabled.`,
    change:
      'Set client_id to the registered id, without spaces, and check that authorization_url and token_url belong to the same provider, tenant and region.',
  },
  {
    code: 'user_not_allowed',
    matches: (facts) =>
      facts.phase === 'callback' &&
      (mentions(facts, /AADSTS(?:50105|50020|50194)\b/) ||
        (hasCode(facts, 'access_denied', 'unauthorized_access') && mentions(facts, NOT_ALLOWED))),
    problem: 'The provider does not allow this user to use the client.',
    change: (facts) =>
      `Give the user access to the ${clientName(facts)} at the provider: assign the user or their group, or add the user as a test user while the client is in testing.`,
  },
];

const USER_DENIED: Rule = {
  code: 'user_denied',
  matches: (facts) => {
    const { phase, error, settings } = facts;
    const denial = phase === 'callback' && error ? denialOf(error, settings) : undefined;
    return denial === 'user' || (denial !== undefined && !PROVIDER_ERRORS.some(({ matches }) => matches(facts)));
  },
  problem: 'The user, or a policy of the provider, denied the requested access.',
  change:
    'If the user denied access intentionally, no change is needed. Otherwise start again with a new link; requesting fewer scopes may help.',
};

/** Rules for errors about the registration and the authorization request. Some of them also occur at the token endpoint. */
export const AUTHORIZATION: readonly Rule[] = [USER_DENIED, ...PROVIDER_ERRORS];

/** Returns whether the request used PKCE; `true` without settings, because PKCE is the default. */
function sentPkce({ settings }: Facts): boolean {
  return settings === undefined || usesPkce(settings);
}

function mentionsRedirectUri(facts: Facts): boolean {
  const codes = [
    'redirect_uri_mismatch',
    'invalid_redirect_uri',
    'bad_redirect_uri',
    'redirect_mismatch',
    'mismatching_redirect_uri',
  ];
  return (
    hasCode(facts, ...codes) ||
    (mentions(facts, REDIRECT_URI) &&
      !mentions(facts, ALL_CAUSES) &&
      !mentions(facts, ALL_CAUSES_OF_LINKEDIN) &&
      !mentions(facts, /missing .*grant_type/i))
  );
}

function separatorHint(scope = '', separator = ' '): string {
  if (/[,;+]/.test(scope.trim())) {
    return ' The field contains commas or plus signs: use spaces instead, and set scope_separator to the separator that the provider expects.';
  }
  const other = separator === ' ' ? ',' : ' ';
  return scope.trim().includes(' ')
    ? ` If the provider reads the whole value as one scope, set scope_separator to "${other}".`
    : '';
}

/** Returns whether the provider refused the authorization request without a reason, and its metadata has this demand. */
function isRefusedDemand(
  { phase, settings, error }: Facts,
  demand: 'require_pushed_authorization_requests' | 'require_signed_request_object',
): boolean {
  if (phase !== 'callback' || !settings?.metadata?.[demand]) return false;
  return (error?.code === 'invalid_request' || error?.code === 'unauthorized_client') && !error.description;
}

/** Parameters that are sent by settings with rules of their own. */
const OTHER_RULES = /^(?:code_challenge(?:_method)?|code_verifier|client_secret|client_id|grant_type)$/;

function settableParameters(facts: Facts): string[] {
  return absentParameters(facts).filter((name) => !OTHER_RULES.test(name));
}

function namedParameters(facts: Facts): string {
  return settableParameters(facts).slice(0, 5).join(' and ');
}

function settingFor(facts: Facts): string {
  const [name = ''] = settableParameters(facts);
  if (name === 'scope' || name === 'resource') return `Set ${name} to the value that the provider expects.`;
  const field = facts.phase === 'callback' || facts.phase === 'authorization' ? 'authorization_params' : 'token_params';
  return `Add ${namedParameters(facts)} to ${field}, with the value that the provider's documentation names.`;
}
