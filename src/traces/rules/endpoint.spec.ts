import { describeRules, JSON_TYPE, callback, refused, responded } from '../../../test/support/diagnosis-cases.js';
import { ENDPOINT, UNREADABLE } from './endpoint.js';

describeRules([...ENDPOINT, ...UNREADABLE], {
  content_type_refused: [
    [
      'Spotify',
      refused({ error: 'server_error', error_description: 'Unexpected status: 415' }, 415, JSON_TYPE),
      'authorization_content_type to application/x-www-form-urlencoded',
    ],
    ['a form', responded(415, 'empty'), 'authorization_content_type to application/json'],
  ],
  rate_limited: [['any', responded(429, 'json'), 'Wait']],
  provider_failing: [
    ['status 503', responded(503, 'html'), 'status 503', 'token_url'],
    ['at the callback', callback('server_error'), 'Try again later'],
    ['at the callback, for a while', callback('temporarily_unavailable'), 'Try again later'],
  ],
  endpoint_redirects: [
    [
      'to another host',
      responded(302, 'empty', { location: 'https://login.example.com/x?token=abc' }),
      'redirects to login.example.com,',
      'Set token_url',
    ],
    ['to another path', responded(308, 'empty', { location: '/v2/token' }), 'redirects to auth.example.com,'],
    ['to nowhere', responded(307, 'empty'), 'redirects, but'],
  ],
  method_refused: [['any', responded(405, 'html'), 'Set token_url']],
  endpoint_not_found: [['any', responded(404, 'html'), 'status 404', 'path of token_url']],
  answer_is_web_page: [
    [
      'a log-in page',
      responded(200, 'html'),
      'token_url (auth.example.com) returned a web page (status 200)',
      'token endpoint',
    ],
    ['a firewall', responded(403, 'html'), 'firewall'],
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
    ['a token for a name', refused({ gho_16C7e42F29: { access_token: 'a' } }, 200), 'its JSON pointer'],
    ['the top', refused({ access_token: 'at' }, 200, { token_path: '/data' }), 'Remove token_path'],
  ],
  answer_empty: [['any', responded(200, 'empty'), 'returned an empty response (status 200)', 'token_url']],
  answer_without_content_type: [
    ['any', responded(200, 'text', { contentType: undefined }), 'without a Content-Type', 'token_url'],
  ],
  access_token_missing: [['any', refused({ id_token: 'x', expires_in: 3600 }, 200), 'token_path', 'error_path']],
  access_token_unusable: [
    ['any', { ...refused({ access_token: 'at' }, 200), error: { code: 'invalid_token' } }, 'RFC 6750'],
  ],
  answer_unreadable: [['any', responded(200, 'text'), 'neither JSON nor a form', 'token_url']],
});
