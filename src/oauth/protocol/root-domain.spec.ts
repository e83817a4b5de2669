import { describe, expect, it } from '@jest/globals';
import { crossDomainEndpoints, sharesRootDomain } from './root-domain.js';

describe('sharesRootDomain', () => {
  it.each([
    ['api.example.com', 'auth.example.com'],
    ['example.com', 'login.eu.example.com'],
    ['api.example.co.uk', 'example.co.uk'],
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['[2001:db8::1]', '[2001:db8::1]'],
  ])('returns true for %s and %s', (api, endpoint) => {
    expect(sharesRootDomain(api, endpoint)).toBe(true);
  });

  it.each([
    ['api.example.com', 'api.example.net'],
    ['api.example.com', 'example.com.evil.net'],
    ['api.example.com', 'notexample.com'],
    ['one.co.uk', 'two.co.uk'],
    ['one.github.io', 'two.github.io'],
    ['127.0.0.1', '127.0.0.2'],
    ['localhost', '127.0.0.1'],
  ])('returns false for %s and %s', (api, endpoint) => {
    expect(sharesRootDomain(api, endpoint)).toBe(false);
  });
});

describe('crossDomainEndpoints', () => {
  const at = (host: string) => ({ authorization_url: `https://${host}/authorize`, token_url: `https://${host}/token` });

  it('lists endpoints on other root domains, and no others', () => {
    const settings = { ...at('auth.example.com'), token_url: 'https://a.net/', revocation_url: 'https://b.net/' };
    expect(crossDomainEndpoints('api.example.com', settings)).toEqual([
      { field: 'token_url', host: 'a.net' },
      { field: 'revocation_url', host: 'b.net' },
    ]);
  });

  it('ignores the port of the domain', () => {
    expect(crossDomainEndpoints('api.example.com:8443', at('auth.example.com'))).toEqual([]);
    expect(crossDomainEndpoints('[2001:db8::1]:8443', at('[2001:db8::1]'))).toEqual([]);
  });

  it.each([
    'accounts.google.com',
    'oauth2.googleapis.com',
    'login.microsoftonline.com',
    'login.live.com',
    'ims-na1.adobelogin.com',
  ])('allows the known provider host %s', (host) => {
    expect(crossDomainEndpoints('api.example.com', at(host))).toEqual([]);
  });

  it.each(['accounts.google.com.evil.net', 'evilgoogle.com', 'files.blob.core.windows.net', 'x.googleapis.com'])(
    'does not allow the host %s',
    (host) => {
      expect(crossDomainEndpoints('api.example.com', at(host))).toHaveLength(2);
    },
  );
});
