import type { DatabaseKind, World } from '../support/world.js';

/** A fault, and how long it lasts. The cluster is made whole afterwards. */
export interface Scenario {
  name: string;
  /** Duration of the fault if no other one is asked for. */
  seconds: number;
  /** The least with which the fault can show anything. */
  minSeconds?: number;
  database?: DatabaseKind;
  /** Whether continuous integration runs it. */
  isInCi?: boolean;
  /** Whether not even a documented 503 is allowed. */
  allowsNoFailure?: boolean;
  /** Whether a replica may not yet see what another one has just written. */
  allowsStaleReads?: boolean;
  /** Starts the replicas; by default all at once. */
  start?(world: World): Promise<void>;
  fault(world: World, durationMs: number): Promise<void>;
}
