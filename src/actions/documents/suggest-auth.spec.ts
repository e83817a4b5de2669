import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { documentSecurity, type JsonObject, type JsonValue, trustedDocument } from '@countersign/openapi';
import { suggestAuth } from './suggest-auth.js';

const SERVER = 'https://api.example.com/v1';
const FLOW = { authorizationUrl: 'https://auth.example.com/authorize', tokenUrl: 'https://auth.example.com/token' };
const BEARER = { type: 'http', scheme: 'bearer' };
const HEADER = { type: 'apiKey', in: 'header', name: 'X-Key' };
const URLS = { authorization_url: FLOW.authorizationUrl, token_url: FLOW.tokenUrl };

function oauth(flow: JsonObject = {}): JsonObject {
  return { type: 'oauth2', flows: { authorizationCode: { ...FLOW, scopes: {}, ...flow } } };
}

/** @param operations the `security` of each, `undefined` where it has none of its own */
function suggested(schemes: JsonValue, operations: (JsonValue | undefined)[] = [undefined], others: JsonObject = {}) {
  const paths = Object.fromEntries(
    operations.map((security, index) => [`/${index}`, { get: { ...(security !== undefined && { security }) } }]),
  );
  const json = { openapi: '3.1.0', paths, components: { securitySchemes: schemes }, ...others };
  return suggestAuth(documentSecurity(trustedDocument(json as JsonObject)), SERVER);
}

describe('the suggestion from one security scheme', () => {
  it.each<[string, JsonObject, object | undefined]>([
    ['a bearer token', BEARER, { type: 'api_key', auth_type: 'bearer' }],
    ['basic, in any case', { type: 'http', scheme: 'Basic' }, { type: 'api_key', auth_type: 'basic' }],
    ['another scheme of HTTP', { type: 'http', scheme: 'digest' }, undefined],
    ['a key in a header', HEADER, { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Key' }],
    [
      'a key in Authorization',
      { ...HEADER, name: 'Authorization' },
      { type: 'api_key', auth_type: 'custom', custom_header_name: 'Authorization' },
    ],
    [
      'a bearer token, said by its description',
      { ...HEADER, name: 'authorization', description: 'Use `Bearer <token>`' },
      { type: 'api_key', auth_type: 'bearer' },
    ],
    [
      'a key in the query',
      { type: 'apiKey', in: 'query', name: 'appid' },
      { type: 'api_key', auth_type: 'custom', location: 'query', parameter_name: 'appid' },
    ],
    ['a key in a cookie', { type: 'apiKey', in: 'cookie', name: 'sid' }, undefined],
    ['a key without a name', { type: 'apiKey', in: 'header' }, undefined],
    ['a header that is none', { type: 'apiKey', in: 'header', name: 'X: Key' }, undefined],
    ['a parameter that is none', { type: 'apiKey', in: 'query', name: 'a&b' }, undefined],
    ['the authorization code', oauth(), { type: 'oauth', ...URLS }],
    [
      'a refresh URL of its own',
      oauth({ refreshUrl: 'https://auth.example.com/refresh' }),
      { type: 'oauth', ...URLS, refresh_url: 'https://auth.example.com/refresh' },
    ],
    ['a refresh URL that is the token URL', oauth({ refreshUrl: FLOW.tokenUrl }), { type: 'oauth', ...URLS }],
    ['the implicit flow', { type: 'oauth2', flows: { implicit: FLOW } }, undefined],
    ['a password flow', { type: 'oauth2', flows: { password: FLOW, clientCredentials: FLOW } }, undefined],
    [
      'a well-known URL',
      { type: 'openIdConnect', openIdConnectUrl: 'https://auth.example.com/.well-known/openid-configuration' },
      { type: 'oauth', issuer: 'https://auth.example.com/.well-known/openid-configuration' },
    ],
    ['OpenID Connect without a URL', { type: 'openIdConnect' }, undefined],
    ['mutual TLS', { type: 'mutualTLS' }, undefined],
  ])('is read from %s', (_, scheme, expected) => {
    expect(suggested({ only: scheme })).toEqual(expected);
  });

  it.each([
    ['/oauth/token', 'https://api.example.com/oauth/token'],
    ['oauth/token', 'https://api.example.com/v1/oauth/token'],
    ['//auth.example.com/token', 'https://auth.example.com/token'],
    [' https://auth.example.com/token ', 'https://auth.example.com/token'],
    ['https://{tenant}.example.com/token', undefined],
    ['javascript:alert(1)', undefined],
    ['http://', undefined],
    ['', undefined],
    [7, undefined],
  ])('resolves URLs against the server: %s', (tokenUrl, expected) => {
    expect(suggested({ only: oauth({ tokenUrl }) })?.['token_url']).toBe(expected);
  });

  it('has no URL that exceeds the column', () => {
    const tokenUrl = `https://auth.example.com/${'x'.repeat(2000)}`;
    expect(suggested({ only: oauth({ tokenUrl }) })).not.toHaveProperty('token_url');
  });

  it('follows references to schemes', () => {
    const components = { securitySchemes: { a: { $ref: '#/components/x-shared' } }, 'x-shared': BEARER };
    expect(suggested({}, [[{ a: [] }]], { components })).toEqual({ type: 'api_key', auth_type: 'bearer' });
    expect(suggested({ a: { $ref: '#/nowhere' }, b: { $ref: '#/components/securitySchemes/b' } })).toBeUndefined();
  });
});

describe('the suggested scope', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`scope:${i}`, '']));
  const scopeOf = (scopes: JsonObject, operations?: (JsonValue | undefined)[], security?: JsonValue) =>
    suggested({ only: oauth({ scopes }) }, operations, security === undefined ? {} : { security })?.['scope'];

  it('is what operations require, each scope once', () => {
    const operations = [[{ only: ['a', 'b'] }], [{ only: ['b', 'c'] }], [], [{ other: ['x'] }]];
    expect(scopeOf(many(3), operations)).toBe('a b c');
  });

  it('includes what the document requires of operations without requirements', () => {
    expect(scopeOf(many(3), [undefined, [{ only: ['b'] }]], [{ only: ['a'] }])).toBe('a b');
    expect(scopeOf(many(3), [[{ only: ['b'] }]], [{ only: ['a'] }])).toBe('b');
  });

  it('is all scopes of the flow if nothing is required', () => {
    expect(scopeOf(many(2), [[{ only: [] }]])).toBe('scope:0 scope:1');
    expect(scopeOf(many(20))?.split(' ')).toHaveLength(20);
  });

  it('is omitted if it would be too long or empty', () => {
    expect(scopeOf(many(21))).toBeUndefined();
    expect(scopeOf({})).toBeUndefined();
    expect(scopeOf({}, [[{ only: [`s${'x'.repeat(4000)}`] }]])).toBeUndefined();
  });

  it('has only valid scope tokens (RFC 6749, section 3.3)', () => {
    expect(scopeOf({ 'two words': '', 'a"b': '', good: '', ü: '' })).toBe('good');
  });

  it('is taken from OpenID Connect requirements as well', () => {
    const scheme = { type: 'openIdConnect', openIdConnectUrl: 'https://auth.example.com' };
    expect(suggested({ only: scheme }, [[{ only: ['openid', 'email'] }]])?.['scope']).toBe('openid email');
  });
});

describe('the suggestion from several schemes', () => {
  const schemes = { bearer: BEARER, header: HEADER, cookie: { type: 'apiKey', in: 'cookie', name: 'x' } };
  const oidc = { type: 'openIdConnect', openIdConnectUrl: 'https://auth.example.com' };
  const header = expect.objectContaining({ custom_header_name: 'X-Key' });
  const bearer = { type: 'api_key', auth_type: 'bearer' };

  it('prefers the scheme that the document requires', () => {
    const operations = [[{ bearer: [] }], [{ bearer: [] }]];
    expect(suggested(schemes, operations, { security: [{ header: [] }] })).toEqual(header);
  });

  it('then prefers the scheme that most operations require', () => {
    const operations = [[{ bearer: [] }], [{ header: [] }], [{ cookie: [], header: [] }]];
    expect(suggested(schemes, operations)).toEqual(header);
  });

  it('is undefined if no scheme is preferred', () => {
    expect(suggested(schemes)).toBeUndefined();
    expect(suggested(schemes, [[], [{}], [{ unknown: [] }]])).toBeUndefined();
  });

  it('takes the first of equal schemes', () => {
    expect(suggested(schemes, [[{ header: [] }, { bearer: [] }]])).toEqual(bearer);
  });

  it('prefers a sign-in to a key', () => {
    const all = { ...schemes, oidc, oauth: oauth() };
    expect(suggested(all, [[{ bearer: [] }, { oidc: [] }]])).toEqual({ type: 'oauth', issuer: oidc.openIdConnectUrl });
    expect(suggested(all, [[{ bearer: [] }, { oidc: [] }, { oauth: [] }]])).toEqual({ type: 'oauth', ...URLS });
    expect(suggested(all, [], { security: [{ header: [] }, { oauth: [] }] })).toEqual({ type: 'oauth', ...URLS });
  });

  it('ignores a required scheme that is not supported', () => {
    expect(suggested(schemes, [[{ bearer: [] }]], { security: [{ cookie: [] }] })).toEqual(bearer);
  });
});

describe('the suggestion from arbitrary input', () => {
  it('takes linear time', () => {
    const names = Array.from({ length: 30_000 }, (_, index) => `scheme${index}`);
    const schemes = Object.fromEntries(names.map((name) => [name, BEARER]));
    const security = names.map((name) => ({ [name]: ['scope'] }));
    expect(suggested(schemes, Array(30_000).fill(undefined), { security })).toEqual({
      type: 'api_key',
      auth_type: 'bearer',
    });
  });

  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('oauth2', 'http', 'bearer', 'apiKey', 'query', '#/components', '#'),
  );
  const names = [
    'type',
    'scheme',
    'in',
    'name',
    'flows',
    'authorizationCode',
    'tokenUrl',
    'scopes',
    '$ref',
    '__proto__',
  ];
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(text, fc.integer(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie('tree'), { maxKeys: 5 }),
    ) as fc.Arbitrary<JsonValue>,
  }));
  const document = fc.record({ schemes: tree, security: tree, operations: fc.array(tree, { maxLength: 3 }) });

  it('never throws and fits its column', () => {
    fc.assert(
      fc.property(document, ({ schemes, security, operations }) => {
        const auth = suggested(schemes, operations, { security });
        expect(JSON.stringify(auth ?? {}).length).toBeLessThan(60_000);
      }),
      { numRuns: 500 },
    );
  });
});
