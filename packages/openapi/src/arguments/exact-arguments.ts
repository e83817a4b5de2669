import { type ErrorObject } from 'ajv';
import { argumentName, InvalidArgumentsError } from '../document/errors.js';
import { hasExactNumber } from '../document/exact-json.js';
import {
  type JsonObject,
  type JsonValue,
  isContainer,
  isObject,
  mapMembers,
  pointerTo,
  valueAt,
} from '../document/json.js';
import {
  ExactNumber,
  isComparable,
  isInteger,
  MAX_NUMBER_CHARACTERS,
  MAX_NUMBER_EXPONENT,
  nearestNumber,
} from '../numbers/exact-number.js';

/**
 * Lets a validator of JavaScript numbers check arguments with exact numbers: it checks a copy with other numbers in their places, and its
 * keywords look up the originals.
 */
export class ExactArguments {
  /** The originals of the copied objects and arrays, while arguments with exact numbers are checked. */
  #originals: Map<unknown, JsonValue> | undefined;

  /** Returns arguments without exact numbers, after an earlier check that may have been interrupted. */
  reset(args: JsonObject): JsonObject {
    this.#originals = undefined;
    return args;
  }

  /**
   * Returns what the validator checks: the arguments themselves if they have no exact numbers.
   *
   * @throws {InvalidArgumentsError} a number is too long to be compared
   */
  substitute(args: JsonObject): JsonObject {
    if (!hasExactNumber(args)) return this.reset(args);
    this.#originals = new Map();
    return this.#copy(args, '') as JsonObject;
  }

  /** Whether arguments with exact numbers are checked. */
  get isActive(): boolean {
    return this.#originals !== undefined;
  }

  /** Returns the original of a value that a keyword checks. @param owner the object or array that contains it */
  originalOf(value: JsonValue, owner: unknown, key: string | number): JsonValue {
    if (this.#originals === undefined) return value;
    if (isContainer(value)) return this.#originals.get(value) ?? value;
    const original = this.#originals.get(owner);
    return isContainer(original) ? ((original as JsonObject)[key] ?? value) : value;
  }

  /** Puts the originals into errors, and forgets them. */
  finish(args: JsonObject, errors: readonly ErrorObject[] = []): void {
    const originals = this.#originals;
    this.#originals = undefined;
    if (originals === undefined) return;
    for (const error of errors) {
      const original = typeof error.data === 'number' ? valueAt(args, error.instancePath) : originals.get(error.data);
      if (original !== undefined) error.data = original;
    }
  }

  #copy(value: JsonValue, pointer: string): JsonValue {
    if (value instanceof ExactNumber) return substituteOf(value, pointer);
    if (!isContainer(value)) return value;
    const copy = isObject(value)
      ? mapMembers(value, (item, key) => this.#copy(item, pointerTo(pointer, key)))
      : value.map((item, index) => this.#copy(item, pointerTo(pointer, index)));
    this.#originals?.set(copy, value);
    return copy;
  }
}

/** Returns the nearest JavaScript number that is an integer if and only if the exact number is one. */
function substituteOf(value: ExactNumber, pointer: string): number {
  if (!isComparable(value)) {
    const limits = `at most ${MAX_NUMBER_CHARACTERS} characters and exponents from -${MAX_NUMBER_EXPONENT} to ${MAX_NUMBER_EXPONENT}`;
    throw new InvalidArgumentsError([
      {
        pointer,
        message: `${argumentName(pointer)} has too many digits or too large an exponent; send numbers with ${limits}`,
      },
    ]);
  }
  const nearest = nearestNumber(value);
  return Number.isInteger(nearest) && !isInteger(value) ? 0.5 : nearest;
}
