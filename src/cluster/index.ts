export { ClusterModule } from './cluster.module.js';
export { Cluster, type Topic } from './cluster.js';
export { FreshCache } from './fresh-cache.js';
export { LoadingCache } from './loading-cache.js';
