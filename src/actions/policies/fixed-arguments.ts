import { isObject, member, pointerTo, pointerTokens, type JsonObject, type JsonValue } from '@countersign/openapi';
import { CountersignError, InvalidRequestError } from '../../common/index.js';
import type { FixedArguments, FixedValueSource } from './operation-policy.js';

/** The values of a call that arguments can be fixed to. */
export interface CallValues {
  user?: string;
  conversationId?: string;
  /** The values of the user's connection by name. */
  connection?: Readonly<Record<string, string>>;
}

/**
 * Adds the fixed arguments of an operation to those of its caller.
 *
 * @throws {CountersignError} `invalid_arguments`: the caller has sent one of them; `user_required`, `invalid_request`: the call has no `user` or
 *   `conversation_id`; `credential_unavailable`: the user's connection has no such value
 */
export function withFixedArguments(args: JsonObject, fixed: FixedArguments, values: CallValues): JsonObject {
  let merged = args;
  for (const [pointer, value] of Object.entries(fixed)) {
    const fixedTo = 'constant' in value ? value.constant : valueFrom(value.from, values);
    merged = withMember(merged, pointerTokens(pointer), fixedTo, '/arguments');
  }
  return merged;
}

function withMember(owner: JsonObject, [name = '', ...inner]: string[], value: JsonValue, at: string): JsonObject {
  const place = pointerTo(at, name);
  const own = member(owner, name);
  if (inner.length === 0) {
    if (own !== undefined) throw invalidArgument(place, 'is set by the policy of the operation; leave it out');
    return { ...owner, [name]: value };
  }
  // Models send null for what they leave out.
  if (own !== undefined && own !== null && !isObject(own)) throw invalidArgument(place, 'must be an object');
  return { ...owner, [name]: withMember(isObject(own) ? own : {}, inner, value, place) };
}

function invalidArgument(pointer: string, problem: string): CountersignError {
  const name = pointerTokens(pointer).slice(1).join('.');
  const message = `\`${name}\` ${problem}`;
  return new CountersignError('invalid_arguments', message, [{ pointer, message }]);
}

function valueFrom(source: FixedValueSource, { user, conversationId, connection }: CallValues): string {
  if (source === 'user') {
    if (user !== undefined) return user;
    const message = "this operation requires an end user; send the user's id";
    throw new CountersignError('user_required', message, [{ pointer: '/user', message: 'user is required' }]);
  }
  if (source === 'conversation_id') {
    if (conversationId !== undefined) return conversationId;
    throw InvalidRequestError.at('/conversation_id', 'conversation_id is required for this operation');
  }
  const wanted = connectionValueName(source);
  const [, value] = Object.entries(connection ?? {}).find(([name]) => name.toLowerCase() === wanted) ?? [];
  if (value !== undefined) return value;
  throw new CountersignError(
    'credential_unavailable',
    `the connection has no value "${wanted}", which the policy of the operation needs; the user has to sign in again`,
  );
}

/** Returns the name in `connection.<name>` in lower case, as connection values are compared. @returns `''` for other sources */
export function connectionValueName(source: string): string {
  return source.startsWith('connection.') ? source.slice('connection.'.length).toLowerCase() : '';
}

/** Returns whether fixed arguments include a value of the user's connection. */
export function usesConnectionValue(fixed: FixedArguments): boolean {
  return Object.values(fixed).some((value) => 'from' in value && connectionValueName(value.from) !== '');
}
