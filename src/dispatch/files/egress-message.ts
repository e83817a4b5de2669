import { EgressDeniedError, type EgressError } from '../../egress/index.js';

/**
 * Returns an egress error's message for the caller. Only admins learn what kind of address was blocked and which setting allows it: to a runtime
 * key that would describe the operator's network.
 */
export function egressMessage(error: EgressError, isAdmin = false): string {
  return error instanceof EgressDeniedError && !isAdmin
    ? 'the egress policy does not allow this address'
    : error.message;
}
