export { EgressAllowList } from './allow-list.js';
export type { HeldBody, Holding, ResponseHead, ResponseLimit } from './cap.js';
export { EgressModule } from './egress.module.js';
export { Egress, type EgressOptions, type EgressRequest } from './egress.js';
export type { EgressResponse } from './exchange.js';
export {
  EgressAbortedError,
  EgressDeniedError,
  EgressError,
  type EgressErrorCode,
  EgressInvalidResponseError,
  EgressTimeoutError,
  EgressTooLargeError,
  EgressUnreachableError,
} from './errors.js';
