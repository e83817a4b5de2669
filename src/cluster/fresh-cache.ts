import type { Cluster, Topic } from './cluster.js';
import { LoadingCache } from './loading-cache.js';

/** Maximum delay until a change on another replica is seen without Redis. The documented limit is five seconds. */
export const MAX_STALENESS_MS = 4000;

/** Caches values from the database for a few seconds, and invalidates them as soon as a change is published. */
export class FreshCache<V extends object> extends LoadingCache<V> {
  constructor(cluster: Cluster, topics: Topic[], max: number) {
    super({ max, ttl: MAX_STALENESS_MS });
    for (const topic of topics) cluster.on(topic, (id) => this.invalidate(id));
    cluster.onMissed(() => this.clear());
  }
}
