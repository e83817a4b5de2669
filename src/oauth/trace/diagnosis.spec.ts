import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { OAuthSettings } from '../protocol/client.js';
import type { AnswerFacts } from '../protocol/errors.js';
import { answerDetails } from './answer-details.js';
import { diagnose, RULES, type Facts } from './diagnosis.js';

const REDIRECT_URI = 'https://cs.example.com/aip/g-3vq8cm2xk5dn7r9wyb4tz6ha5e/oauth/callback';

const SETTINGS: OAuthSettings & { hasSecret: boolean } = {
  client_id: 'notes-client',
  authorization_url: 'https://auth.example.com/oauth/authorize',
  token_url: 'https://auth.example.com/oauth/token',
  scope: 'notes:read notes:write',
  token_exchange_method: 'default_post',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  token_scheme: 'auto',
  hasSecret: true,
};

const JSON_TYPE = { authorization_content_type: 'application/json' } as const;
const PUBLIC = { hasSecret: false };
const METHODS = { metadata: { token_endpoint_auth_methods_supported: ['client_secret_basic'] } };

type Change = Partial<typeof SETTINGS>;

/** Back at the callback with an error. */
const callback = (code: string, description?: string, change: Change = {}): Facts => ({
  phase: 'callback',
  settings: { ...SETTINGS, ...change },
  redirectUri: REDIRECT_URI,
  error: { code, description },
});

const stopped = (refusal: string, phase: Facts['phase'] = 'callback'): Facts => ({
  phase,
  settings: { ...SETTINGS, issuer: 'https://auth.example.com' },
  redirectUri: REDIRECT_URI,
  refusal,
});

/** A token endpoint's refusal in its body's own words, as the reader of answers makes facts of it. */
function refused(body: unknown, status = 400, change: Change = {}, phase: Facts['phase'] = 'token'): Facts {
  const fields = body as { error?: unknown; error_description?: string };
  const inner = typeof fields.error === 'object' ? (fields.error as { code?: unknown; message?: string }) : undefined;
  const code = inner ? String(inner.code) : fields.error === undefined ? 'no_access_token' : String(fields.error);
  return {
    phase,
    settings: { ...SETTINGS, ...change },
    redirectUri: REDIRECT_URI,
    error: { code, description: inner?.message ?? fields.error_description },
    answer: { status, contentType: 'application/json', looksLike: 'json' },
    details: answerDetails({ headers: {}, body: JSON.stringify(body) }),
  };
}

const renewal = (body: unknown, change: Change = {}, status = 400): Facts => refused(body, status, change, 'refresh');

/** An answer without OAuth in it. */
function answered(
  status: number,
  looksLike: AnswerFacts['looksLike'],
  more: Partial<AnswerFacts> = {},
  change: Change = {},
): Facts {
  const code = status >= 500 || status === 429 ? 'provider_unavailable' : 'unreadable_answer';
  const answer = { status, contentType: 'text/html', looksLike, ...more };
  return { phase: 'token', settings: { ...SETTINGS, ...change }, redirectUri: REDIRECT_URI, error: { code }, answer };
}

const failed = (code: NonNullable<Facts['failure']>['code'], reason?: string, message = ''): Facts => ({
  phase: 'token',
  settings: SETTINGS,
  redirectUri: REDIRECT_URI,
  failure: { code, reason, message },
});

const tls = (message: string): Facts => failed('upstream_unreachable', 'tls', message);

function granted(
  answer: Partial<NonNullable<Facts['granted']>> = {},
  change: Change = {},
  more: Partial<Facts> = {},
): Facts {
  const whole = { hasRefreshToken: true, expiresIn: 3600, scope: SETTINGS.scope, tokenType: 'Bearer', ...answer };
  return { phase: 'token', settings: { ...SETTINGS, ...change }, redirectUri: REDIRECT_URI, granted: whole, ...more };
}

const BOILERPLATE =
  'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
const LINKEDIN =
  'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists';

/** Who says it, what is known of it, and what the builder has to be told to change. */
type Case = [who: string, facts: Facts, ...told: string[]];

const CASES: Record<string, Case[]> = {
  state_missing: [['any', stopped('no_state'), 'did not return state', 'unchanged']],
  state_unknown: [['any', stopped('unknown_state'), REDIRECT_URI]],
  callback_repeated: [['any', stopped('used'), 'new link']],
  sign_in_expired: [['any', stopped('expired'), 'new link']],
  sign_in_ended: [['any', stopped('ended'), 'new link']],
  too_many_attempts: [['any', stopped('too_many_attempts'), 'new link']],
  other_browser: [['any', stopped('other_browser'), 'cookies', 'PUBLIC_URL']],
  issuer_mismatch: [['any', stopped('iss_mismatch'), 'https://auth.example.com', 'set issuer to']],
  issuer_missing: [['any', stopped('iss_missing'), 'authorization_response_iss_parameter_supported']],
  code_missing: [['any', stopped('no_code'), 'response_mode', 'authorization_params']],
  user_mismatch: [['the tenant', stopped('user_mismatch', 'verification'), 'same id as user']],
  action_changed: [['any', stopped('action_changed', 'token'), 'new link']],

  url_not_https: [['any', failed('egress_denied', 'scheme'), 'token_url', 'https', 'EGRESS_ALLOW']],
  address_not_public: [
    ['an address', failed('egress_denied', 'address'), 'token_url', 'EGRESS_ALLOW'],
    ['a name', failed('egress_denied', 'name'), 'token_url', 'EGRESS_ALLOW'],
  ],
  port_not_allowed: [['any', failed('egress_denied', 'port'), 'token_url', '443']],
  url_with_password: [['any', failed('egress_denied', 'userinfo'), 'token_url', 'client_secret']],
  url_incomplete: [['any', failed('egress_denied', 'url'), 'token_url']],
  timed_out: [['any', failed('upstream_timeout'), 'token_url (auth.example.com)', 'firewall']],
  host_unknown: [
    ['any', failed('upstream_unreachable', 'dns'), 'token_url'],
    [
      'at a refresh URL',
      {
        ...failed('upstream_unreachable', 'dns'),
        phase: 'refresh',
        settings: { ...SETTINGS, refresh_url: 'https://r.example/x' },
      },
      'refresh_url (r.example)',
    ],
    ['at a revocation URL', { ...failed('upstream_unreachable', 'dns'), phase: 'revocation' }, 'revocation_url'],
  ],
  connection_refused: [['any', failed('upstream_unreachable', 'connect'), 'host and port in token_url']],
  connection_broken: [['any', failed('upstream_unreachable', 'reset'), 'token_url']],
  certificate_expired: [['any', tls('the certificate of a.example has expired'), 'Renew']],
  certificate_of_other_host: [
    ['any', tls('the certificate of a.example was issued for another host name'), 'token_url'],
  ],
  certificate_self_signed: [
    ['a leaf', tls('the certificate of a.example is self-signed'), 'NODE_EXTRA_CA_CERTS'],
    [
      'a root',
      tls('the certificate of a.example comes from an authority that is not trusted (self-signed)'),
      'NODE_EXTRA_CA_CERTS',
    ],
  ],
  certificate_untrusted: [
    ['any', tls('the certificate of a.example cannot be traced to a trusted authority'), 'intermediate certificates'],
  ],
  tls_failed: [['any', tls('no secure connection to a.example could be made (EPROTO)'), 'TLS 1.2']],
  answer_not_http: [['any', failed('upstream_invalid'), 'token_url']],
  answer_too_large: [['any', failed('upstream_too_large'), 'token_url']],

  urls_swapped: [
    [
      'before the sign-in',
      {
        phase: 'authorization',
        settings: { ...SETTINGS, authorization_url: SETTINGS.token_url, token_url: SETTINGS.authorization_url },
      },
      'Exchange them',
    ],
    [
      'by the web page that answers',
      answered(
        200,
        'html',
        {},
        { authorization_url: 'https://h.example/v2/token?x=1', token_url: 'https://h.example/v2/auth' },
      ),
      'authorization_url is the page where the user signs in',
    ],
  ],
  urls_identical: [
    [
      'before the sign-in',
      { phase: 'authorization', settings: { ...SETTINGS, authorization_url: `${SETTINGS.token_url}?a=b` } },
      'token_url to its token endpoint',
    ],
  ],
  client_id_is_placeholder: [
    [
      'a name',
      callback('invalid_request', undefined, { client_id: 'YOUR_CLIENT_ID' }),
      'YOUR_CLIENT_ID',
      'Set client_id',
    ],
    ['brackets', { phase: 'authorization', settings: { ...SETTINGS, client_id: '<client id>' } }, 'Set client_id'],
  ],
  redirect_uri_not_https: [
    [
      'before the sign-in',
      { phase: 'authorization', settings: SETTINGS, redirectUri: 'http://cs.example.com/cb' },
      'PUBLIC_URL',
      'http://cs.example.com/cb',
    ],
    ['a provider', callback('invalid_request', 'redirect_uri must use https')],
  ],

  redirect_uri_not_registered: [
    [
      'GitHub',
      callback(
        'redirect_uri_mismatch',
        'The redirect_uri MUST match the registered callback URL for this application.',
      ),
      REDIRECT_URI,
      'notes-client',
    ],
    ['Google', refused({ error: 'redirect_uri_mismatch', error_description: 'Bad Request' }), REDIRECT_URI],
    ['Slack', refused({ ok: false, error: 'bad_redirect_uri' }, 200), REDIRECT_URI],
    [
      'Microsoft',
      callback(
        'invalid_request',
        "AADSTS50011: The reply URL specified in the request does not match the reply URLs configured for the application: 'x'.",
      ),
      REDIRECT_URI,
    ],
    [
      'Okta',
      callback(
        'invalid_request',
        "The 'redirect_uri' parameter must be an absolute URI that is whitelisted in the client app settings.",
      ),
      REDIRECT_URI,
    ],
    [
      'Auth0',
      callback(
        'unauthorized_client',
        'Callback URL mismatch. https://x.example is not in the list of allowed callback URLs',
      ),
      REDIRECT_URI,
    ],
    ['Keycloak', refused({ error: 'invalid_grant', error_description: 'Incorrect redirect_uri' }), REDIRECT_URI],
    ['Allegro', refused({ error: 'invalid_grant', error_description: 'Redirect URI mismatch.' }), REDIRECT_URI],
    ['Spotify', refused({ error: 'invalid_grant', error_description: 'Invalid redirect URI' }), REDIRECT_URI],
    [
      'Tumblr',
      refused({ error: 'redirect_uri_mismatch', error_description: 'The redirect URI is missing or do not match' }),
      REDIRECT_URI,
    ],
    ['LinkedIn', refused({ error: 'invalid_redirect_uri', error_description: LINKEDIN }), REDIRECT_URI],
    [
      'Discord',
      refused({ error: 'invalid_request', error_description: 'Invalid "redirect_uri" in request.' }),
      REDIRECT_URI,
    ],
    [
      'Facebook',
      refused({
        error: {
          message:
            'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
          type: 'OAuthException',
          code: 100,
          error_subcode: 36008,
        },
      }),
      REDIRECT_URI,
    ],
  ],
  pkce_required: [
    [
      'Okta',
      callback('invalid_request', 'PKCE code challenge is required by the application.', { pkce: 'off' }),
      'Set pkce to "required"',
    ],
    [
      'Keycloak',
      callback('invalid_request', 'Missing parameter: code_challenge_method', { pkce: 'off' }),
      'Set pkce to "required"',
    ],
    [
      'oidc-provider',
      callback('invalid_request', 'Authorization Server policy requires PKCE to be used for this request', {
        metadata: { code_challenge_methods_supported: ['plain'] },
      }),
      '"required"',
    ],
    [
      'Google',
      refused({ error: 'invalid_grant', error_description: 'Missing code verifier.' }, 400, { pkce: 'off' }),
      '"required"',
    ],
  ],
  pkce_refused: [
    ['dex', callback('invalid_request', 'Unsupported PKCE challenge method ("S256").'), 'Set pkce to "off"'],
    ['Slack', refused({ ok: false, error: 'pkce_not_allowed_for_app' }, 200), 'Set pkce to "off"'],
    ['a home-made server', callback('invalid_request', 'Unknown parameter: code_challenge'), 'Set pkce to "off"'],
    [
      'Google',
      refused({ error: 'invalid_grant', error_description: 'code_verifier or verifier is not needed.' }),
      '"off"',
    ],
  ],
  pkce_verifier_mismatch: [
    [
      'Keycloak',
      refused({ error: 'invalid_grant', error_description: 'PKCE verification failed: Code mismatch' }),
      'code_challenge',
    ],
    [
      'Microsoft',
      refused({
        error: 'invalid_grant',
        error_description:
          'AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.',
      }),
      'pkce to "off"',
    ],
    [
      'OpenIddict',
      refused({ error: 'invalid_grant', error_description: "The specified 'code_verifier' is invalid." }),
      'pkce',
    ],
    [
      'Hydra',
      refused({
        error: 'invalid_grant',
        error_description: `${BOILERPLATE} The PKCE code challenge did not match the code verifier.`,
      }),
      'pkce',
    ],
  ],
  approval_needed: [
    [
      'Microsoft',
      refused({
        error: 'invalid_grant',
        error_description:
          "AADSTS65001: The user or administrator has not consented to use the application with ID 'x'.",
      }),
      'administrator',
    ],
    [
      'Microsoft, at the callback',
      callback(
        'access_denied',
        'AADSTS90094: Admin consent is required for the permissions requested by this application.',
      ),
      'approve',
    ],
    ['OpenID Connect', callback('consent_required'), '"prompt": "consent"'],
  ],
  login_required: [
    ['OpenID Connect', callback('login_required'), '"prompt": "none"', 'authorization_params'],
    ['Auth0', callback('interaction_required', 'Multifactor authentication required'), 'sign in again'],
    [
      'Microsoft',
      refused({
        error: 'interaction_required',
        error_description:
          'AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor authentication',
      }),
      'sign in again',
    ],
  ],
  user_not_allowed: [
    ['Okta', callback('access_denied', 'User is not assigned to the client application.'), 'assign the user'],
    [
      'Google',
      callback('access_denied', 'The developer hasn’t given you access: only test users may use it'),
      'test user',
    ],
  ],
  user_denied: [
    ['RFC 6749', callback('access_denied'), 'said no'],
    ['LinkedIn', callback('user_cancelled_login', 'The user cancelled LinkedIn login'), 'said no'],
    ['Microsoft', callback('access_denied', 'AADSTS65004: User declined to consent to access the app.'), 'new link'],
  ],
  scope_invalid: [
    [
      'Doorkeeper',
      callback('invalid_scope', 'The requested scope is invalid, unknown, or malformed.'),
      '"notes:read notes:write"',
      'scope_separator to ","',
    ],
    [
      'Slack',
      callback('invalid_scope_requested', undefined, { scope: 'chat:write,users:read' }),
      'write spaces there',
      'scope_separator',
    ],
    [
      'LinkedIn',
      callback('unauthorized_scope_error', 'Scope "r_emailaddress" is not authorized for your application'),
      'Set scope',
    ],
    [
      'Microsoft, at the token endpoint',
      refused({
        error: 'invalid_scope',
        error_description: "AADSTS70011: The provided value for the input parameter 'scope' is not valid.",
      }),
      'Set scope',
    ],
    ['without a scope', callback('invalid_scope', undefined, { scope: undefined }), 'none was asked for'],
  ],
  resource_unknown: [
    [
      'RFC 8707',
      callback('invalid_target', 'The requested resource is invalid, missing, unknown, or malformed.'),
      'Set resource',
    ],
    [
      'Auth0',
      callback('access_denied', 'Service not found: https://api.example.com'),
      '"audience" in authorization_params',
    ],
  ],
  response_type_refused: [
    [
      'Doorkeeper',
      callback('unsupported_response_type', 'The authorization server does not support this response type.'),
      'authorization code grant',
    ],
  ],
  client_unknown: [
    [
      'Google',
      refused({ error: 'invalid_client', error_description: 'The OAuth client was not found.' }, 401),
      'Set client_id',
    ],
    [
      'Microsoft',
      refused({
        error: 'unauthorized_client',
        error_description: "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'.",
      }),
      'tenant',
    ],
    ['Slack', refused({ ok: false, error: 'invalid_client_id' }, 200), 'notes-client'],
    ['at the callback', callback('invalid_client', 'client is invalid'), 'Set client_id'],
  ],

  rate_limited: [['any', answered(429, 'json'), 'Wait']],
  provider_failing: [
    ['status 503', answered(503, 'html'), 'status 503', 'token_url'],
    ['at the callback', callback('server_error'), 'Begin again later'],
    ['at the callback, for a while', callback('temporarily_unavailable'), 'Begin again later'],
  ],
  endpoint_redirects: [
    [
      'to another host',
      answered(302, 'empty', { location: 'https://login.example.com/x?token=abc' }),
      'redirects to login.example.com,',
      'Set token_url',
    ],
    ['to another path', answered(308, 'empty', { location: '/v2/token' }), 'redirects to auth.example.com,'],
    ['to nowhere', answered(307, 'empty'), 'redirects elsewhere'],
  ],
  content_type_refused: [
    [
      'Spotify',
      refused({ error: 'server_error', error_description: 'Unexpected status: 415' }, 415, JSON_TYPE),
      'authorization_content_type to application/x-www-form-urlencoded',
    ],
    ['a form', answered(415, 'empty'), 'authorization_content_type to application/json'],
  ],
  method_refused: [['any', answered(405, 'html'), 'Set token_url']],
  endpoint_not_found: [['any', answered(404, 'html'), 'status 404', 'path of token_url']],
  answer_is_web_page: [
    [
      'a log-in page',
      answered(200, 'html'),
      'token_url (auth.example.com) answered a web page (status 200)',
      'token endpoint',
    ],
    ['a firewall', answered(403, 'html'), 'firewall'],
  ],
  form_expected: [
    [
      'Spotify',
      refused(
        { error: 'unsupported_grant_type', error_description: 'grant_type parameter is missing' },
        400,
        JSON_TYPE,
      ),
      'application/x-www-form-urlencoded',
    ],
    [
      'Microsoft',
      refused(
        {
          error: 'invalid_request',
          error_description: "AADSTS900144: The request body must contain the following parameter: 'grant_type'.",
        },
        400,
        JSON_TYPE,
      ),
      'application/x-www-form-urlencoded',
    ],
  ],
  json_expected: [
    [
      'Notion',
      refused({
        object: 'error',
        status: 400,
        code: 'validation_error',
        message: 'body failed validation: body.grant_type should be defined, instead was `undefined`.',
      }),
      'authorization_content_type to application/json',
    ],
    [
      'a home-made server',
      refused({ error: 'invalid_request', error_description: 'Request body must be valid JSON' }),
      'application/json',
    ],
  ],

  client_secret_unwanted: [
    [
      'Microsoft',
      refused(
        {
          error: 'invalid_client',
          error_description:
            "AADSTS700025: Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        },
        401,
      ),
      'Take client_secret out',
    ],
  ],
  client_secret_missing: [
    [
      'Microsoft',
      refused(
        {
          error: 'invalid_client',
          error_description:
            "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        },
        401,
        PUBLIC,
      ),
      'Set client_secret',
    ],
    ['any', refused({ error: 'invalid_client' }, 401, PUBLIC), 'no client_secret'],
    ['at a refresh', renewal({ error: 'invalid_client' }, PUBLIC, 401), 'Set client_secret'],
  ],
  client_secret_expired: [
    [
      'Microsoft',
      refused(
        {
          error: 'invalid_client',
          error_description: "AADSTS7000222: The provided client secret keys for app 'x' are expired.",
        },
        401,
      ),
      'new secret',
    ],
  ],
  client_secret_wrong: [
    [
      'Microsoft',
      refused(
        {
          error: 'invalid_client',
          error_description:
            'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID',
        },
        401,
      ),
      'not its id',
    ],
    [
      'GitHub',
      refused(
        {
          error: 'incorrect_client_credentials',
          error_description: 'The client_id and/or client_secret passed are incorrect.',
        },
        200,
      ),
      'Set client_secret again',
    ],
    ['Slack', refused({ ok: false, error: 'bad_client_secret' }, 200), 'Set client_secret again'],
    [
      'Facebook',
      refused({ error: { message: 'Error validating client secret.', type: 'OAuthException', code: 1 } }),
      'Set client_secret again',
    ],
  ],
  client_secret_lost: [
    [
      'Google',
      refused({ error: 'invalid_request', error_description: 'client_secret is missing.' }, 400, {
        token_exchange_method: 'basic_auth_header',
      }),
      'token_exchange_method to default_post',
    ],
  ],
  client_method_unsupported: [
    [
      'by its metadata',
      refused({ error: 'invalid_client' }, 401, METHODS),
      'token_exchange_method to basic_auth_header',
      'metadata',
    ],
  ],
  refresh_client_refused: [
    ['any', renewal({ error: 'invalid_client' }, {}, 401), 'Set client_secret again', 'refresh_url'],
  ],
  client_refused: [
    [
      'Doorkeeper',
      refused(
        {
          error: 'invalid_client',
          error_description:
            'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.',
        },
        401,
      ),
      'token_exchange_method to basic_auth_header',
    ],
    [
      'the other way round',
      refused({ error: 'invalid_client' }, 401, { token_exchange_method: 'basic_auth_header' }),
      'token_exchange_method to default_post',
    ],
    ['Auth0', refused({ error: 'access_denied', error_description: 'Unauthorized' }, 401), 'token_exchange_method'],
    [
      'Keycloak',
      refused({ error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' }, 401),
      'token_exchange_method',
    ],
    [
      'Zoom',
      refused({ reason: 'Invalid client_id or client_secret', error: 'invalid_client' }, 401),
      'token_exchange_method',
    ],
    [
      'a challenge',
      {
        ...answered(401, 'empty'),
        details: answerDetails({ headers: { 'www-authenticate': 'Basic realm="x"' }, body: '' }),
      },
      'it asks for Basic',
      'basic_auth_header',
    ],
  ],

  code_used_twice: [
    [
      'Microsoft',
      refused({
        error: 'invalid_grant',
        error_description:
          'AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
      }),
      'new link',
    ],
    ['Slack', refused({ ok: false, error: 'code_already_used' }, 200), 'new link'],
    ['Facebook', refused({ error: { message: 'This authorization code has been used.', code: 100 } }), 'new link'],
  ],
  code_expired: [
    ['Spotify', refused({ error: 'invalid_grant', error_description: 'Authorization code expired' }), 'new link'],
    ['TikTok', refused({ error: 'invalid_grant', error_description: 'Authorization code is expired.' }), 'verify'],
    ['HubSpot', refused({ status: 'EXPIRED_AUTH_CODE', message: 'auth code is expired' }), 'clock'],
  ],
  code_refused: [
    [
      'GitHub',
      refused({ error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' }, 200),
      'new link',
    ],
    [
      'Okta',
      refused({ error: 'invalid_grant', error_description: 'The authorization code is invalid or has expired.' }),
      'authorization_url and token_url',
    ],
    ['Doorkeeper', refused({ error: 'invalid_grant', error_description: BOILERPLATE }), 'new link'],
    [
      'Shopify',
      refused({
        error: 'invalid_request',
        error_description: 'The authorization code was not found or was already used',
      }),
      'new link',
    ],
    ['LinkedIn', refused({ error: 'invalid_request', error_description: LINKEDIN }), 'notes-client'],
    ['Google', refused({ error: 'invalid_grant', error_description: 'Malformed auth code.' }), 'pkce'],
    ['HubSpot', refused({ status: 'BAD_AUTH_CODE', message: 'missing or unknown auth code' }), 'new link'],
    [
      'FusionAuth',
      refused({
        error: 'invalid_request',
        error_description: 'Invalid Authorization Code',
        error_reason: 'auth_code_not_found',
      }),
      'new link',
    ],
    ['Zoom', refused({ reason: 'Invalid authorization code ', error: 'invalid_request' }), 'new link'],
  ],
  refresh_token_reused: [
    [
      'Keycloak',
      renewal({ error: 'invalid_grant', error_description: 'Maximum allowed refresh token reuse exceeded' }),
      'another client',
    ],
    ['Keycloak, a copy', renewal({ error: 'invalid_grant', error_description: 'Stale token' }), 'client_id of its own'],
  ],
  refresh_token_expired: [
    [
      'Microsoft',
      renewal({
        error: 'invalid_grant',
        error_description: 'AADSTS700082: The refresh token has expired due to inactivity.',
      }),
      'sign in again',
    ],
    ['Keycloak', renewal({ error: 'invalid_grant', error_description: 'Token is not active' }), 'offline_access'],
  ],
  refresh_refused: [
    [
      'Google',
      renewal({ error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }),
      'sign in again',
      'another client uses the same connection',
    ],
    [
      'Auth0',
      renewal({ error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }, {}, 403),
      'sign in again',
    ],
    ['QuickBooks', renewal({ error: 'invalid_grant' }), 'sign in again'],
    ['HubSpot', renewal({ status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' }), 'sign in again'],
    ['Doorkeeper', renewal({ error: 'invalid_grant', error_description: BOILERPLATE }), 'sign in again'],
    ['one that fails with it', renewal({ error: 'invalid_grant' }, {}, 500), 'sign in again'],
  ],
  refresh_not_allowed: [
    [
      'Auth0',
      renewal(
        { error: 'unauthorized_client', error_description: "Grant type 'refresh_token' not allowed for the client." },
        {},
        403,
      ),
      'refresh token grant',
    ],
    ['any', renewal({ error: 'unsupported_grant_type' }), 'refresh_params'],
  ],
  grant_type_refused: [
    ['Discord', refused({ error: 'unsupported_grant_type' }, 400, JSON_TYPE), 'application/x-www-form-urlencoded'],
    ['any', refused({ error: 'unsupported_grant_type' }), 'Set token_url'],
  ],
  client_not_allowed: [
    [
      'Auth0',
      refused(
        {
          error: 'unauthorized_client',
          error_description: "Grant type 'authorization_code' not allowed for the client.",
        },
        403,
      ),
      'Enable the authorization code grant',
    ],
    ['at the callback', callback('unauthorized_client', 'The client is not allowed to request a code'), 'notes-client'],
  ],

  token_elsewhere: [
    [
      'Slack',
      refused({ ok: true, authed_user: { id: 'U', access_token: 'xoxp' } }, 200),
      'Set token_path to "/authed_user"',
    ],
    [
      'TikTok',
      refused({ data: { access_token: 'act', open_id: 'o' }, message: 'success' }, 200),
      'Set token_path to "/data"',
    ],
    ['the top', refused({ access_token: 'at' }, 200, { token_path: '/data' }), 'Take token_path out'],
  ],
  answer_empty: [['any', answered(200, 'empty'), 'answered nothing (status 200)', 'token_url']],
  answer_without_content_type: [
    ['any', answered(200, 'text', { contentType: undefined }), 'without a Content-Type', 'token_url'],
  ],
  access_token_missing: [['any', refused({ id_token: 'x', expires_in: 3600 }, 200), 'token_path', 'error_path']],
  access_token_unusable: [
    ['any', { ...refused({ access_token: 'at' }, 200), error: { code: 'invalid_token' } }, 'RFC 6750'],
  ],
  answer_unreadable: [['any', answered(200, 'text'), 'neither JSON nor a form', 'token_url']],

  parameter_missing: [
    ['at the callback', callback('invalid_request', 'Missing required parameter: nonce'), 'authorization_params'],
    [
      'at the token endpoint',
      refused({ error: 'invalid_request', error_description: 'audience is required' }),
      'token_params',
    ],
  ],
  error_with_status_200: [
    [
      'Slack',
      refused({ ok: false, error: 'team_access_not_granted' }, 200),
      '"team_access_not_granted"',
      'status 200',
      'error_path',
    ],
  ],
  provider_refused: [
    ['any', refused({ error: 'account_locked' }, 400), '"account_locked"', 'documentation'],
    ['at the callback', callback('application_error'), '"application_error"'],
    ['in strange words', callback('x7'.repeat(40)), 'an error of its own'],
  ],
  revocation_refused: [
    [
      'any',
      {
        phase: 'revocation',
        settings: SETTINGS,
        answer: { status: 400, looksLike: 'json' },
        error: { code: 'unsupported_token_type' },
      },
      'revocation_url',
    ],
  ],
  key_refused: [['any', { phase: 'key_check', answer: { status: 401, looksLike: 'json' } }, 'custom_header_name']],

  token_type_unknown: [['a server', granted({ tokenType: 'DPoP' }), '"DPoP"', 'token_scheme to "bearer"']],
  scope_narrowed: [
    ['any', granted({ scope: 'notes:read' }), 'notes:write is missing', 'scope'],
    ['GitHub', granted({ scope: 'repo,gist' }, { scope: 'repo admin:org gist' }), 'admin:org'],
  ],
  refresh_token_missing: [
    [
      'Google',
      granted({ hasRefreshToken: false }, { token_url: 'https://oauth2.googleapis.com/token' }),
      '{"access_type": "offline", "prompt": "consent"}',
      '60 minutes',
    ],
    [
      'Microsoft',
      granted({ hasRefreshToken: false }, { token_url: 'https://login.microsoftonline.com/common/oauth2/v2.0/token' }),
      'offline_access',
    ],
    [
      'Salesforce',
      granted({ hasRefreshToken: false }, { token_url: 'https://login.salesforce.com/services/oauth2/token' }),
      'refresh_token to scope',
    ],
    [
      'Dropbox',
      granted({ hasRefreshToken: false }, { token_url: 'https://api.dropboxapi.com/oauth2/token' }),
      'token_access_type',
    ],
  ],
  expires_in_odd: [
    [
      'any',
      granted(
        { expiresIn: undefined },
        {},
        { details: answerDetails({ headers: {}, body: '{"access_token":"at","expires_in":-1}' }) },
      ),
      'number of seconds',
    ],
  ],
  clock_differs: [
    ['ahead', granted({}, {}, { providerClock: { skewSeconds: 600 } }), '10 minutes ahead', 'NTP'],
    ['behind', granted({}, {}, { providerClock: { skewSeconds: -100_000 } }), '28 hours behind'],
  ],
};

const CODES = RULES.map(({ code }) => code);

describe.each(Object.entries(CASES))('%s', (code, cases) => {
  it.each(cases)('is recognized: %s', (_, facts, ...told) => {
    const diagnosis = diagnose(facts);
    expect(diagnosis?.code).toBe(code);
    for (const words of told) expect(diagnosis?.text).toContain(words);
  });
});

describe('a step in which nothing is wrong', () => {
  it.each<[string, Facts]>([
    ['a request that is sent', { phase: 'authorization', settings: SETTINGS, redirectUri: REDIRECT_URI }],
    [
      'one from a developer’s machine',
      { phase: 'authorization', settings: SETTINGS, redirectUri: 'http://127.0.0.1:3000/cb' },
    ],
    ['tokens of a month', granted()],
    ['tokens whose scope is not named', granted({ scope: undefined })],
    [
      'scopes in other words',
      granted({ scope: 'https://graph.microsoft.com/User.Read email' }, { scope: 'openid offline_access user.read' }),
    ],
    ['a scope that has another in it', granted({ scope: 'user' }, { scope: 'user user:email' })],
    ['a token that does not expire', granted({ hasRefreshToken: false, expiresIn: undefined })],
    [
      'a token that is exchanged for newer ones',
      granted({ hasRefreshToken: false }, { refresh_params: { t: '{access_token}' } }),
    ],
    ['a renewal that keeps the refresh token', granted({ hasRefreshToken: false }, {}, { phase: 'refresh' })],
    ['a clock that differs by seconds', granted({}, {}, { providerClock: { skewSeconds: 30 } })],
    [
      'words beside tokens',
      granted(
        {},
        {},
        {
          details: answerDetails({
            headers: {},
            body: '{"access_token":"a","message":"redirect_uri, pkce, scope invalid"}',
          }),
        },
      ),
    ],
    ['a call that was given up', failed('aborted')],
    ['a reason that nobody knows', stopped('else')],
  ])('has no diagnosis: %s', (_, facts) => {
    expect(diagnose(facts)).toBeUndefined();
  });
});

describe('of several diagnoses', () => {
  it.each<[string, string, Facts]>([
    [
      'what we stopped at comes before what the provider says (C8)',
      'issuer_mismatch',
      { ...callback('access_denied', 'redirect_uri'), refusal: 'iss_mismatch' },
    ],
    [
      'swapped URLs come before the page that answers',
      'urls_swapped',
      answered(405, 'html', {}, { authorization_url: SETTINGS.token_url, token_url: SETTINGS.authorization_url }),
    ],
    [
      'the redirect URI comes before the code',
      'redirect_uri_not_registered',
      refused({ error: 'invalid_grant', error_description: 'redirect_uri does not match the code' }),
    ],
    [
      'PKCE comes before the code',
      'pkce_verifier_mismatch',
      refused({ error: 'invalid_grant', error_description: 'code_verifier is wrong' }),
    ],
    ['a busy server comes before its page', 'provider_failing', answered(502, 'html')],
    ['a path that is not there comes before its page', 'endpoint_not_found', answered(404, 'html')],
    ['a refusal under 404 is a refusal', 'code_refused', refused({ error: 'invalid_grant' }, 404)],
    [
      'a missing secret comes before the other method',
      'client_secret_missing',
      refused({ error: 'invalid_client' }, 401, { ...PUBLIC, ...METHODS }),
    ],
    [
      'a narrower scope comes before a missing refresh token',
      'scope_narrowed',
      granted({ scope: 'notes:read', hasRefreshToken: false }),
    ],
  ])('%s', (_, code, facts) => {
    expect(diagnose(facts)?.code).toBe(code);
  });
});

describe('the list of diagnoses', () => {
  it('has each code once, and each is tested here', () => {
    expect(new Set(CODES).size).toBe(CODES.length);
    expect(Object.keys(CASES).toSorted()).toEqual(CODES.toSorted());
  });

  it('is the one of docs/diagnoses.md', () => {
    const rows = readFileSync('docs/diagnoses.md', 'utf8').matchAll(
      /^\| `([a-z_0-9]+)` +\| [^|]*\S[^|]* \| [^|]*\S[^|]* \|$/gm,
    );
    expect([...rows].map(([, code]) => code)).toEqual(CODES);
  });

  it('says in every text what is wrong and what to change, and no more than fits on a screen', () => {
    for (const { code, text } of Object.values(CASES).flatMap((cases) =>
      cases.map(([, facts]) => diagnose(facts) ?? { code: '', text: '' }),
    )) {
      expect([code, text]).toEqual([code, expect.stringMatching(/^[A-Za-z].*[.:)] [A-Z].*\.$/)]);
      expect(text).not.toMatch(/undefined|\[object/);
      expect(text.length).toBeLessThan(700);
    }
  });

  it("shows nothing of the provider's words but a code that is made of words", () => {
    const canary = fc.stringMatching(/^[a-z]{3}[0-9][A-Z]{3}[a-z0-9]{20}$/);
    const phases = fc.constantFrom<Facts['phase'][]>('callback', 'token', 'refresh');
    const phrases = fc.constantFrom(
      '',
      'redirect_uri ',
      'code_challenge required ',
      'scope invalid ',
      'invalid code ',
      'expired ',
    );
    fc.assert(
      fc.property(canary, phases, phrases, fc.integer({ min: 200, max: 599 }), (secret, phase, phrase, status) => {
        const facts: Facts = {
          phase,
          settings: SETTINGS,
          redirectUri: REDIRECT_URI,
          error: { code: secret, description: phrase + secret },
          answer: { status, looksLike: 'json', location: `https://h.example/${secret}`, contentType: secret },
          details: { ...answerDetails({ headers: {}, body: '{}' }), words: phrase + secret },
        };
        expect(diagnose(facts)?.text).not.toContain(secret);
      }),
    );
  });
});
