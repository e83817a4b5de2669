import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { completeJson } from './complete-json.js';

describe('completeJson', () => {
  it.each([
    ['{"a":[1,2,3', '{"a":[1,2]}'],
    ['{"a":[1,2,', '{"a":[1,2]}'],
    ['{"a":[1,2]', '{"a":[1,2]}'],
    ['{"a":12', '{}'],
    ['{"a":true,"b":fal', '{"a":true}'],
    ['{"a":1,"b', '{"a":1}'],
    ['{"a":1,"b"', '{"a":1}'],
    ['{"a":1,"b":', '{"a":1}'],
    ['{"a":1,"b":"short', '{"a":1}'],
    ['{"a":"x","b":{', '{"a":"x","b":{}}'],
    ['["a","b"', '["a","b"]'],
    ['["a\\"", "b', '["a\\""]'],
    ['[{"a":1},{"b":[', '[{"a":1},{"b":[]}]'],
    ['12', ''],
    ['', ''],
  ])('leaves out what is incomplete and closes what is open: %s', (cut, complete) => {
    expect(completeJson(cut, 0)).toBe(complete);
  });

  it('keeps the beginning of a long text, except for its margin', () => {
    const long = 'x'.repeat(1000);
    expect(completeJson(`{"a":["${long}`, 0)).toBe(`{"a":["${long}"]}`);
    expect(completeJson(`{"a":["${long}`, 100)).toBe(`{"a":["${'x'.repeat(900)}"]}`);
    expect(completeJson(`{"a":["${long}`, 800)).toBe('{"a":[]}');
    expect(completeJson(`{"a":1,"${long}`, 0)).toBe('{"a":1}');
  });

  it.each(['\\', '\\u', '\\u12', '\\u123', '\uD83D'])('does not keep half a character: %j', (end) => {
    const text = `${'x'.repeat(1000)}\\\\`;
    expect(completeJson(`["${text}${end}`, 0)).toBe(`["${text}"]`);
  });

  it('makes JSON of every beginning of an array or object', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 250, maxLength: 300, unit: 'binary' }));
    const value = fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(text, fc.oneof(text, fc.jsonValue())));
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20), (of, part, margin) => {
        const whole = JSON.stringify(of);
        const complete = completeJson(whole.slice(0, Math.max(1, Math.floor(part * whole.length))), margin);
        expect(JSON.parse(complete)).toBeInstanceOf(Array.isArray(of) ? Array : Object);
        expect(completeJson(whole, margin)).toBe(whole);
      }),
    );
  });

  it.each([
    ['brackets', '['],
    ['empty texts', '"",'],
    ['escaped quotes', '"\\"'],
    ['backslashes', '\\'],
    ['keys', '{"a":'],
  ])('takes linear time: %s', (_, part) => {
    const hostile = `["x",${part.repeat(400_000)}`;
    expect(completeJson(hostile, 0).startsWith('["x"')).toBe(true);
  });
});
