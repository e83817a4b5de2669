import { validateSync, type ValidationError } from 'class-validator';
import { InvalidRequestError } from '../errors/countersign-error.js';
import type { FieldError } from '../errors/problems.js';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';

type Constructor<T extends object> = new () => T;

/**
 * Validates a request body against a class whose properties carry class-validator's decorators.
 *
 * Values below the first level are not copied: a body may hold an OpenAPI document of many megabytes, or arguments that are nested
 * deeper than a recursive copy can go.
 *
 * @param at JSON pointer of `input` within the body
 * @throws {InvalidRequestError} with a pointer for every missing, invalid or unknown field
 */
export function validateInput<T extends object>(type: Constructor<T>, input: unknown, at = ''): T {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw InvalidRequestError.at(at, 'must be a JSON object');
  }
  // Own properties such as `constructor` would hide the instance's class from the validator.
  const inherited = Object.keys(input).find((name) => name in Object.prototype);
  if (inherited !== undefined) throw InvalidRequestError.at(`${at}/${inherited}`, unknownField(inherited));
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

/** Converts a validation error and those of its children to field errors. @param at JSON pointer of the validateInput object */
export function fieldErrors(error: ValidationError, at = ''): FieldError[] {
  const pointer = `${at}/${escapePointer(nameOf(error))}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message: messageOf(rule, message, error),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

/** Returns the field's name. An unknown name may be a key that was pasted by mistake, and clients log problems. */
function nameOf({ property, constraints }: ValidationError): string {
  return constraints?.['whitelistValidation'] ? redactLikelySecrets(property) : property;
}

function messageOf(rule: string, message: string, error: ValidationError): string {
  const { property, value } = error;
  if (rule === 'whitelistValidation') return unknownField(nameOf(error));
  return value === undefined ? `${property} is missing` : message;
}

function unknownField(name: string): string {
  return `unknown field ${name}`;
}

/** Escapes one reference token of a JSON pointer (RFC 6901, section 3). */
export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
