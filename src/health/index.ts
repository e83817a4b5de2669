export { atMostEvery } from './at-most-every.js';
export { Drain } from './drain.js';
export { HealthController } from './health.controller.js';
export { SharedClock } from './shared-clock.js';
export { Readiness, type Probe } from './readiness.js';
