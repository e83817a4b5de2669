import type { CallPolicy, OperationPolicy } from './operation-policy.js';

/** Returns what a call obeys once its request is built. @returns `undefined` if there is nothing */
export function callPolicyOf(
  { response, followRedirects }: OperationPolicy,
  isDisabledPath: CallPolicy['isDisabledPath'],
): CallPolicy | undefined {
  if (!response && !followRedirects) return undefined;
  return { ...(response && { response }), ...(followRedirects && { followRedirects }), isDisabledPath };
}
