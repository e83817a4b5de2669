import { describe, expect, it } from '@jest/globals';
import { issuersOf, MetadataError, metadataUrls, readMetadata } from './metadata.js';

const ISSUER = 'https://auth.example.com/tenant';
const DOCUMENT = {
  issuer: ISSUER,
  authorization_endpoint: 'https://auth.example.com/tenant/authorize',
  token_endpoint: 'https://auth.example.com/tenant/token',
};

describe('security rule C35: the well-known URLs of an issuer', () => {
  it.each([
    [
      'https://auth.example.com/a/b',
      [
        'https://auth.example.com/.well-known/oauth-authorization-server/a/b',
        'https://auth.example.com/.well-known/openid-configuration/a/b',
        'https://auth.example.com/a/b/.well-known/openid-configuration',
        'https://auth.example.com/a/b/.well-known/openid-configuration/',
      ],
    ],
    [
      'https://auth.example.com',
      [
        'https://auth.example.com/.well-known/oauth-authorization-server',
        'https://auth.example.com/.well-known/openid-configuration',
        'https://auth.example.com/.well-known/openid-configuration/',
      ],
    ],
    [
      'https://auth.example.com/',
      [
        'https://auth.example.com/.well-known/oauth-authorization-server',
        'https://auth.example.com/.well-known/openid-configuration',
        'https://auth.example.com/.well-known/openid-configuration/',
      ],
    ],
    [
      'HTTPS://Auth.example.com:443/A/',
      [
        'HTTPS://Auth.example.com:443/.well-known/oauth-authorization-server/A',
        'HTTPS://Auth.example.com:443/.well-known/openid-configuration/A',
        'HTTPS://Auth.example.com:443/A/.well-known/openid-configuration',
        'HTTPS://Auth.example.com:443/A/.well-known/openid-configuration/',
      ],
    ],
  ])('security rule C35: are derived from %s', (issuer, urls) => {
    expect(metadataUrls(issuer)).toEqual(urls);
  });

  it.each([
    '',
    'auth.example.com',
    'urn:example:issuer',
    'javascript:alert(1)',
    'https://',
    'https://auth.example.com?tenant=1',
    'https://auth.example.com/#a',
    'https:\\\\auth.example.com',
    ' https://auth.example.com',
    'https://auth.example.com/a b',
  ])('do not exist for %j', (issuer) => {
    expect(metadataUrls(issuer)).toEqual([]);
  });
});

describe('security rule C35: the issuers of a well-known URL', () => {
  const TENANT = [ISSUER, `${ISSUER}/`];
  const ROOT = ['https://auth.example.com', 'https://auth.example.com/'];

  it.each([
    ['https://auth.example.com/.well-known/oauth-authorization-server/tenant', TENANT],
    ['https://auth.example.com/.well-known/oauth-authorization-server/tenant/', TENANT],
    ['https://auth.example.com/.well-known/openid-configuration/tenant', TENANT],
    ['https://auth.example.com/tenant/.well-known/openid-configuration', TENANT],
    ['https://auth.example.com/tenant/.well-known/openid-configuration/', TENANT],
    ['https://auth.example.com/tenant/.well-known/openid-configuration?policy=1', TENANT],
    ['https://auth.example.com/.well-known/openid-configuration/', ROOT],
    ['https://auth.example.com/.well-known/oauth-authorization-server', ROOT],
    ['https://auth.example.com/.well-known/openid-configuration', ROOT],
    [
      'https://Auth.example.com:443/.well-known/openid-configuration',
      ['https://Auth.example.com:443', 'https://Auth.example.com:443/'],
    ],
  ])('security rule C35: are derived from %s', (url, issuers) => {
    expect(issuersOf(url)).toEqual(issuers);
  });

  it.each(['https://auth.example.com', ISSUER, 'https://auth.example.com/.well-known/openid-configurations', ''])(
    'do not exist for "%s"',
    (url) => {
      expect(issuersOf(url)).toBeUndefined();
    },
  );

  it('include every issuer from which the URL was derived', () => {
    for (const issuer of [...TENANT, ...ROOT]) {
      for (const url of metadataUrls(issuer)) expect(issuersOf(url)).toContain(issuer);
    }
  });
});

describe('a metadata document', () => {
  it('is reduced to known fields', () => {
    const document = {
      ...DOCUMENT,
      revocation_endpoint: 'https://auth.example.com/revoke',
      scopes_supported: ['notes:read'],
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['plain', 'S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    };
    const more = { jwks_uri: 'https://auth.example.com/jwks', grant_types_supported: ['authorization_code'] };
    expect(readMetadata(JSON.stringify({ ...document, ...more }), [ISSUER])).toEqual(document);
  });

  it.each([
    ['revocation_endpoint', [7, '', {}, 'x'.repeat(2001)]],
    ['authorization_response_iss_parameter_supported', ['true', 1, []]],
    ['code_challenge_methods_supported', ['S256', [], [7], ['x'.repeat(201)], { 0: 'S256' }]],
    ['scopes_supported', ['a b', []]],
  ])('is read without a %s of a wrong type or size', (name, values) => {
    for (const value of values) {
      const read = readMetadata(JSON.stringify({ ...DOCUMENT, [name]: value }), [ISSUER]);
      expect(read).toEqual(DOCUMENT);
    }
  });

  it('keeps the valid entries of a list', () => {
    const body = JSON.stringify({ ...DOCUMENT, code_challenge_methods_supported: ['S256', 7, null] });
    expect(readMetadata(body, [ISSUER]).code_challenge_methods_supported).toEqual(['S256']);
  });

  it('is read with a limited number of list entries', () => {
    const names = Array.from({ length: 5000 }, (_, index) => `name-${index}`);
    const body = JSON.stringify({
      ...DOCUMENT,
      scopes_supported: names,
      code_challenge_methods_supported: names,
      token_endpoint_auth_methods_supported: names,
    });
    const read = readMetadata(body, [ISSUER]);
    expect(read.scopes_supported).toHaveLength(1000);
    expect(read.code_challenge_methods_supported).toHaveLength(50);
    expect(read.token_endpoint_auth_methods_supported).toHaveLength(50);
  });

  it.each([
    ['<!doctype html><title>Log in</title>', 'returned a web page'],
    ['', 'returned an empty body'],
    ['not found', 'returned something other than a JSON object with an issuer'],
    ['{"issuer":', 'returned something other than a JSON object with an issuer'],
    ['null', 'returned something other than a JSON object with an issuer'],
    ['[]', 'returned something other than a JSON object with an issuer'],
    ['{"error":"not_found"}', 'returned something other than a JSON object with an issuer'],
    ['{"issuer":["https://auth.example.com/tenant"]}', 'returned something other than a JSON object with an issuer'],
  ])('is rejected: %j', (body, message) => {
    expect(refusal(body)).toMatchObject({ code: 'not_metadata', message });
  });

  it.each(['authorization_endpoint', 'token_endpoint'])('is rejected without %s', (name) => {
    const body = JSON.stringify({ ...DOCUMENT, [name]: undefined });
    expect(refusal(body)).toMatchObject({ code: 'no_endpoints', message: `does not list ${name}` });
  });
});

describe('security rule C34: the issuer of a document', () => {
  it.each([
    'https://auth.example.com/Tenant',
    'https://AUTH.example.com/tenant',
    'https://auth.example.com:443/tenant',
    'http://auth.example.com/tenant',
    'https://auth.example.com/tenant/',
    'https://auth.example.com/tenant?',
    'https://auth.example.com/%74enant',
    ' https://auth.example.com/tenant',
    'https://evil.example.com/tenant',
  ])('security rule C34: must equal the requested issuer exactly: rejects %j', (issuer) => {
    const error = refusal(JSON.stringify({ ...DOCUMENT, issuer }));
    expect(error.code).toBe('issuer_mismatch');
    expect(error.message).toContain(JSON.stringify(issuer));
    expect(error.message.includes('the trailing slash')).toBe(issuer === `${ISSUER}/`);
  });

  it('security rule C34: may equal any of several requested issuers', () => {
    const body = JSON.stringify({ ...DOCUMENT, issuer: `${ISSUER}/` });
    expect(readMetadata(body, [ISSUER, `${ISSUER}/`]).issuer).toBe(`${ISSUER}/`);
  });
});

function refusal(body: string): MetadataError {
  try {
    readMetadata(body, [ISSUER]);
  } catch (error) {
    if (error instanceof MetadataError) return error;
    throw error;
  }
  throw new Error('it was read');
}
