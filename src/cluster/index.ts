export { ClusterModule } from './cluster.module.js';
export { Cluster } from './cluster.js';
export { FreshCache } from './fresh-cache.js';
export { TenantCache } from './tenant-cache.js';
