import { randomBytes } from 'node:crypto';
import { compareDecimals, isWhole, parseDecimal } from './decimal.js';

/** Longer numbers cannot be compared: no API has them, and arithmetic with them takes long. */
export const MAX_NUMBER_CHARACTERS = 1000;
/** The largest exponent, positive or negative, of a number that can be compared. */
export const MAX_NUMBER_EXPONENT = 999_999;

/** The state of {@link packJson}, which {@link ExactNumber.toJSON} takes part in. */
let isPacking = false;
let mark: string | undefined;

/**
 * A number with its digits, for numbers that a JavaScript number does not hold exactly, such as `9007199254740993`, `0.1234567890123456789` and
 * `1e400`.
 *
 * It does not survive `structuredClone`; see {@link packJson}.
 */
export class ExactNumber {
  /** @param literal a number in JSON's syntax (RFC 8259, section 6) */
  constructor(readonly literal: string) {}

  toString(): string {
    return this.literal;
  }

  /** Returns a string of the digits, so that `JSON.stringify` loses none. {@link stringifyExactly} writes a number instead. */
  toJSON(): string {
    if (!isPacking) return this.literal;
    mark ??= randomMark();
    return mark + this.literal;
  }
}

/** Returns a beginning for strings that stand for exact numbers, which no text can contain in advance. */
export function randomMark(): string {
  return randomBytes(12).toString('base64url');
}

/** Returns whether a JSON value is a number. */
export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** Returns whether a JSON value is a number without a fraction. */
export function isInteger(value: unknown): value is number | ExactNumber {
  return value instanceof ExactNumber ? isWhole(parseDecimal(value.literal)) : Number.isInteger(value);
}

/** Returns the number of a text in JSON's syntax, written with the same digits: a JavaScript number if `String` writes it like the text. */
export function numberOf(literal: string): number | ExactNumber {
  return String(Number(literal)) === literal ? Number(literal) : new ExactNumber(literal);
}

/** Returns a negative number, zero or a positive number if the first number is less than, equal to or greater than the other. */
export function compareNumbers(one: number | ExactNumber, other: number | ExactNumber): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return compareDecimals(parseDecimal(String(one)), parseDecimal(String(other)));
}

/** Returns whether a number is small enough to be compared with others in little time. */
export function isComparable({ literal }: ExactNumber): boolean {
  return literal.length <= MAX_NUMBER_CHARACTERS && Math.abs(parseDecimal(literal).exponent) <= MAX_NUMBER_EXPONENT;
}

/** Returns the nearest finite JavaScript number. */
export function nearestNumber({ literal }: ExactNumber): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number(literal), Number.MAX_VALUE));
}

/** A JSON value as plain data, which survives `structuredClone`. */
export interface PackedJson {
  readonly json: string;
  /** the beginning of each string that stands for an exact number; `undefined` if there are none */
  readonly mark: string | undefined;
}

/** Serializes a JSON value with its exact numbers, to be restored by `unpackJson`. Costs no more than `JSON.stringify` if there are none. */
export function packJson(value: unknown): PackedJson {
  isPacking = true;
  mark = undefined;
  try {
    return { json: JSON.stringify(value), mark };
  } finally {
    isPacking = false;
  }
}

/** Serializes a JSON value, with exact numbers as numbers. Costs no more than `JSON.stringify` if there are none. */
export function stringifyExactly(value: unknown): string {
  const { json, mark: used } = packJson(value);
  return used === undefined ? json : json.replaceAll(new RegExp(`"${used}([^"]*)"`, 'g'), '$1');
}
