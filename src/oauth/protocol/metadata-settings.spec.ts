import { describe, expect, it } from '@jest/globals';
import type { Metadata } from './metadata.js';
import { conflicts, discoveredSettings, knownMetadata } from './metadata-settings.js';

const METADATA: Metadata = {
  issuer: 'https://auth.example.com',
  authorization_endpoint: 'https://auth.example.com/authorize',
  token_endpoint: 'https://auth.example.com/token',
};

const listing = (...methods: string[]): Metadata => ({ ...METADATA, token_endpoint_auth_methods_supported: methods });

describe('settings from metadata', () => {
  it('contain issuer and endpoints', () => {
    expect(discoveredSettings(METADATA)).toEqual({
      issuer: 'https://auth.example.com',
      authorization_url: 'https://auth.example.com/authorize',
      token_url: 'https://auth.example.com/token',
      token_exchange_method: 'default_post',
    });
    const revocation_endpoint = 'https://auth.example.com/revoke';
    expect(discoveredSettings({ ...METADATA, revocation_endpoint })).toMatchObject({
      revocation_url: revocation_endpoint,
    });
  });

  it.each([
    [METADATA, 'default_post'],
    [listing('client_secret_basic', 'client_secret_post'), 'default_post'],
    [listing('client_secret_basic'), 'basic_auth_header'],
    [listing('none', 'client_secret_basic'), 'basic_auth_header'],
    [listing('none'), 'default_post'],
    [listing('private_key_jwt'), 'default_post'],
  ])('contain a client authentication method that the metadata lists: %#', (metadata, method) => {
    expect(discoveredSettings(metadata).token_exchange_method).toBe(method);
  });

  it('contain other metadata that the flow needs', () => {
    const known = {
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
    };
    expect(knownMetadata({ ...METADATA, ...known, scopes_supported: ['a'] })).toEqual(known);
  });
});

describe('conflicts between settings and metadata', () => {
  it('are empty if the settings are empty or equal', () => {
    const metadata = { ...METADATA, scopes_supported: ['a'], code_challenge_methods_supported: ['plain'] };
    expect(conflicts({}, metadata)).toEqual([]);
    expect(conflicts({ authorization_url: '', scope: '' }, metadata)).toEqual([]);
    expect(conflicts({ ...discoveredSettings(metadata), pkce: 'auto', scope: ' a ' }, metadata)).toEqual([]);
  });

  it('are empty if the metadata lacks the field', () => {
    const typed = { revocation_url: 'https://x.example.com', pkce: 'required', scope: 'a' } as const;
    expect(conflicts({ ...typed, token_exchange_method: 'basic_auth_header' }, METADATA)).toEqual([]);
  });

  it('contain a different URL', () => {
    const metadata = { ...METADATA, revocation_endpoint: 'https://auth.example.com/revoke' };
    const other = 'https://auth.example.com/token/';
    const typed = { authorization_url: other, token_url: other, revocation_url: other };
    expect(conflicts(typed, metadata)).toEqual([
      conflict('/authorization_url', other, metadata.authorization_endpoint),
      conflict('/token_url', other, metadata.token_endpoint),
      conflict('/revocation_url', other, metadata.revocation_endpoint),
    ]);
  });

  it('contain a client authentication method that is not listed', () => {
    const typed = { token_exchange_method: 'default_post' } as const;
    expect(conflicts(typed, listing('client_secret_basic'))).toEqual([
      conflict('/token_exchange_method', 'default_post', 'basic_auth_header'),
    ]);
    expect(conflicts(typed, listing('private_key_jwt'))).toEqual([
      conflict('/token_exchange_method', 'default_post', null),
    ]);
    expect(conflicts(typed, listing('none'))).toEqual([]);
    expect(conflicts({ token_exchange_method: 'basic_auth_header' }, listing('client_secret_post'))).toEqual([
      conflict('/token_exchange_method', 'basic_auth_header', 'default_post'),
    ]);
  });

  it('contain PKCE if S256 is not listed', () => {
    const plain = { ...METADATA, code_challenge_methods_supported: ['plain'] };
    expect(conflicts({ pkce: 'required' }, plain)).toEqual([conflict('/pkce', 'required', 'auto')]);
    expect(conflicts({ pkce: 'auto' }, plain)).toEqual([]);
    expect(conflicts({ pkce: 'required' }, { ...METADATA, code_challenge_methods_supported: ['S256'] })).toEqual([]);
  });

  it('contain a scope that is not listed, as a warning', () => {
    const metadata = { ...METADATA, scopes_supported: ['read', 'write'] };
    expect(conflicts({ scope: 'read admin  audit' }, metadata)).toEqual([conflict('/scope', 'admin audit', 'read')]);
  });

  function conflict(pointer: string, typed: string, found: string | null) {
    return { pointer, typed, found, message: expect.stringContaining('the provider') };
  }
});
