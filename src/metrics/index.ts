export { MetricsListener } from './metrics-listener.js';
export { MetricsModule } from './metrics.module.js';
export { Metrics } from './metrics.js';
