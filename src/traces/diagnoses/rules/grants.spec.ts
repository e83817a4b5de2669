import {
  recognizes,
  SETTINGS,
  JSON_TYPE,
  callback,
  refused,
  renewal,
  BOILERPLATE,
  LINKEDIN,
} from '../../../../test/support/diagnosis-cases.js';
import { GRANTS, OTHERS } from './grants.js';

recognizes([...GRANTS, ...OTHERS], {
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
});
