import { recognizes, granted } from '../../../../test/support/diagnosis-cases.js';
import { answerDetails } from '../answer-details.js';
import { GRANTED } from './granted.js';

recognizes(GRANTED, {
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
});
