import { describe, expect, it } from '@jest/globals';
import { isBlank, parseLine } from './parse-line.js';

const GOOD = { action_id: 'act-1', user: 'alice', access_token: 'a token' };

const parsed = (text: string) => parseLine(Buffer.from(text));

describe('parseLine', () => {
  it('returns the fields of a valid line', () => {
    expect(parsed(JSON.stringify({ ...GOOD, refresh_token: null, values: {} }))).toEqual({
      tokens: { ...GOOD, refresh_token: null, values: {} },
    });
  });

  it.each(['', 'x', '1', 'null', '[]', '"x"', '{"user":', '{} {}'])('rejects %j, which is no JSON object', (text) => {
    expect(parsed(text)).toEqual({ code: 'invalid_json' });
  });

  it('rejects bytes that are not UTF-8, and reads the next line', () => {
    expect(parseLine(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual({ code: 'invalid_json' });
    expect(parsed(JSON.stringify(GOOD))).toEqual({ tokens: GOOD });
  });

  it('rejects keys that occur twice, at any level, and does not quote them', () => {
    for (const twice of ['"user":"bob"', '"values":{"a":"1","a":"2"}']) {
      const text = `${JSON.stringify(GOOD).slice(0, -1)},${twice}}`;
      expect(parsed(text)).toEqual({
        code: 'invalid_request',
        errors: [{ pointer: '', message: 'a key is duplicated' }],
      });
    }
  });

  it('rejects deep nesting without recursion', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(parsed(`{"values":{"a":${deep}},"action_id":"act-1","user":"alice","access_token":"x"}`)).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/values' }],
    });
  });
});

describe('isBlank', () => {
  it.each(['', ' ', '\r', '\t \r'])('is true for %j', (text) => expect(isBlank(Buffer.from(text))).toBe(true));

  it.each(['x', ' {}', '\ufeff'])('is false for %j', (text) => expect(isBlank(Buffer.from(text))).toBe(false));
});
