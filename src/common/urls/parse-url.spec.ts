import { describe, expect, it } from '@jest/globals';
import { parseUrl } from './parse-url.js';

/** More calls than V8 needs to optimize a function. */
const CALLS = 100_000;

describe('parseUrl', () => {
  it('parses absolute URLs, and relative ones with a base', () => {
    expect(parseUrl('https://api.example.com/a')?.host).toBe('api.example.com');
    expect(parseUrl('b', 'https://api.example.com/a/')?.href).toBe('https://api.example.com/a/b');
  });

  it.each(['', 'b', 'https://', 'https://a b/'])('returns undefined for %j without a base', (text) => {
    expect(parseUrl(text)).toBeUndefined();
  });

  it('still parses an internationalized host name after V8 has optimized it', () => {
    const invalid = Array.from({ length: CALLS }, () => parseUrl('https://münchen.example/')).filter((url) => !url);
    expect(invalid).toHaveLength(0);
  });
});
