import { describe, expect, it } from '@jest/globals';
import { readAndDescribe } from './describe.js';
import { type JsonObject } from './document/json.js';

const many = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));

const documentOf = (operation: JsonObject, path = '/a'): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'Many', version: '1' },
  servers: [{ url: 'https://api.example.com' }],
  paths: { [path]: { post: { operationId: 'a', summary: 'A', responses: {}, ...operation } } },
});

const describeMany = (count: number, parameter: (index: number) => JsonObject, path?: string) => () =>
  readAndDescribe(documentOf({ parameters: many(count, parameter) }, path));

const CASES: [string, (count: number) => () => unknown][] = [
  ['parameters without fields', (count) => describeMany(count, () => ({}))],
  [
    'path parameters of a long path',
    (count) =>
      describeMany(
        count,
        (index) => ({ name: `p${index}`, in: 'path', required: true, schema: {} }),
        `/${many(count, (index) => `{p${index}}`).join('/')}`,
      ),
  ],
];

/** Returns the CPU time of a function in milliseconds, whether it throws or not; the shortest of three runs. */
function cpuTime(work: () => unknown): number {
  const times = many(3, () => {
    const start = process.cpuUsage();
    try {
      work();
    } catch {
      // Only the time counts.
    }
    return process.cpuUsage(start).user / 1000;
  });
  return Math.min(...times);
}

describe('readAndDescribe', () => {
  it.each(CASES)('takes linear time for many %s', (_, make) => {
    // Eight times as many take 64 times as long in quadratic time.
    const [few, others] = [cpuTime(make(1500)), cpuTime(make(12_000))];
    expect(others).toBeLessThan(Math.max(few, 10) * 30);
  });
});
