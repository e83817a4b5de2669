import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isMediaType, kindOf, looksLikeFile, mediaTypeOf, readParameters } from './media-type.js';

describe('kindOf', () => {
  it.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/problem+json',
    'application/vnd.api+json;version=1',
    'text/json',
    'text/x-json',
  ])('recognizes JSON: %s', (type) => {
    expect(kindOf(type)).toBe('json');
  });

  it.each([
    'text/plain',
    'text/csv',
    'text/event-stream',
    'text/javascript',
    'application/xml',
    'application/atom+xml',
    'application/xhtml+xml',
    'image/svg+xml',
    'application/javascript',
    'application/x-javascript',
    'application/x-www-form-urlencoded',
    'application/yaml',
    'application/x-yaml',
    'application/openapi+yaml',
    'application/graphql',
    'application/x-own; charset=latin1',
  ])('recognizes text: %s', (type) => {
    expect(kindOf(type)).toBe('text');
  });

  it.each([
    'image/png',
    'audio/mpeg',
    'video/mp4',
    'font/woff2',
    'application/pdf',
    'application/zip',
    'application/x-zip-compressed',
    'application/gzip',
    'application/x-tar',
    'application/octet-stream',
    'binary/octet-stream',
    'application/msword',
    'application/vnd.ms-excel',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.oasis.opendocument.text',
    'application/epub+zip',
    'application/cbor',
  ])('recognizes a file: %s', (type) => {
    expect(kindOf(type)).toBe('file');
  });

  it.each([
    null,
    '',
    'application/x-ndjson',
    'application/jsonlines',
    'application/x-own',
    'multipart/mixed',
    'nonsense',
  ])('returns unknown for %s', (type) => {
    expect(kindOf(type)).toBe('unknown');
  });
});

describe('mediaTypeOf', () => {
  it('drops parameters and falls back to application/octet-stream', () => {
    expect(mediaTypeOf('Text/CSV; charset=utf-8')).toBe('text/csv');
    expect([mediaTypeOf(null), mediaTypeOf('png'), mediaTypeOf('a/b, c/d')]).toEqual(
      Array.from({ length: 3 }, () => 'application/octet-stream'),
    );
    expect([isMediaType('image/svg+xml'), isMediaType('image'), isMediaType('a/b\r\n')]).toEqual([true, false, false]);
  });
});

describe('looksLikeFile', () => {
  it.each([
    ['an empty body', Buffer.alloc(0)],
    ['ASCII', Buffer.from('abc\r\n')],
    ['UTF-8', Buffer.from('aä€😀')],
    ['UTF-16 with a byte order mark', Buffer.from('\uFEFFab', 'utf16le')],
  ])('returns false for text: %s', (_, bytes) => {
    expect(looksLikeFile(bytes, false)).toBe(false);
  });

  it.each([
    ['bytes with a NUL', Buffer.from('a\0b')],
    ['bytes that are not UTF-8', Buffer.from('Köln', 'latin1')],
    ['an incomplete character at the end', Buffer.from('€').subarray(0, 2)],
  ])('returns true for a file: %s', (_, bytes) => {
    expect(looksLikeFile(bytes, false)).toBe(true);
  });

  it('returns false for text that is truncated anywhere', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, end) => {
        const bytes = Buffer.from(text.replaceAll('\0', ' '));
        expect(looksLikeFile(bytes.subarray(0, end % (bytes.length + 1)), true)).toBe(false);
      }),
    );
  });

  it('returns true for a truncated file that is invalid text before its end', () => {
    expect(looksLikeFile(Buffer.from([0x61, 0xff, 0x61, 0x61, 0x61]), true)).toBe(true);
    expect(looksLikeFile(Buffer.from([0x61, 0x80, 0x80, 0x80, 0x80]), true)).toBe(true);
  });
});

describe('readParameters', () => {
  it.each<[string, object]>([
    ['text/plain', {}],
    ['text/plain; charset=utf-8', { charset: 'utf-8' }],
    ['text/plain;CHARSET=UTF-8 ; q = 1', { charset: 'UTF-8', q: '1' }],
    ['text/plain; charset="utf-8"', { charset: 'utf-8' }],
    [String.raw`a; name="say \"hi\"; charset=x"; charset=y`, { name: 'say "hi"; charset=x', charset: 'y' }],
    ['a; charset=x; charset=y', { charset: 'x' }],
    ['a; charset="open', { charset: 'open' }],
    ['a; charset=', { charset: '' }],
    ['a;;; =; b; __proto__=c', { ['__proto__']: 'c' }],
  ])('parses %s', (header, expected) => {
    expect(Object.fromEntries(readParameters(header))).toEqual(expected);
  });
});
