import * as fc from 'fast-check';

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${maxLength}}$`));

/** Integers of up to 40 digits, decimals and exponents, as JSON writes them. */
export const numberLiteral = fc
  .record({
    sign: fc.constantFrom('', '-'),
    whole: digits(40).map((text) => text.replace(/^0+(?=\d)/, '')),
    fraction: fc.option(digits(25)),
    exponent: fc.option(
      fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits(3)).map((parts) => parts.join('')),
    ),
  })
  .map(({ sign, whole, fraction, exponent }) => {
    return `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent ?? ''}`;
  });
