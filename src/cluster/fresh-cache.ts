import type { Cluster, Topic } from './cluster.js';
import { LoadingCache } from './loading-cache.js';

/** The longest that a change made on another replica stays unseen without Redis; the contract says five seconds. */
const FRESH_MS = 4000;

/** Remembers what was read from the database for a few seconds, and forgets it the moment a change is announced. */
export class FreshCache<V extends object> extends LoadingCache<V> {
  constructor(cluster: Cluster, topics: Topic[], max: number) {
    super({ max, ttl: FRESH_MS });
    for (const topic of topics) cluster.on(topic, (id) => this.forget(id));
  }
}
