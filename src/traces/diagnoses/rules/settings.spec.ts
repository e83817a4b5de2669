import { recognizes, SETTINGS, callback, answered } from '../../../../test/support/diagnosis-cases.js';
import { SETTINGS as RULES } from './settings.js';

recognizes(RULES, {
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
});
