export { ClusterModule } from './cluster.module.js';
export { Cluster } from './cluster.js';
export { FreshCache, MAX_STALENESS_MS } from './fresh-cache.js';
export { TenantCache } from './tenant-cache.js';
