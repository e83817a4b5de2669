import type { JsonObject } from '@countersign/openapi';
import type { PolicyFields } from '../store/operation-policy.entity.js';
import { withFixedArguments } from './fixed-arguments.js';
import type { FixedValue } from './operation-policy.js';
import { toFixedValue } from './policy-rows.js';

/** The part of a policy that has to fit the document. */
export interface PolicyCheck {
  operationId: string;
  /** The constants, as arguments of a call. */
  constants: JsonObject;
  /** JSON pointers of the constants. */
  constantPointers: readonly string[];
  /** JSON pointers of the arguments that are values of the call. */
  otherPointers: readonly string[];
}

export function policyCheck(operationId: string, { fixed_arguments = {} }: PolicyFields): PolicyCheck {
  const all = Object.entries(fixed_arguments).map(([at, value]): [string, FixedValue] => [at, toFixedValue(value)]);
  const constants = all.filter(([, value]) => 'constant' in value);
  return {
    operationId,
    constants: withFixedArguments({}, Object.fromEntries(constants), {}),
    constantPointers: constants.map(([pointer]) => pointer),
    otherPointers: all.filter(([, value]) => 'from' in value).map(([pointer]) => pointer),
  };
}

/** Returns a pointer that leads into another, if there is one. */
export function overlappingPointer(pointers: readonly string[]): string | undefined {
  const known = new Set(pointers);
  return pointers.find((pointer) => {
    const parts = pointer.split('/');
    return parts.some((_, index) => index > 1 && known.has(parts.slice(0, index).join('/')));
  });
}
