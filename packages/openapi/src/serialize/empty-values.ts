import { type ArgumentFinding, argumentName } from '../document/errors.js';
import { type JsonValue } from '../document/json.js';
import { type Parameter } from '../operations/parameters.js';
import { invalidArgument } from './encode.js';

/** Receives a notice for each value that a request leaves out. */
export type Notices = ArgumentFinding[];

/**
 * Leaves out an empty list or object with a notice.
 *
 * @throws {InvalidArgumentsError} the parameter rejects it: the request would mean something else without it
 */
export function omitEmpty({ required, ifEmpty }: OmittedParameter, pointer: string, notices: Notices): void {
  if (ifEmpty !== 'reject') {
    notices.push({ pointer, message: `${argumentName(pointer)} was left out, because it is empty` });
    return;
  }
  const reason = required
    ? 'must not be empty, because it is required and an empty list or object cannot be sent'
    : 'must not be empty, because the request would be sent without it; leave it out if that is intended';
  throw invalidArgument(pointer, reason);
}

/** Leaves out an empty list or object of a form with a notice. A form cannot express it, and servers take a missing field for an empty one. */
export function omitEmptyField(pointer: string, notices: Notices): void {
  omitEmpty({ required: false, ifEmpty: 'omit' }, pointer, notices);
}

/**
 * Returns whether an argument is left out of the request: it is not given, or null.
 *
 * @throws {InvalidArgumentsError} a required parameter is null, which only JSON can express
 */
export function isOmitted(
  { required, content }: OmittedParameter & Pick<Parameter, 'content'>,
  value: JsonValue | undefined,
  pointer: string,
): value is null | undefined {
  if (value !== null) return value === undefined;
  if (!required) return true;
  if (content === 'json') return false;
  throw invalidArgument(pointer, 'must not be null, because it is required and null cannot be sent');
}

type OmittedParameter = Pick<Parameter, 'required' | 'ifEmpty'>;
