import { describe, expect, it } from '@jest/globals';
import type { SourceAuth } from './sources/source-auth.js';
import { assignUrls } from './url-pair.js';

const HOST = 'https://auth.example.com';
const at = (path: string) => (path.startsWith('/') ? HOST + path : path);

function formWith(first?: string, second?: string): SourceAuth {
  const fields = {
    scope: { value: 'a', pointer: '/auth/scope' },
    ...(first !== undefined && { authorization_url: { value: at(first), pointer: '/auth/client_url' } }),
    ...(second !== undefined && { token_url: { value: at(second), pointer: '/auth/authorization_url' } }),
  };
  return { type: 'oauth', fields, needs: [], withheld: [], pointer: '/auth', warnings: [] };
}

function settled(first?: string, second?: string, suggestion: Record<string, unknown> | null = null) {
  const { fields, warnings } = assignUrls(formWith(first, second), suggestion);
  const { authorization_url, token_url } = fields;
  return [authorization_url?.value, token_url?.value, ...warnings.map(({ code }) => code)];
}

describe('the two URLs of a form', () => {
  it.each([
    ['/authorize', '/token'],
    ['/o/oauth2/v2/auth', 'https://oauth2.googleapis.com/token'],
    ['/auth/oauth/authorize', '/auth/oauth/token'],
    ['/login/oauth/authorize', '/login/oauth/access_token'],
    ['/oauth/v2/authorize', '/api/oauth.v2.access'],
    ['/oauth/v2/authorization', '/oauth/v2/accessToken'],
    ['/v19.0/dialog/oauth', '/v19.0/oauth/access_token'],
    ['/token-service/authorize', '/authorization-server/token/'],
    ['/connect', '/token'],
    ['/login', '/finish'],
  ])('stay where they are: %s and %s', (first, second) => {
    expect(settled(first, second)).toEqual([at(first), at(second)]);
  });

  it.each([
    ['/token', '/authorize'],
    ['/oauth/access_token', '/start'],
    ['/finish', '/oauth/authorise'],
  ])('are swapped where they look it: %s and %s', (first, second) => {
    expect(settled(first, second)).toEqual([at(second), at(first), 'urls_swapped']);
  });

  it.each([
    ['/a', '/b'],
    ['/authorize', '/auth/'],
    ['/token', '/token'],
    ['/', 'nonsense'],
  ])('stay where they are, with a warning, where it cannot be told: %s and %s', (first, second) => {
    expect(settled(first, second)).toEqual([at(first), at(second), 'urls_unclear']);
  });

  it.each([
    ['/a', '/b', { authorization_url: at('/a'), token_url: at('/b') }, []],
    ['/a', '/b', { token_url: at('/b') }, []],
    ['/token', '/authorize', { authorization_url: at('/token'), token_url: at('/authorize') }, []],
    ['/a', '/b', { authorization_url: at('/x'), token_url: at('/y') }, ['urls_unclear']],
    ['/a', '/a', { authorization_url: at('/a'), token_url: at('/a') }, ['urls_unclear']],
  ])('are known where the document knows them: %s and %s', (first, second, suggestion, codes) => {
    expect(settled(first, second, suggestion)).toEqual([at(first), at(second), ...codes]);
  });

  it('are swapped where the document says so, whatever they look like', () => {
    const suggestion = { authorization_url: at('/b'), token_url: at('/a') };
    expect(settled('/a', '/b', suggestion)).toEqual([at('/b'), at('/a'), 'urls_swapped']);
    expect(settled('/authorize', '/token', { authorization_url: at('/token'), token_url: at('/authorize') })).toEqual([
      at('/token'),
      at('/authorize'),
      'urls_swapped',
    ]);
  });

  it('may be one: it goes where it belongs', () => {
    expect(settled(undefined, '/authorize')).toEqual([at('/authorize'), undefined, 'urls_swapped']);
    expect(settled('/authorize', undefined)).toEqual([at('/authorize'), undefined]);
    expect(settled(undefined, '/b')).toEqual([undefined, at('/b'), 'urls_unclear']);
    expect(settled()).toEqual([undefined, undefined]);
  });

  it('take their places in the form along, and say what became of them', () => {
    const { fields, warnings } = assignUrls(formWith('/token', '/authorize'), null);
    expect(fields).toEqual({
      scope: { value: 'a', pointer: '/auth/scope' },
      authorization_url: { value: at('/authorize'), pointer: '/auth/authorization_url' },
      token_url: { value: at('/token'), pointer: '/auth/client_url' },
    });
    expect(warnings[0]).toMatchObject({ code: 'urls_swapped', pointer: '/auth' });
    expect(warnings[0]?.message).toContain(
      `users are sent to ${at('/authorize')}, codes are exchanged at ${at('/token')}`,
    );
  });
});
