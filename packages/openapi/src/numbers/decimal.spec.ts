import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { numberLiteral } from '../testing/number-literals.js';
import { canonicalNumber, compareDecimals, isExact, isMultiple, isWhole, parseDecimal } from './decimal.js';

/** Returns a number and its neighbor as integers of the same scale. */
function scaled(...literals: string[]): bigint[] {
  const decimals = literals.map(parseDecimal);
  const least = Math.min(...decimals.map(({ exponent }) => exponent));
  return decimals.map(({ isNegative, digits, exponent }) => {
    const magnitude = BigInt(digits === '' ? 0 : digits) * 10n ** BigInt(digits === '' ? 0 : exponent - least);
    return isNegative ? -magnitude : magnitude;
  });
}

describe('parseDecimal', () => {
  it.each<[string, boolean, string, number]>([
    ['0', false, '', 0],
    ['-0.000e5', false, '', 0],
    ['-120', true, '12', 1],
    ['19.990', false, '1999', -2],
    ['0.0012', false, '12', -4],
    ['1.5E+3', false, '15', 2],
    ['1e-400', false, '1', -400],
    ['1e+21', false, '1', 21],
  ])('reads %s', (literal, isNegative, digits, exponent) => {
    expect(parseDecimal(literal)).toEqual({ isNegative, digits, exponent });
  });
});

describe('isExact', () => {
  it.each(['0', '-0', '0.1', '1.0', '1.10', '1e5', '5e-324', '9007199254740992', '1e23', '0.30000000000000004'])(
    'is true for %s',
    (literal) => expect(isExact(literal)).toBe(true),
  );

  it.each(['9007199254740993', '0.1234567890123456789', '1e400', '-1e-400', '1915883588174806058', '1e309'])(
    'is false for %s',
    (literal) => expect(isExact(literal)).toBe(false),
  );

  it('is true for all numbers that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (number) => {
        expect(isExact(String(number))).toBe(true);
      }),
    );
  });
});

describe('compareDecimals', () => {
  it('orders numbers as integers of the same scale', () => {
    fc.assert(
      fc.property(numberLiteral, numberLiteral, (one, other) => {
        const [first = 0n, second = 0n] = scaled(one, other);
        const expected = first < second ? -1 : first > second ? 1 : 0;
        expect(Math.sign(compareDecimals(parseDecimal(one), parseDecimal(other)))).toBe(expected);
      }),
    );
  });
});

describe('isMultiple', () => {
  it('is true for every amount of cents', () => {
    const cent = parseDecimal('0.01');
    for (let cents = 0; cents <= 20_000; cents += 1) {
      expect([cents, isMultiple(parseDecimal(String(cents / 100)), cent)]).toEqual([cents, true]);
    }
  });

  it('agrees with the remainder of integers of the same scale', () => {
    const divisor = numberLiteral.filter((literal) => parseDecimal(literal).digits !== '');
    fc.assert(
      fc.property(numberLiteral, divisor, (literal, other) => {
        const [value = 0n, modulus = 1n] = scaled(literal, other);
        expect(isMultiple(parseDecimal(literal), parseDecimal(other))).toBe(value % modulus === 0n);
        const product = String(value * modulus);
        expect(isMultiple(parseDecimal(product), parseDecimal(String(modulus)))).toBe(true);
      }),
    );
  });

  it('does not write out a large exponent', () => {
    expect(isMultiple(parseDecimal('7e999999999'), parseDecimal('7'))).toBe(true);
    expect(isMultiple(parseDecimal('7e999999999'), parseDecimal('3'))).toBe(false);
    expect(isMultiple(parseDecimal('7'), parseDecimal('7e999999999'))).toBe(false);
  });
});

describe('isWhole', () => {
  it.each<[string, boolean]>([
    ['9007199254740993', true],
    ['9007199254740993.0', true],
    ['9007199254740993.5', false],
    ['15e-1', false],
    ['1.5e1', true],
    ['0', true],
  ])('of %s is %s', (literal, expected) => expect(isWhole(parseDecimal(literal))).toBe(expected));
});

describe('canonicalNumber', () => {
  it('is equal for equal numbers only', () => {
    fc.assert(
      fc.property(numberLiteral, numberLiteral, (one, other) => {
        const isEqual = compareDecimals(parseDecimal(one), parseDecimal(other)) === 0;
        expect(canonicalNumber(one) === canonicalNumber(other)).toBe(isEqual);
        expect(compareDecimals(parseDecimal(canonicalNumber(one)), parseDecimal(one))).toBe(0);
      }),
    );
    expect(canonicalNumber('1e400')).toBe(canonicalNumber('10.0E+399'));
  });
});
