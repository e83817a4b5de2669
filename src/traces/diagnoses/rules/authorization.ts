import { usesPkce } from '../../../oauth/index.js';
import type { Facts } from './facts.js';
import { callbackName, clientName, hasCode, says, type Rule } from './rule.js';

/** The sentence of RFC 6749, 5.2, which servers quote whole and which names every cause at once. */
const ALL_CAUSES = /redirection uri used in the authorization request, or was issued to another client/i;

/** LinkedIn's own such sentence. */
const ALL_CAUSES_OF_LINKEDIN = /appid\/redirect uri/i;

const REDIRECT_URI =
  /redirect[ _-]?ur[il]|redirection ur[il]|callback[ _-]ur[il]|reply (?:url|address)|AADSTS(?:50011|500113|900971)\b/i;

const PKCE = /\bpkce|code[ _]challenge|code[ _]verifier|AADSTS(?:50148|501491)\b/i;

const NOT_ALLOWED =
  /not assigned|not (?:a )?(?:member|permitted|allowed)|blocked|not completed the .*verification|test users?\b/i;

/** What the provider says of the request as it was registered or asked: at the callback, and some of it at the token endpoint. */
export const AUTHORIZATION: readonly Rule[] = [
  {
    code: 'redirect_uri_not_registered',
    matches: saysRedirectUri,
    wrong: (facts) =>
      `The provider does not take the redirect URI: another one, or none, is registered for the ${clientName(facts)}.`,
    change: (facts) =>
      `Register exactly ${callbackName(facts)} as a redirect URI (callback URL) of the ${clientName(facts)} at the provider, to the letter and without a final slash, and begin again.`,
  },
  {
    code: 'pkce_required',
    matches: (facts) =>
      !sentPkce(facts) && says(facts, PKCE) && says(facts, /requir|missing|must|need|not specified|policy/i),
    wrong: 'The provider demands PKCE, and the flow went without it.',
    change: 'Set pkce to "required".',
  },
  {
    code: 'pkce_refused',
    matches: (facts) =>
      says(facts, /pkce_not_allowed|invalid_code_challenge_method/i) ||
      (says(facts, PKCE) &&
        says(
          facts,
          /not (?:supported|allowed|permitted|enabled|needed|expected|recogni[sz]ed|acceptable)|unsupported|unknown|unexpected|unrecogni[sz]ed|no acceptable|extra/i,
        )),
    wrong: 'The provider does not take the PKCE challenge that was sent.',
    change: 'Set pkce to "off"; if the provider takes other parameters of PKCE only (plain), that is the same.',
  },
  {
    code: 'pkce_verifier_mismatch',
    matches: (facts) =>
      sentPkce(facts) &&
      !says(facts, ALL_CAUSES_OF_LINKEDIN) &&
      (says(facts, PKCE) || hasCode(facts, 'invalid_code_verifier')),
    wrong: 'The provider could not match the PKCE verifier with the challenge of the authorization request.',
    change:
      'Begin again with a new link. If it stays so, something between authorization_url and the provider changes code_challenge, or the provider does PKCE wrongly: then set pkce to "off".',
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
      says(
        facts,
        /AADSTS(?:65001|90094|90008|90093)\b|admin(?:istrator)?(?:'s)? (?:consent|approval)|approved? by an? admin/i,
      ),
    wrong: "The client has not been approved for the user's organization, or the user was not asked for consent.",
    change: (facts) =>
      `Let an administrator of the organization approve the ${clientName(facts)} at the provider. Where users may consent themselves, set {"prompt": "consent"} in authorization_params.`,
  },
  {
    code: 'login_required',
    matches: (facts) =>
      hasCode(facts, 'login_required', 'interaction_required', 'account_selection_required') ||
      says(facts, /AADSTS(?:50058|50076|50079)\b/i),
    wrong: 'The provider wanted to show the user a page, to sign in or to confirm, and could not.',
    change:
      'Take "prompt": "none" out of authorization_params and of the query of authorization_url, and let the user sign in again.',
  },
  {
    code: 'scope_invalid',
    matches: (facts) =>
      hasCode(facts, 'invalid_scope', 'invalid_scope_requested', 'unauthorized_scope_error') ||
      says(
        facts,
        /AADSTS(?:70011|650053|28002|28003)\b|scopes? .*(?:invalid|unknown|malformed|not (?:valid|authorized|allowed|configured|supported))|(?:invalid|unknown|malformed) scope/i,
      ),
    wrong: ({ settings }) =>
      `The provider does not know, or does not allow this client, the scope${settings?.scope ? ` "${settings.scope.slice(0, 200)}"` : ' (none was asked for)'}.`,
    change: ({ settings }) =>
      `Set scope to names that are enabled for the client at the provider, separated by spaces.${separatorHint(settings?.scope, settings?.scope_separator)}`,
  },
  {
    code: 'resource_unknown',
    matches: (facts) =>
      hasCode(facts, 'invalid_target', 'invalid_resource') ||
      says(
        facts,
        /AADSTS(?:500011|650057)\b|service not found|(?:invalid|unknown) (?:resource|audience)|audience .*(?:invalid|unknown|not found)/i,
      ),
    wrong: 'The provider does not know the resource or audience that the access is for.',
    change:
      'Set resource, or "audience" in authorization_params, to the identifier that the provider has for the API, to the letter.',
  },
  {
    code: 'response_type_refused',
    matches: (facts) => hasCode(facts, 'unsupported_response_type', 'invalid_response_type'),
    wrong:
      'The provider does not do the authorization code grant (response_type=code) at this endpoint or for this client.',
    change: (facts) =>
      `Enable the authorization code grant for the ${clientName(facts)} at the provider, or set authorization_url to the endpoint that does it.`,
  },
  {
    code: 'client_unknown',
    matches: (facts) =>
      hasCode(facts, 'invalid_client_id', 'deleted_client', 'disabled_client', 'application_suspended') ||
      (facts.phase === 'callback' && hasCode(facts, 'invalid_client')) ||
      says(
        facts,
        /AADSTS700016\b|(?:client|application) (?:was |is |could )?not (?:be )?found|(?:invalid|unknown) client[ _]?id\b(?! ?(?:or|and|\/))|no such client|client identifier invalid/i,
      ),
    wrong: (facts) => `The provider does not know the ${clientName(facts)}, or has disabled it.`,
    change:
      'Set client_id to the one of the registration, without spaces, and check that authorization_url and token_url are of the same provider, tenant and region.',
  },
  {
    code: 'user_not_allowed',
    matches: (facts) =>
      facts.phase === 'callback' &&
      (says(facts, /AADSTS(?:50105|50020|50194)\b/) ||
        (hasCode(facts, 'access_denied', 'unauthorized_access') && says(facts, NOT_ALLOWED))),
    wrong: 'The provider knows the user and does not let them use this client.',
    change: (facts) =>
      `Give the user access to the ${clientName(facts)} at the provider: assign the user or their group, or add them as a test user while the client is in testing.`,
  },
  {
    code: 'user_denied',
    matches: (facts) =>
      facts.phase === 'callback' &&
      (hasCode(
        facts,
        'access_denied',
        'user_denied',
        'consent_denied',
        'user_cancelled_login',
        'user_cancelled_authorize',
      ) ||
        says(facts, /AADSTS65004\b/)),
    wrong: 'The user, or a rule at the provider, said no to the access that was asked for.',
    change:
      'If the user meant to say no there is nothing to change. Otherwise begin again with a new link; a shorter scope may help.',
  },
];

/** A flow without settings is taken for one with PKCE, which is the default. */
function sentPkce({ settings }: Facts): boolean {
  return settings === undefined || usesPkce(settings);
}

function saysRedirectUri(facts: Facts): boolean {
  const codes = [
    'redirect_uri_mismatch',
    'invalid_redirect_uri',
    'bad_redirect_uri',
    'redirect_mismatch',
    'mismatching_redirect_uri',
  ];
  return (
    hasCode(facts, ...codes) ||
    (says(facts, REDIRECT_URI) &&
      !says(facts, ALL_CAUSES) &&
      !says(facts, ALL_CAUSES_OF_LINKEDIN) &&
      !says(facts, /missing .*grant_type/i))
  );
}

function separatorHint(scope = '', separator = ' '): string {
  if (/[,;+]/.test(scope.trim())) {
    return ' The field has commas or plus signs in it: write spaces there, and set scope_separator to what the provider wants between them.';
  }
  const other = separator === ' ' ? ',' : ' ';
  return scope.trim().includes(' ')
    ? ` If the provider takes the whole for one name, set scope_separator to "${other}".`
    : '';
}
