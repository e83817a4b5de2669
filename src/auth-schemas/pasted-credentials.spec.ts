import { describe, expect, it } from '@jest/globals';
import {
  cleanKey,
  cleanPassword,
  cleanScope,
  credentialProblem,
  keyProblem,
  urlProblem,
  withoutAdditions,
  type KeyPlace,
} from './pasted-credentials.js';

const BEARER: KeyPlace = { auth_type: 'bearer', location: 'header' };
const BASIC: KeyPlace = { auth_type: 'basic', location: 'header' };
const CUSTOM: KeyPlace = { auth_type: 'custom', location: 'header', custom_header_name: 'X-Key' };
const QUERY: KeyPlace = { auth_type: 'bearer', location: 'query', parameter_name: 'appid' };

describe('a pasted identifier or secret', () => {
  it.each([
    [' abc\r\n', 'abc'],
    ['\ufeffabc', 'abc'],
    ['ab\u200bc', 'abc'],
    ['\u00a0abc\u00a0', 'abc'],
    ['\0abc\u0007', 'abc'],
    ['"abc-1.2_3~"', 'abc-1.2_3~'],
    ["'abc'", 'abc'],
    ['“abc”', 'abc'],
    ['` abc `', '` abc `'],
  ])('is mended: %j', (text, expected) => {
    expect(withoutAdditions(text)).toBe(expected);
  });

  it.each(['a"b', '"a b"', '"a"b"', '"', '""', 'a b', "it's", '"abc', '{a}b', 'with <angle> brackets', '[HIDDEN]'])(
    'is kept if it can be the value itself: %j',
    (text) => {
      expect(withoutAdditions(text)).toBe(text);
      expect(credentialProblem(text)).toBeUndefined();
    },
  );

  it.each(['a\nb', 'a\tb', 'a\0b', '{client_id}', '${SECRET}', '<your secret>', 'YOUR_CLIENT_ID', 'your-api-key-here'])(
    'is rejected: %j',
    (text) => {
      expect(credentialProblem(text)).toBeDefined();
    },
  );
});

describe('a pasted scope', () => {
  it.each([
    [' "notes:read"  notes:write\n', 'notes:read notes:write'],
    ['notes:read', 'notes:read'],
    ['a\nb', 'a\nb'],
  ])('is mended where only one reading is possible: %j', (text, expected) => {
    expect(cleanScope(text)).toBe(expected);
  });
});

describe('a pasted password', () => {
  it.each([
    ['pass word\r\n', 'pass word'],
    [' "quoted" ', ' "quoted" '],
    ['Bearer x', 'Bearer x'],
    ['p\u200dw', 'p\u200dw'],
  ])('loses only the line break at its end: %j', (text, expected) => {
    expect(cleanPassword(text)).toBe(expected);
  });
});

describe('a pasted key', () => {
  it.each<[KeyPlace, string, string]>([
    [BEARER, 'Bearer abc', 'abc'],
    [BEARER, 'bearer   abc', 'abc'],
    [BEARER, 'Authorization: Bearer abc\n', 'abc'],
    [BEARER, '"Bearer abc"', 'abc'],
    [BEARER, '"Authorization: Bearer abc"', 'abc'],
    [BEARER, ' abc ', 'abc'],
    [BASIC, 'Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    [BASIC, 'Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    [BASIC, 'user:pa ss"', 'user:pa ss"'],
    [CUSTOM, 'X-Key: abc', 'abc'],
    [CUSTOM, 'x-key:abc', 'abc'],
    [CUSTOM, 'Bearer abc', 'Bearer abc'],
    [{ ...CUSTOM, custom_header_name: 'Authorization' }, 'Authorization: Token abc', 'Token abc'],
    [QUERY, 'appid=abc', 'abc'],
    [QUERY, '?appid=abc', 'abc'],
    [QUERY, 'abc=', 'abc='],
    [BEARER, '[HIDDEN]', '[HIDDEN]'],
  ])('is mended for %j: %j', (place, text, expected) => {
    expect(cleanKey(text, place)).toBe(expected);
    expect(keyProblem(expected, place) ?? 'none').toBe('none');
  });

  it.each<[KeyPlace, string]>([
    [BEARER, 'Bearer'],
    [BEARER, 'Basic dXNlcjpwYXNz'],
    [BEARER, 'X-Key: abc'],
    [BASIC, 'Bearer abc'],
    [CUSTOM, 'Authorization: Bearer abc'],
    [CUSTOM, 'X-Other: abc'],
    [QUERY, 'Bearer abc'],
    [QUERY, 'a\nb'],
    [BEARER, '{api_key}'],
    [BEARER, '<your-api-key>'],
    [BEARER, 'YOUR_API_KEY'],
  ])('is rejected for %j: %j', (place, text) => {
    expect(keyProblem(cleanKey(text, place), place)).toBeDefined();
  });
});

describe('a pasted URL', () => {
  it.each([
    'https://login.example.com/{tenant}/token',
    'https://login.example.com/%7Btenant%7D/token',
    'https://<your-tenant>.example.com/token',
    'https://your-tenant.example.com/token',
    'https://yourdomain.example.com/token',
    'https://login.example.com/YOUR_TENANT_ID/token',
    'https://login.example.com/${TENANT}/token',
    'https://auth.example.com/to ken',
    'https://auth.example.com/\ntoken',
  ])('is rejected: %j', (url) => {
    expect(urlProblem(url)).toBeDefined();
  });

  it.each([
    'https://auth.example.com/token',
    'https://yourtravel.example.com/token',
    'https://example.com/your-account/token?tenant=a%20b',
    'https://my-tenant.example.com/token',
  ])('is kept: %j', (url) => {
    expect(urlProblem(url)).toBeUndefined();
  });
});
