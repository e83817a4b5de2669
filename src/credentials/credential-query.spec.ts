import { describe, expect, it } from '@jest/globals';
import { withCredentialQuery } from './credential-query.js';

describe('withCredentialQuery', () => {
  it.each([
    ['https://e.test/x', 'https://e.test/x?key=a%2Bb'],
    ['https://e.test/x?q=a%20b', 'https://e.test/x?q=a%20b&key=a%2Bb'],
    ['https://e.test/x?q=:/?@!$,;&r=%5B%5D', 'https://e.test/x?q=:/?@!$,;&r=%5B%5D&key=a%2Bb'],
    ['https://e.test/x?key=mine&q=1&key=other', 'https://e.test/x?q=1&key=a%2Bb'],
    ['https://e.test/x?k%65y=mine', 'https://e.test/x?key=a%2Bb'],
    ['https://e.test/x?key', 'https://e.test/x?key=a%2Bb'],
    ['https://e.test/x?keys=1&KEY=2', 'https://e.test/x?keys=1&KEY=2&key=a%2Bb'],
  ])('is appended to %s, replacing parameters of the same name', (url, expected) => {
    expect(withCredentialQuery(url, { key: 'a+b' })).toBe(expected);
  });

  it.each([undefined, {}])('leaves a URL unchanged if it is empty: %j', (query) => {
    expect(withCredentialQuery("https://e.test/x?q='a'", query)).toBe("https://e.test/x?q='a'");
  });
});
