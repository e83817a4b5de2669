import type { CallReservation } from '../egress/index.js';

/** The limits of one call, which hold for everything that it fetches. */
export interface CallLimits {
  /** Milliseconds since the epoch. */
  deadline: number;
  /** Aborted when the caller disconnects. */
  signal?: AbortSignal;
  /** The memory that the call holds for bodies. */
  memory: CallReservation;
  /** The caller's key is an admin key: errors may describe the egress policy. */
  isAdmin?: boolean;
}
