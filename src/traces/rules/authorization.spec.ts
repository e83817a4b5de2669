import {
  describeRules,
  REDIRECT_URI,
  callback,
  refused,
  BOILERPLATE,
  LINKEDIN,
} from '../../../test/support/diagnosis-cases.js';
import { AUTHORIZATION } from './authorization.js';

const zodIssue = (path: string) =>
  `[{"expected":"string","code":"invalid_type","path":["${path}"],"message":"Invalid input: expected string, received undefined"}]`;

describeRules(AUTHORIZATION, {
  user_denied: [
    ['RFC 6749', callback('access_denied'), 'denied the requested access'],
    ['LemonLDAP::NG', callback('consent_required', 'consent not given'), 'denied the requested access'],
    ['another word', callback('Authorization-Declined'), 'denied the requested access'],
    ['a description', callback('access_denied', 'The user has not allowed the scopes'), 'denied the requested access'],
    ['LinkedIn', callback('user_cancelled_login', 'The user cancelled LinkedIn login'), 'denied the requested access'],
    ['Microsoft', callback('access_denied', 'AADSTS65004: User declined to consent to access the app.'), 'new link'],
  ],
  par_required: [
    ['oidc-provider', callback('invalid_request', 'Pushed Authorization Request must be used'), 'PAR', 'Turn off'],
    ['Keycloak', callback('invalid_request', 'Pushed Authorization Request is only allowed.')],
    ['Authlete', callback('invalid_request', 'The authorization request must use request_uri (PAR).')],
    [
      'a server that only its metadata gives away',
      callback('invalid_request', undefined, { metadata: { require_pushed_authorization_requests: true } }),
    ],
  ],
  request_object_required: [
    ['oidc-provider', callback('invalid_request', 'Request Object must be used by this client'), 'JAR', 'Turn off'],
    ['a code of its own', callback('invalid_request_object')],
    [
      'a server that only its metadata gives away',
      callback('unauthorized_client', undefined, { metadata: { require_signed_request_object: true } }),
    ],
  ],
  dpop_required: [
    ['Okta', refused({ error: 'invalid_dpop_proof', error_description: 'The DPoP proof JWT header is missing.' })],
    ['a nonce', refused({ error: 'use_dpop_nonce' }), 'Turn off DPoP', 'notes-client'],
    ['oidc-provider', refused({ error: 'invalid_request', error_description: 'DPoP proof JWT not provided' })],
  ],
  parameter_absent: [
    ['zod at the callback', callback('invalid_request', zodIssue('resource')), 'lacks resource', 'Set resource'],
    [
      'zod, another parameter',
      callback('invalid_request', zodIssue('audience')),
      'Add audience to authorization_params',
    ],
    [
      'zod at the token endpoint',
      refused({ error: 'invalid_request', error_description: zodIssue('account_id') }),
      'Add account_id to token_params',
      'is "Token parameters"',
    ],
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
    ['zod', callback('invalid_request', zodIssue('code_challenge'), { pkce: 'off' }), 'Set pkce to "required"'],
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
    ['other words', refused({ error: 'invalid_request', error_description: 'Code verification failed' })],
    ['a code of its own', refused({ error: 'invalid_grant', error_description: 'codeVerifier is invalid' })],
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
    [
      'OpenID Connect',
      callback('consent_required', undefined, { authorization_params: { prompt: 'none' } }),
      '"prompt": "consent"',
    ],
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
      'use spaces instead',
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
    ['without a scope', callback('invalid_scope', undefined, { scope: undefined }), 'none was requested'],
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
  user_not_allowed: [
    ['Okta', callback('access_denied', 'User is not assigned to the client application.'), 'assign the user'],
    [
      'Google',
      callback('access_denied', 'The developer hasn’t given you access: only test users may use it'),
      'test user',
    ],
  ],
});
