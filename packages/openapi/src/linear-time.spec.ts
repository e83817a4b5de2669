import { describe, expect, it } from '@jest/globals';
import { readAndDescribe } from './describe.js';
import { type JsonObject } from './document/json.js';
import { cpuTime } from './testing/cpu-time.js';

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

describe('readAndDescribe', () => {
  it.each(CASES)('takes linear time for many %s', (_, make) => {
    // Eight times as many take 64 times as long in quadratic time.
    const limit =
      Math.max(
        cpuTime(() => make(1500), 0),
        10,
      ) * 30;
    expect(cpuTime(() => make(12_000), limit)).toBeLessThan(limit);
  });
});
