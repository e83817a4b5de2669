import { describe, expect, it } from '@jest/globals';
import { backtrackingSteps } from './backtracking-cost.js';
import { parsePattern } from './syntax.js';

function steps(source: string, isUnicode = true) {
  const syntax = parsePattern(source, isUnicode);
  return syntax && backtrackingSteps(syntax).steps;
}

describe('backtrackingSteps', () => {
  it.each([
    '^[a-z]+$',
    '^.*foo$',
    String.raw`^\d{4}-\d{2}-\d{2}$`,
    '^(?:asc|desc)$',
    '^[A-Za-z][A-Za-z0-9_]*$',
    String.raw`^[^@\s]+@[^@\s]+$`,
    '^([a-z]+-)*[0-9]$',
    String.raw`^[a-z]+(?:\.[a-z]+)*$`,
    String.raw`^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$`,
    String.raw`^(?=.*\d)(?=.*[a-z]).{8,64}$`,
    String.raw`^\p{L}+$`,
    String.raw`^https?:\/\/.+`,
    '[a-z]{2}',
    String.raw`\d+`,
    'foo|bar',
    '^.{1,5000}$',
    '^(?:a?b|c)*$',
    '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$',
    '',
  ])('finds a linear bound for %s', (source) => {
    expect(steps(source)).toBeDefined();
  });

  it.each([
    '^(a+)+$',
    '(a|a)*$',
    '^(?:a|aa)+$',
    `^${'(a|a)'.repeat(40)}$`,
    '^a*a*b$',
    '^(.*a){30}$',
    String.raw`^(\w+\s?)*$`,
    '[a-z]+$',
    '.*foo',
    '^(a*)*$',
    '^(?:a|b|ab)*c$',
    '^(?:(?=.*b)a)*$',
    '(?=[a-z]*)x',
    String.raw`^(a+)\1$`,
    '^(?<=a*)b',
    '^[a-c]*[c-e]*f',
    String.raw`^\p{L}*\p{N}*$`,
    '^(?:a+x|a+y)*$',
    '^(?:x|a*$|a)*b',
  ])('finds no linear bound for %s', (source) => {
    expect(steps(source)).toBeUndefined();
  });

  it('analyzes nested repetitions in bounded time', () => {
    let source = 'a';
    for (let level = 0; level < 60; level += 1) source = `(?:${source}|b){1,9}`;
    const start = process.cpuUsage();
    expect(steps(`^${source}$`)).toBeUndefined();
    expect(process.cpuUsage(start).user).toBeLessThan(200_000);
  });
});
