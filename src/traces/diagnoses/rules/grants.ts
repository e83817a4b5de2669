import type { Facts } from './facts.js';
import { clientName, hasCode, quotedCode, isRefused, isTokenRequest, says, type Rule } from './rule.js';

/** `incorrect or expired` names two causes, and only one of them is meant. */
const EITHER =
  /(?:invalid|incorrect|bad|unknown|wrong|used|revoked)[^.]{0,40}\b(?:or|and\/or)\b[^.]{0,20}expired|expired[^.]{0,20}\b(?:or|and\/or)\b|invalid, expired|\bor authorization code expired/i;

const INVALID_CODE =
  /(?:invalid|unknown|malformed|bad|incorrect|missing or unknown)[ _"]*(?:authorization|authorisation|verification|auth)?[ _]*code\b|(?:authorization|verification|auth)[ _]code[^.]*(?:not (?:valid|found)|invalid|incorrect|unknown|doesn't exist)|^\S* ?code not valid/i;

const isCode = ({ phase }: Facts): boolean => phase === 'token';
const isRefresh = ({ phase }: Facts): boolean => phase === 'refresh';

/** What the provider says of the grant: a code, or a refresh token (RFC 6749, 5.2). */
export const GRANTS: readonly Rule[] = [
  {
    code: 'code_used_twice',
    matches: (facts) =>
      isCode(facts) &&
      says(
        facts,
        /AADSTS54005\b|code_already_used|code[^.]*(?:has been|was|been|is) (?:already )?(?:used|redeemed|consumed|exchanged)|already[ _](?:been )?(?:used|redeemed|consumed|exchanged)/i,
      ) &&
      !says(facts, /not found or/i),
    wrong: 'The provider says that the code was used before; each is used here once only.',
    change:
      'Begin again with a new link. If it stays so, something else opens the callback or sends the token request again: a proxy, or a link scanner in the mail.',
  },
  {
    code: 'code_expired',
    matches: (facts) =>
      isCode(facts) &&
      says(facts, /AADSTS70008\b|expired_(?:auth_)?code|code[^.]*expired|expired[^.]*code/i) &&
      !says(facts, EITHER),
    wrong: 'The code was too old when it was exchanged; providers give it from seconds to ten minutes.',
    change:
      "Begin again with a new link. With user_verification by redirect, let your server answer POST /v1/sign-ins/{sign_in_id}/verify at once; and check this machine's clock.",
  },
  {
    code: 'code_refused',
    matches: (facts) =>
      isCode(facts) &&
      (hasCode(facts, 'invalid_grant', 'bad_verification_code', 'invalid_code', 'bad_auth_code') ||
        says(facts, INVALID_CODE) ||
        says(facts, /does not match authorization code/i)),
    wrong:
      'The provider refused the code, though it was new: it is of another client or redirect URI, it has expired, or it was used before.',
    change: (facts) =>
      `Check that authorization_url and token_url are of the same provider and tenant, and that both know the ${clientName(facts)}; then begin again with a new link. If the provider does PKCE wrongly, set pkce to "off".`,
  },
  {
    code: 'refresh_token_reused',
    matches: (facts) =>
      isRefresh(facts) && says(facts, /reuse|already (?:been )?used|stale|rotat|replaced|superseded/i),
    wrong: 'The refresh token was used before: another client, or a copy of this service, renews the same connection.',
    change:
      "Let the user sign in again, and let nothing else use this client's refresh tokens: give each installation a client_id of its own.",
  },
  {
    code: 'refresh_token_expired',
    matches: (facts) =>
      isRefresh(facts) &&
      says(facts, /AADSTS(?:700082|700084|70008|70043)\b|expired|inactiv|not active|too old/i) &&
      !says(facts, EITHER),
    wrong: 'The refresh token has expired, by its age or because it was not used for long.',
    change:
      "Let the user sign in again. If it comes too often, ask for a longer life of refresh tokens in the client's settings at the provider; with OpenID Connect, add offline_access to scope.",
  },
  {
    code: 'refresh_refused',
    matches: (facts) =>
      isRefresh(facts) &&
      (hasCode(
        facts,
        'invalid_grant',
        'invalid_refresh_token',
        'bad_refresh_token',
        'token_revoked',
        'token_expired',
      ) ||
        says(
          facts,
          /(?:invalid|unknown|revoked|bad)[ _]+refresh[ _]token|refresh[ _]token[^.]*(?:invalid|not found|revoked|unknown)|BAD_REFRESH_TOKEN/i,
        )),
    wrong:
      'The provider does not take the refresh token any more: the user or an administrator took the access back, the password changed, it expired, or another client uses the same connection.',
    change:
      'Let the user sign in again. If it comes often, see that only one installation uses this client_id, and that the client is not in a testing mode with short-lived tokens.',
  },
  {
    code: 'refresh_not_allowed',
    matches: (facts) => isRefresh(facts) && hasCode(facts, 'unsupported_grant_type', 'unauthorized_client'),
    wrong: 'The provider does not renew tokens for this client in the way it was asked.',
    change: (facts) =>
      `Allow the refresh token grant for the ${clientName(facts)} at the provider, or set refresh_url and refresh_params to how it renews tokens.`,
  },
  {
    code: 'grant_type_refused',
    matches: (facts) =>
      isCode(facts) && hasCode(facts, 'unsupported_grant_type', 'invalid_grant_type', 'bad_grant_type'),
    wrong: ({ settings }) =>
      `The provider does not know the grant type authorization_code at this URL, or did not find it in the request (${settings?.authorization_content_type ?? 'a form'}).`,
    change: ({ settings }) =>
      settings?.authorization_content_type === 'application/json'
        ? 'Set authorization_content_type to application/x-www-form-urlencoded.'
        : 'Set token_url to the endpoint of the authorization code grant; if the provider wants JSON, set authorization_content_type to application/json.',
  },
  {
    code: 'client_not_allowed',
    matches: (facts) => hasCode(facts, 'unauthorized_client'),
    wrong: (facts) => `The ${clientName(facts)} may not use the authorization code grant.`,
    change: (facts) =>
      `Enable the authorization code grant for the ${clientName(facts)} at the provider, or register a client of the type "web application" and set its client_id and client_secret.`,
  },
];

/** Whatever else the provider says. */
export const OTHERS: readonly Rule[] = [
  {
    code: 'parameter_missing',
    matches: (facts) => hasCode(facts, 'invalid_request') && says(facts, /missing|required|must contain/i),
    wrong: 'The provider misses a parameter in the request, or a value of it.',
    change: ({ phase }) =>
      `Set it in ${phase === 'callback' ? 'authorization_params' : 'token_params'}; error_description in this step names it.`,
  },
  {
    code: 'error_with_status_200',
    matches: (facts) => facts.answer?.status === 200 && isRefused(facts) && isTokenRequest(facts),
    wrong: (facts) => `The provider refused with ${quotedCode(facts)}, though under status 200.`,
    change:
      "Look the code up in the provider's documentation. If it is not the error itself, set error_path to the JSON pointer of the code.",
  },
  {
    code: 'provider_refused',
    matches: ({ phase, ...facts }) => phase !== 'revocation' && isRefused({ phase, ...facts }),
    wrong: (facts) => `The provider refused with ${quotedCode(facts)}.`,
    change:
      "Look the code up in the provider's documentation, and change what it names; the provider's words are in this step.",
  },
  {
    code: 'revocation_refused',
    matches: ({ phase, answer }) => phase === 'revocation' && (answer?.status ?? 0) >= 300,
    wrong: ({ answer }) =>
      `revocation_url answered with status ${answer?.status}; here the tokens are gone all the same.`,
    change:
      'Set revocation_url to an endpoint by RFC 7009, or take it out of the schema if the provider has none; users can take the access back at the provider.',
  },
  {
    code: 'key_refused',
    matches: ({ phase, answer }) => phase === 'key_check' && [401, 403].includes(answer?.status ?? 0),
    wrong: ({ answer }) => `The API refused the key with status ${answer?.status}.`,
    change:
      'Give a key that is valid and may do this. If every key is refused, check auth_type, custom_header_name, location and parameter_name.',
  },
];
