import type { ArgumentFinding } from '@countersign/openapi';
import { usesConnectionValue, withFixedArguments, type FixedArguments } from '../actions/index.js';
import type { Credential } from '../credentials/index.js';
import type { Call } from './call.js';

/**
 * Returns a call with the arguments that the policy of its operation fixes. The user confirms them with the others.
 *
 * @throws {CountersignError} `invalid_arguments`, `user_required`, `invalid_request`, `credential_unavailable`
 */
export function addFixedArguments(call: Call, { connectionValues }: Credential): Call {
  const { user, conversationId, fixedArguments = {} } = call;
  const values = { user, conversationId, connection: connectionValues };
  return { ...call, arguments: withFixedArguments(call.arguments, fixedArguments, values) };
}

/**
 * Replaces messages about fixed arguments, which quote their values and ask the caller for others: only the builder of the action can correct
 * them. Values of connections are also part of messages about the objects that contain them.
 */
export function hideFixedValues(findings: readonly ArgumentFinding[], fixed: FixedArguments): ArgumentFinding[] {
  const pointers = Object.keys(fixed);
  const hasConnectionValue = usesConnectionValue(fixed);
  return findings.map((finding) => {
    const { pointer } = finding;
    if (pointers.some((each) => isWithin(pointer, each))) {
      return {
        pointer,
        message: "the operation does not accept the value that its policy sets here; correct the action's policy",
      };
    }
    const containsFixed = hasConnectionValue && pointers.some((each) => isWithin(each, pointer));
    return containsFixed
      ? { pointer, message: 'does not match the schema, together with what the policy sets' }
      : finding;
  });
}

/** Leaves out notices about fixed arguments, which the caller has not sent. */
export function withoutFixed(notices: readonly ArgumentFinding[], fixed: FixedArguments): ArgumentFinding[] {
  const pointers = Object.keys(fixed);
  return notices.filter(({ pointer }) => !pointers.some((each) => isWithin(pointer, each)));
}

function isWithin(pointer: string, other: string): boolean {
  return `${pointer}/`.startsWith(`${other}/`);
}
