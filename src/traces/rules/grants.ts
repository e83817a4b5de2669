import type { Facts } from '../facts/facts.js';
import { clientName, hasCode, quotedCode, hasErrorText, isTokenRequest, mentions, type Rule } from './rule.js';

/** Texts such as `incorrect or expired` list two causes, so they do not prove either. */
const AMBIGUOUS_EXPIRY =
  /(?:invalid|incorrect|bad|unknown|wrong|used|revoked)[^.]{0,40}\b(?:or|and\/or)\b[^.]{0,20}expired|expired[^.]{0,20}\b(?:or|and\/or)\b|invalid, expired|\bor authorization code expired/i;

const INVALID_CODE =
  /(?:invalid|unknown|malformed|bad|incorrect|missing or unknown)[ _"]*(?:authorization|authorisation|verification|auth)?[ _]*code\b|(?:authorization|verification|auth)[ _]code[^.]*(?:not (?:valid|found)|invalid|incorrect|unknown|doesn't exist)|^\S* ?code not valid/i;

const isCode = ({ phase }: Facts): boolean => phase === 'token';
const isRefresh = ({ phase }: Facts): boolean => phase === 'refresh';
const rejectsGrant = ({ error }: Facts): boolean => error?.concern === 'grant' || error?.concern === 'other';

/** Rules for errors about the grant, which is a code or a refresh token (RFC 6749, section 5.2). */
export const GRANTS: readonly Rule[] = [
  {
    code: 'code_used_twice',
    matches: (facts) =>
      isCode(facts) &&
      mentions(
        facts,
        /AADSTS54005\b|code_already_used|code[^.]*(?:has been|was|been|is) (?:already )?(?:used|redeemed|consumed|exchanged)|already[ _](?:been )?(?:used|redeemed|consumed|exchanged)/i,
      ) &&
      !mentions(facts, /not found or/i),
    problem: 'The provider reports that the code was already used. Countersign uses each code only once.',
    change:
      'Start again with a new link. If the problem persists, another program opens the callback or repeats the token request, such as a proxy or an email link scanner.',
  },
  {
    code: 'code_expired',
    matches: (facts) =>
      isCode(facts) &&
      mentions(facts, /AADSTS70008\b|expired_(?:auth_)?code|code[^.]*expired|expired[^.]*code/i) &&
      !mentions(facts, AMBIGUOUS_EXPIRY),
    problem: 'The code had expired when it was exchanged. Codes are valid for a few seconds to ten minutes.',
    change:
      "Start again with a new link. If user_verification is redirect, have your server call POST /v1/sign-ins/{sign_in_id}/verify immediately. Also check this machine's clock.",
  },
  {
    code: 'code_refused',
    matches: (facts) =>
      isCode(facts) &&
      (hasCode(facts, 'invalid_grant', 'bad_verification_code', 'invalid_code', 'bad_auth_code') ||
        mentions(facts, INVALID_CODE) ||
        mentions(facts, /does not match authorization code/i)),
    problem:
      'The provider refused a new code: it was issued to a different client or redirect URI, it has expired, or it was already used.',
    change: (facts) =>
      `Check that authorization_url and token_url belong to the same provider and tenant, and that the ${clientName(facts)} is registered there, then start again with a new link. If the provider implements PKCE incorrectly, set pkce to "off".`,
  },
  {
    code: 'refresh_token_reused',
    matches: (facts) =>
      isRefresh(facts) && mentions(facts, /reuse|already (?:been )?used|stale|rotat|replaced|superseded/i),
    problem:
      'The refresh token was already used: another client, or a copy of this service, refreshes the same connection.',
    change:
      "Have the user sign in again, and make sure that nothing else uses this client's refresh tokens: give each installation its own client_id.",
  },
  {
    code: 'refresh_token_expired',
    matches: (facts) =>
      isRefresh(facts) &&
      mentions(facts, /AADSTS(?:700082|700084|70008|70043)\b|expired|inactiv|not active|too old/i) &&
      !mentions(facts, AMBIGUOUS_EXPIRY),
    problem: 'The refresh token has expired, because of its age or because it was not used for a long time.',
    change:
      "Have the user sign in again. If this happens too often, increase the lifetime of refresh tokens in the client's settings at the provider. With OpenID Connect, add offline_access to scope.",
  },
  {
    code: 'refresh_refused',
    matches: (facts) =>
      isRefresh(facts) &&
      (rejectsGrant(facts) ||
        hasCode(
          facts,
          'invalid_grant',
          'invalid_refresh_token',
          'bad_refresh_token',
          'token_revoked',
          'token_expired',
        ) ||
        mentions(
          facts,
          /(?:invalid|unknown|revoked|bad)[ _]+refresh[ _]token|refresh[ _]token[^.]*(?:invalid|not found|revoked|unknown)|BAD_REFRESH_TOKEN/i,
        )),
    problem:
      'The provider no longer accepts the refresh token: the user or an administrator revoked access, the password changed, the token expired, or another client uses the same connection.',
    change:
      'Have the user sign in again. If this happens often, make sure that only one installation uses this client_id, and that the client is not in a testing mode with short-lived tokens.',
  },
  {
    code: 'refresh_not_allowed',
    matches: (facts) => isRefresh(facts) && hasCode(facts, 'unsupported_grant_type', 'unauthorized_client'),
    problem: 'The provider does not allow this client to refresh tokens in this way.',
    change: (facts) =>
      `Allow the refresh token grant for the ${clientName(facts)} at the provider, or set refresh_url and refresh_params to match how the provider refreshes tokens.`,
  },
  {
    code: 'grant_type_refused',
    matches: (facts) =>
      isCode(facts) && hasCode(facts, 'unsupported_grant_type', 'invalid_grant_type', 'bad_grant_type'),
    problem: ({ settings }) =>
      `The provider does not support the grant type authorization_code at this URL, or did not find it in the request (${settings?.authorization_content_type ?? 'a form'}).`,
    change: ({ settings }) =>
      settings?.authorization_content_type === 'application/json'
        ? 'Set authorization_content_type to application/x-www-form-urlencoded.'
        : 'Set token_url to the endpoint of the authorization code grant; if the provider expects JSON, set authorization_content_type to application/json.',
  },
  {
    code: 'client_not_allowed',
    matches: (facts) => hasCode(facts, 'unauthorized_client'),
    problem: (facts) => `The ${clientName(facts)} is not allowed to use the authorization code grant.`,
    change: (facts) =>
      `Enable the authorization code grant for the ${clientName(facts)} at the provider, or register a client of the type "web application" and set its client_id and client_secret.`,
  },
];

/** Rules for all remaining errors. */
export const OTHERS: readonly Rule[] = [
  {
    code: 'parameter_missing',
    matches: (facts) => hasCode(facts, 'invalid_request') && mentions(facts, /missing|required|must contain/i),
    problem: 'The provider requires a parameter or a value that the request does not contain.',
    change: ({ phase }) =>
      `Set it in ${phase === 'callback' ? 'authorization_params' : 'token_params'}; the error_description in this step names it.`,
  },
  {
    code: 'error_with_status_200',
    matches: (facts) => facts.response?.status === 200 && hasErrorText(facts) && isTokenRequest(facts),
    problem: (facts) => `The provider refused the request with ${quotedCode(facts)}, although with status 200.`,
    change:
      "Look up the code in the provider's documentation. If it is not the actual error, set error_path to the JSON pointer of the error code.",
  },
  {
    code: 'provider_refused',
    matches: ({ phase, ...facts }) => phase !== 'revocation' && hasErrorText({ phase, ...facts }),
    problem: (facts) => `The provider refused the request with ${quotedCode(facts)}.`,
    change:
      "Look up the code in the provider's documentation and fix what it describes. The provider's own message is in this step.",
  },
  {
    code: 'revocation_refused',
    matches: ({ phase, response }) => phase === 'revocation' && (response?.status ?? 0) >= 300,
    problem: ({ response }) =>
      `revocation_url responded with status ${response?.status}. The tokens were deleted here anyway.`,
    change:
      'Set revocation_url to an endpoint that implements RFC 7009. If the provider has none, remove it from the schema; users can revoke access at the provider.',
  },
  {
    code: 'key_refused',
    matches: ({ phase, response }) => phase === 'key_check' && [401, 403].includes(response?.status ?? 0),
    problem: ({ response }) => `The API refused the key with status ${response?.status}.`,
    change:
      'Enter a valid key with the required permissions. If every key is refused, check auth_type, custom_header_name, location and parameter_name.',
  },
];
