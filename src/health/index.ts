export { atMostEvery } from './at-most-every.js';
export { HealthController } from './health.controller.js';
export { Readiness, type Probe } from './readiness.js';
