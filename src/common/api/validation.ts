import { validateSync, type ValidationError } from 'class-validator';
import { InvalidRequestError } from '../errors/errors.js';
import { withoutLikelySecrets } from '../redaction/likely-secrets.js';
import type { FieldError } from '../errors/problems.js';

type Constructor<T extends object> = new () => T;

/**
 * Checks a request body against a class whose properties carry class-validator's decorators.
 *
 * The instance is made without copying what is below the first level: a body may hold an OpenAPI document of many
 * megabytes, or arguments nested deeper than a recursive copy survives.
 *
 * @param at JSON pointer of `input` within the body
 * @throws {InvalidRequestError} with a pointer for every missing, wrong or unknown field
 */
export function validated<T extends object>(type: Constructor<T>, input: unknown, at = ''): T {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw InvalidRequestError.at(at, 'a JSON object is needed here');
  }
  // `constructor` and its like would hide the instance's class from the validator.
  const inherited = Object.keys(input).find((name) => name in Object.prototype);
  if (inherited !== undefined) throw InvalidRequestError.at(`${at}/${inherited}`, `there is no field ${inherited}`);
  const instance = Object.assign(new type(), input);
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
  });
  if (errors.length > 0) throw new InvalidRequestError(errors.flatMap((error) => fieldErrors(error, at)));
  return instance;
}

export function fieldErrors(error: ValidationError, at = ''): FieldError[] {
  const pointer = `${at}/${escapePointer(nameOf(error))}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message: plainly(rule, message, error),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

/** What stands where only names of fields do may be a key that was pasted there; problems are logged by those who get them. */
function nameOf({ property, constraints }: ValidationError): string {
  return constraints?.['whitelistValidation'] ? withoutLikelySecrets(property) : property;
}

function plainly(rule: string, message: string, error: ValidationError): string {
  const { property, value } = error;
  if (rule === 'whitelistValidation') return `there is no field ${nameOf(error)}`;
  return value === undefined ? `${property} is missing` : message;
}

/** One reference token of a JSON pointer (RFC 6901, section 3). */
export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
