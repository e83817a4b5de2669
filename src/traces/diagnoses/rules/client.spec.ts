import { recognizes, PUBLIC, METHODS, refused, renewal, answered } from '../../../../test/support/diagnosis-cases.js';
import { answerDetails } from '../answer-details.js';
import { CLIENT } from './client.js';

recognizes(CLIENT, {
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
});
