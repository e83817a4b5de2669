import { findDuplicateKeys, type JsonValue, withExactNumbers } from '@countersign/openapi';
import { parse } from 'secure-json-parse';
import { CountersignError, InvalidRequestError } from '../errors/countersign-error.js';
import { shapeProblem, type ShapeLimits } from './json-shape.js';

/**
 * Parses JSON that comes from a client.
 *
 * @throws {SyntaxError} the text is not JSON, or has a key such as `__proto__`
 */
export function parseSafely(text: string): JsonValue {
  return parse(text, { protoAction: 'error', constructorAction: 'error' }) as JsonValue;
}

/**
 * Rejects duplicate keys: what a user confirms or a filter checks must be what is used (RFC 8259, section 4).
 *
 * @param parsed the value of the text
 * @throws {InvalidRequestError} with a pointer for each duplicate
 */
export function rejectDuplicateKeys(text: string, parsed: JsonValue): void {
  const errors = findDuplicateKeys(text, parsed).map(({ pointer }) => ({ pointer, message: 'the key is duplicated' }));
  if (errors.length > 0) throw new InvalidRequestError(errors);
}

/** Rejects JSON that takes long to parse, which no valid request contains. */
export function checkShape(bytes: Buffer, limits: ShapeLimits): void {
  const problem = shapeProblem(bytes, limits);
  if (problem === undefined) return;
  if (problem === 'levels')
    throw InvalidRequestError.at('', `JSON must not be nested deeper than ${limits.levels} levels`);
  throw new CountersignError('request_too_large', `the JSON has more than ${limits.values} values`);
}

/** The levels of a JSON text within a request. Arguments may have 100. */
const MAX_LEVELS = 500;

/**
 * Parses JSON within a JSON string, as the arguments of a tool call are. Numbers keep their digits.
 *
 * @param maxValues the most members of objects and items of lists
 * @throws {SyntaxError} the text is not JSON
 * @throws {CountersignError} `invalid_request`: duplicate keys, too many levels; `request_too_large`: too many values
 */
export function parseExactly(text: string, maxValues: number): JsonValue {
  checkShape(Buffer.from(text), { levels: MAX_LEVELS, values: maxValues });
  const parsed = parseSafely(text);
  rejectDuplicateKeys(text, parsed);
  return withExactNumbers(text, parsed);
}
