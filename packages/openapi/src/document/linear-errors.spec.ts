import { expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { withLinearErrors } from './linear-errors.js';
import { cpuTime } from '../testing/cpu-time.js';

it('replaces every copy of the list of errors in the code of Ajv, and keeps all errors', () => {
  const codes: string[] = [];
  const process = (code: string) => {
    codes.push(code, withLinearErrors(code));
    return withLinearErrors(code);
  };
  const validate = new Ajv2020({ allErrors: true, validateSchema: false, code: { process } }).compile({
    $defs: { item: { type: 'object', required: ['a'], properties: { next: { $ref: '#/$defs/item' } } } },
    type: 'array',
    items: { $ref: '#/$defs/item' },
  });
  const copies = codes.map((code) => code.split('.concat(').length - 1);
  expect(copies.filter((_, index) => index % 2 === 0)).toEqual([1, 1]);
  expect(copies.filter((_, index) => index % 2 === 1)).toEqual([0, 0]);
  expect(validate([{ next: {} }, { a: 1 }, {}])).toBe(false);
  expect(validate.errors?.map(({ instancePath }) => instancePath)).toEqual(['/0', '/0/next', '/2']);
});

it('takes linear time for code with long names', () => {
  const code = `"${'n'.repeat(100_000)}"`;
  expect(cpuTime(() => () => withLinearErrors(code), 100)).toBeLessThan(100);
});
