import { type ErrorObject } from 'ajv';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidArgumentsError, quote } from '../document/errors.js';
import { type JsonObject } from '../document/json.js';
import { compileArgumentsCheck } from './check-arguments.js';
import { explainErrors } from './explain-errors.js';
import { cpuTime } from '../testing/cpu-time.js';

const error = (keyword: string, instancePath: string, more: Partial<ErrorObject> = {}): ErrorObject => ({
  keyword,
  instancePath,
  schemaPath: '',
  params: {},
  ...more,
});

describe('explainErrors', () => {
  it('takes bounded time for a million errors of alternatives', () => {
    const errors = Array.from({ length: 500_000 }, (_, index) => [
      error('type', `/${index}`, { params: { type: 'string' }, data: 1 }),
      error('anyOf', `/${index}`, { data: 1 }),
    ]).flat();
    expect(cpuTime(() => () => explainErrors(errors), 300)).toBeLessThan(300);
    expect(explainErrors(errors)).toHaveLength(20);
  });

  it('lists the values of an enum once for all errors', () => {
    const allowedValues = Array.from({ length: 50 }, (_, index) => 'x'.repeat(100_000) + String(index));
    const errors = Array.from({ length: 2000 }, () => error('enum', '/a', { params: { allowedValues }, data: 1 }));
    expect(cpuTime(() => () => explainErrors(errors), 300)).toBeLessThan(300);
  });

  it('names what another property requires', () => {
    const check = compileArgumentsCheck({ type: 'object', dependentRequired: { a: ['b', 'c'] } });
    const findings = (args: JsonObject) => {
      try {
        return check(args, true).notices;
      } catch (thrown) {
        return (thrown as InvalidArgumentsError).findings;
      }
    };
    expect(findings({ a: 1, c: 2 })).toEqual([{ pointer: '/b', message: '`b` is required' }]);
    expect(findings({ c: 2 })).toEqual([]);
  });
});

describe('quote', () => {
  it('is the beginning of the JSON of a value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(quote(value)).toBe(text.length > 60 ? `${text.slice(0, 57)}…` : text);
      }),
      { numRuns: 2000 },
    );
    expect(quote(undefined)).toBe('nothing');
  });

  it('reads only the beginning of a large value', () => {
    const large = { list: Array.from({ length: 1000 }, () => 'x'.repeat(10_000)) };
    const work = () => Array.from({ length: 2000 }, () => quote(large));
    expect(cpuTime(() => work, 300)).toBeLessThan(300);
  });
});
