import { isObject } from '@countersign/openapi';
import { validateInput } from '../common/index.js';
import { CallDto, TEXT_LIMITS } from './call.dto.js';

const TEXTS: ReadonlyMap<string, number> = new Map(Object.entries(TEXT_LIMITS));

/** Text that every rule of `CallDto` allows. */
const PRINTABLE_ASCII = /^[ -~]+$/;

/**
 * Validates the body of a call.
 *
 * @throws {InvalidRequestError} with a pointer for every missing, invalid or unknown field
 */
export function readCall(body: unknown): CallDto {
  return isPlain(body) ? Object.assign(new CallDto(), body) : validateInput(CallDto, body);
}

/** Tells whether a body is surely valid. The decorators of `CallDto` decide about all others: reading them takes several times as long. */
function isPlain(body: unknown): body is CallDto {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'operation_id')) return false;
  for (const [name, value] of Object.entries(body)) if (!isPlainField(name, value)) return false;
  return true;
}

function isPlainField(name: string, value: unknown): boolean {
  if (name === 'arguments') return isObject(value);
  if (name === 'show_request') return typeof value === 'boolean';
  const limit = TEXTS.get(name);
  return limit !== undefined && typeof value === 'string' && value.length <= limit && PRINTABLE_ASCII.test(value);
}
