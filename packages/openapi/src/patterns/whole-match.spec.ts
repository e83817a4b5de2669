import { describe, expect, it } from '@jest/globals';
import { compileWholeMatch } from './whole-match.js';

describe('compileWholeMatch', () => {
  it('matches whole texts only', () => {
    const match = compileWholeMatch('a|bc');
    expect(['a', 'bc', 'ab', 'xbc', 'a\n'].map(match)).toEqual(['a', 'bc', undefined, undefined, undefined]);
  });

  it('returns the first group', () => {
    const match = compileWholeMatch('https://([a-z0-9-]+\\.my\\.salesforce\\.com)/?');
    expect(match('https://acme.my.salesforce.com')).toBe('acme.my.salesforce.com');
    expect(match('https://acme.my.salesforce.com.evil.example')).toBeUndefined();
    expect(compileWholeMatch('(a)|b')('b')).toBeUndefined();
  });

  it.each(['(', 'a)(?:b', '(a+)+b', '(\\d+|\\d+x)*y'])('rejects %s', (source) => {
    expect(() => compileWholeMatch(source)).toThrow(SyntaxError);
  });
});
