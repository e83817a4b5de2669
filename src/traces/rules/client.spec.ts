import {
  describeRules,
  PUBLIC,
  METHODS,
  refused,
  refusedRefresh,
  responded,
} from '../../../test/support/diagnosis-cases.js';
import { responseDetails } from '../facts/response-details.js';
import { CLIENT } from './client.js';

const listed = (...token_endpoint_auth_methods_supported: string[]) => ({
  metadata: { token_endpoint_auth_methods_supported },
});

describeRules(CLIENT, {
  client_auth_unsupported: [
    [
      'only signed JWTs in the metadata',
      refused({ error: 'invalid_client' }, 401, listed('private_key_jwt', 'client_secret_jwt')),
      'private_key_jwt, client_secret_jwt',
      'signed JWT',
      'client_secret_basic or client_secret_post',
    ],
    ['only certificates in the metadata', refused({ error: 'invalid_client' }, 401, listed('tls_client_auth')), 'mTLS'],
    [
      'a missing assertion',
      refused({ error: 'invalid_client', error_description: 'client_assertion is missing' }, 401),
    ],
    [
      'another method',
      refused({ error: 'invalid_client', error_description: 'client must authenticate with private_key_jwt' }, 401),
      'signed JWT',
    ],
    [
      'a missing certificate',
      refused({ error: 'invalid_client', error_description: 'mTLS certificate required' }, 401),
      'certificate',
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
      'Remove client_secret',
    ],
  ],
  client_secret_missing: [
    [
      'zod',
      refused(
        { error: 'invalid_request', error_description: '[{"path":["client_secret"],"message":"Required"}]' },
        400,
        PUBLIC,
      ),
    ],
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
    ['at a refresh', refusedRefresh({ error: 'invalid_client' }, PUBLIC, 401), 'Set client_secret'],
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
      'zod',
      refused({ error: 'invalid_request', error_description: '[{"path":["client_id"],"message":"Required"}]' }),
      'Set token_exchange_method',
    ],
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
    ['any', refusedRefresh({ error: 'invalid_client' }, {}, 401), 'Set client_secret again', 'refresh_url'],
  ],
  client_refused: [
    [
      'metadata that lists the method that was used',
      refused({ error: 'invalid_client' }, 401, listed('client_secret_post')),
      'lists this method (client_secret_post)',
      'set client_id and client_secret again',
    ],
    [
      'metadata that lists both methods',
      refused({ error: 'invalid_client' }, 401, listed('client_secret_post', 'client_secret_basic')),
      'It also lists client_secret_basic',
      'set token_exchange_method to basic_auth_header',
      'In the form',
    ],
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
        ...responded(401, 'empty'),
        details: responseDetails({ headers: { 'www-authenticate': 'Basic realm="x"' }, body: '' }),
      },
      'it asks for Basic',
      'basic_auth_header',
    ],
  ],
});
