import { describe, expect, it } from '@jest/globals';
import { assert, jsonValue, property } from 'fast-check';
import { canonicalJson } from './canonical-json.js';

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [
      { '\u20ac': 'Euro', '\r': 'CR', '1': 'one', '\ud83d\ude02': 'smile', '\u00f6': 'o' },
      '{"\\r":"CR","1":"one","ö":"o","€":"Euro","😂":"smile"}',
    ],
    [{ 9: 1, 10: 2 }, '{"10":2,"9":1}'],
    [[1e21, 0.000001, 1e-7, -0, 4.5], '[1e+21,0.000001,1e-7,0,4.5]'],
    [{ a: undefined, b: { d: 1, c: 2 } }, '{"b":{"c":2,"d":1}}'],
    ['\u000f\n"\\', '"\\u000f\\n\\"\\\\"'],
    [JSON.parse('{"toJSON":1,"__proto__":{"b":1,"a":2}}'), '{"__proto__":{"a":2,"b":1},"toJSON":1}'],
  ])('serializes %j as RFC 8785 specifies', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('returns the same text for any order of members, and the text parses to the same value', () => {
    assert(
      property(jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });
});
