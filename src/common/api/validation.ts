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
 * @throws {InvalidRequestError} with a pointer for every missing, invalid or unknown field
 */
export function validateInput<T extends object>(type: Constructor<T>, input: unknown): T {
  const { value, errors } = checkInput(type, input);
  if (errors.length > 0) throw new InvalidRequestError(errors);
  return value;
}

/**
 * Checks a request body as {@link validateInput} does, and returns its errors, for callers that have more to check.
 *
 * @returns `value`, in which only the fields without an error have the types that the class declares
 * @throws {InvalidRequestError} `input` is not an object
 */
export function checkInput<T extends object>(type: Constructor<T>, input: unknown): { value: T; errors: FieldError[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw InvalidRequestError.at('', 'must be a JSON object');
  }
  // Own properties such as `constructor` would hide the instance's class from the validator.
  const isInherited = (name: string) => name in Object.prototype;
  const fields = Object.entries(input).filter(([name]) => !isInherited(name));
  const value = Object.assign(new type(), Object.fromEntries(fields));
  const inherited = Object.keys(input).filter(isInherited);
  const errors = validateSync(value, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
  });
  return {
    value,
    errors: [
      ...inherited.map((name) => ({ pointer: `/${name}`, message: unknownField(name) })),
      ...errors.flatMap((error) => fieldErrors(error)),
    ],
  };
}

/** Converts a validation error and those of its children to field errors. @param at JSON pointer of the validated object */
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
  if (value === undefined) return `${property} is missing`;
  // The length is checked first, because other rules may take long for a long text.
  return /length/i.test(rule) && typeof value !== 'string' ? `${property} must be a string` : message;
}

function unknownField(name: string): string {
  return `unknown field ${name}`;
}

/** Escapes one reference token of a JSON pointer (RFC 6901, section 3). */
export function escapePointer(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
