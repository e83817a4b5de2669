/** A decimal number: `digits` × 10^`exponent`. The digits have no zeros at either end; those of zero are empty. */
export interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** A number as JSON (RFC 8259, section 6) and `String(number)` write it. */
const LITERAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A positive integer that JavaScript writes without an exponent. */
const SHORT_INTEGER = /^[1-9]\d{0,20}$/;
const ZERO: Decimal = { isNegative: false, digits: '', exponent: 0 };
const ZERO_CODE = 0x30;

/** Returns whether a text is a number in JSON's syntax (RFC 8259, section 6). */
export function isJsonNumber(text: string): boolean {
  return JSON_NUMBER.test(text);
}

/** Parses a finite number as JSON or JavaScript writes it. */
export function parseDecimal(literal: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = LITERAL.exec(literal) ?? [];
  const all = whole + fraction;
  let [start, end] = [0, all.length];
  while (start < end && all.charCodeAt(start) === ZERO_CODE) start += 1;
  while (end > start && all.charCodeAt(end - 1) === ZERO_CODE) end -= 1;
  if (start === end) return ZERO;
  const digits = all.slice(start, end);
  return { isNegative: sign === '-', digits, exponent: Number(exponent) - fraction.length + all.length - end };
}

/**
 * Returns whether a JavaScript number holds a number exactly: the number is the shortest decimal of its nearest double, which is what
 * `String(number)` and `JSON.stringify` write. `0.1` and `1.0` are exact; `9007199254740993` and `1e400` are not.
 */
export function isExact(literal: string): boolean {
  const nearest = Number(literal);
  if (!Number.isFinite(nearest)) return false;
  const written = String(nearest);
  // Two integers of so few digits are written in one way.
  if (written === literal || SHORT_INTEGER.test(literal)) return written === literal;
  return compareDecimals(parseDecimal(literal), parseDecimal(written)) === 0;
}

/** Returns a negative number, zero or a positive number if the first decimal is less than, equal to or greater than the other. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const [sign, otherSign] = [signOf(one), signOf(other)];
  if (sign !== otherSign || sign === 0) return sign - otherSign;
  return sign === 1 ? compareMagnitudes(one, other) : compareMagnitudes(other, one);
}

function signOf({ digits, isNegative }: Decimal): number {
  if (digits === '') return 0;
  return isNegative ? -1 : 1;
}

function compareMagnitudes(one: Decimal, other: Decimal): number {
  const [length, otherLength] = [one.exponent + one.digits.length, other.exponent + other.digits.length];
  if (length !== otherLength) return length < otherLength ? -1 : 1;
  if (one.digits === other.digits) return 0;
  return one.digits < other.digits ? -1 : 1;
}

/** Returns whether a decimal has no fraction. */
export function isWhole({ exponent }: Decimal): boolean {
  return exponent >= 0;
}

/**
 * Returns whether a decimal is a multiple of another. It never writes out 10^exponent, which may have a million digits.
 *
 * @param divisor not zero
 */
export function isMultiple(decimal: Decimal, divisor: Decimal): boolean {
  if (decimal.digits === '') return true;
  const exponent = decimal.exponent - divisor.exponent;
  // The digits do not end with a zero, so they are no multiple of a power of ten.
  if (exponent < 0) return false;
  const modulus = BigInt(divisor.digits);
  return (BigInt(decimal.digits) * powerOfTen(exponent, modulus)) % modulus === 0n;
}

/** Returns 10^exponent modulo a number, by squaring. */
function powerOfTen(exponent: number, modulus: bigint): bigint {
  let [power, base] = [1n % modulus, 10n % modulus];
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = (power * base) % modulus;
    base = (base * base) % modulus;
  }
  return power;
}

/** Writes a number so that equal numbers have equal texts: as JavaScript does if it holds the number exactly. */
export function canonicalNumber(literal: string): string {
  if (isExact(literal)) return JSON.stringify(Number(literal));
  const { isNegative, digits, exponent } = parseDecimal(literal);
  return `${isNegative ? '-' : ''}${digits}e${exponent}`;
}
