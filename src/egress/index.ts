export { EgressModule } from './egress.module.js';
export { Egress, type EgressOptions, type EgressRequest } from './egress.js';
export {
  EgressAbortedError,
  EgressDeniedError,
  EgressError,
  type EgressErrorCode,
  EgressInvalidResponseError,
  EgressTimeoutError,
  EgressTooLargeError,
  EgressUnreachableError,
} from './errors/egress-error.js';
export type { ResponseHead, ResponseLimit } from './exchange/body-limit.js';
export type { EgressResponse } from './exchange/exchange.js';
export { BufferMemory, MEMORY_PER_BYTE } from './memory/buffer-memory.js';
export type { BudgetReservation, CallReservation } from './memory/call-reservation.js';
export { EgressAllowList } from './policy/allow-list.js';
export { redirectLocation } from './redirects.js';
