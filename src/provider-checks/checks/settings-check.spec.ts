import { expect, it } from '@jest/globals';
import type { OAuthClient } from '../../oauth/index.js';
import { checkDomains, checkSettings } from './settings-check.js';

const CLIENT: OAuthClient = {
  client_id: 'notes',
  client_secret: 's3cret',
  authorization_url: 'https://auth.example.com/authorize',
  token_url: 'https://auth.example.com/token',
  scope: 'notes:read',
  token_exchange_method: 'default_post',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  token_scheme: 'auto',
};

const CALLBACK = 'https://countersign.example.com/aip/g-1/oauth/callback';

function check(client: Partial<OAuthClient>, redirectUri = CALLBACK): string[] {
  return checkSettings({ ...CLIENT, ...client }, redirectUri).map(({ status, code }) => `${status} ${code}`);
}

it.each([CALLBACK, 'http://127.0.0.1:3000/aip/g-1/oauth/callback', 'http://localhost/aip/g-1/oauth/callback'])(
  'takes the redirect URI %s',
  (redirectUri) => {
    expect(check({}, redirectUri)).toEqual(['ok callback_url']);
  },
);

it('warns of a redirect URI that is not https', () => {
  expect(check({}, 'http://countersign.example.com/aip/g-1/oauth/callback')).toEqual([
    'warning callback_url_not_https',
  ]);
});

it('sees a placeholder and URLs that are the same', () => {
  expect(check({ client_id: '<your client id>' })).toContain('error client_id_is_placeholder');
  expect(check({ token_url: CLIENT.authorization_url })).toContain('error urls_identical');
});

it('warns of endpoints that ChatGPT would not take, or refuses them as the tenant does', () => {
  const found = (domain: string, rule: 'warn' | 'refuse') =>
    checkDomains(domain, CLIENT, rule).map(({ status, field }) => `${status} ${field}`);
  expect(found('api.example.com', 'refuse')).toEqual(['ok null']);
  expect(found('api.example.net', 'warn')).toEqual(['warning authorization_url', 'warning token_url']);
  expect(found('api.example.net', 'refuse')).toEqual(['error authorization_url', 'error token_url']);
});
