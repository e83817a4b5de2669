import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { isHeaderName, isHeaderValue, StaticHeaders, staticHeaders } from './static-headers.js';

class Fields {
  @StaticHeaders()
  static_headers?: unknown;
}

const areAccepted = (headers: unknown) =>
  validateSync(Object.assign(new Fields(), { static_headers: headers })).length === 0;

const RESERVED = [
  'Host',
  'content-length',
  'Content-Type',
  'Transfer-Encoding',
  'Connection',
  'Keep-Alive',
  'Upgrade',
  'TE',
  'Trailer',
  'Expect',
  'Cookie',
  'Forwarded',
  'X-Forwarded-For',
  'x-forwarded-host',
  'Proxy-Authorization',
  'OpenAI-Ephemeral-User-Id',
];

describe('static headers', () => {
  it.each([
    ['none', undefined],
    ['an empty object', {}],
    ['a version', { 'Notion-Version': '2022-06-28' }],
    ['names similar to reserved ones', { 'X-Host': 'a', Hosting: 'b', 'X-Proxy-Id': 'c' }],
    ['twenty', Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`x-${at}`, 'v']))],
    ['a value of 1,000 characters', { a: 'v'.repeat(1000) }],
  ])('are accepted: %s', (_, headers) => {
    expect(areAccepted(headers)).toBe(true);
  });

  it.each([
    ['a string', 'a: b'],
    ['an array', ['a', 'b']],
    ['a number as value', { a: 1 }],
    ['null as value', { a: null }],
    ['an empty value', { a: '' }],
    ['an empty name', { '': 'v' }],
    ['twenty-one', Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`x-${at}`, 'v']))],
    ['a value that is too long', { a: 'v'.repeat(1001) }],
    ['a second header in the value', { a: 'v\r\nX-Evil: 1' }],
    ['a second header in the name', { 'a: b\r\nx': 'v' }],
    ['a name with a space', { 'a b': 'v' }],
    ['a credential', { Authorization: 'Bearer x' }],
    ...RESERVED.map((name): [string, object] => [name, { [name]: 'v' }]),
  ])('are rejected: %s', (_, headers) => {
    expect(areAccepted(headers)).toBe(false);
  });

  it('are read from settings with lower-case names', () => {
    expect(staticHeaders({ static_headers: { 'Notion-Version': 'A' } })).toEqual({ 'notion-version': 'A' });
    expect(staticHeaders({})).toEqual({});
  });
});

describe('the header name of an API key', () => {
  it('can be Authorization, but no reserved name', () => {
    expect(isHeaderName('Authorization')).toBe(true);
    expect(RESERVED.filter(isHeaderName)).toEqual([]);
  });

  it('must be a token (RFC 9110, section 5.6.2)', () => {
    expect(isHeaderName("!#$%&'*+.^_`|~09AZaz-")).toBe(true);
    for (const name of ['', 'a:', 'a b', 'ä', 'a\n', 'x'.repeat(101), 1, undefined])
      expect(isHeaderName(name)).toBe(false);
  });
});

describe('a header value', () => {
  it.each(['a', 'a b', '~!"', 'é', 'Bearer x.y-z_'])('is accepted: %j', (value) => {
    expect(isHeaderValue(value)).toBe(true);
  });

  it.each(['', ' a', 'a ', 'a\nb', 'a\r', 'a\tb', 'a\0', '\x7f', '☃', 1, undefined])('is rejected: %j', (value) => {
    expect(isHeaderValue(value)).toBe(false);
  });
});
