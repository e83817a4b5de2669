export { LimitsModule } from './limits.module.js';
export { Limits, RateLimitedError } from './limits.js';
export { networkOf } from './network.js';
export { applyLimit } from './rate-limit-headers.js';
