/** The memory that one call has reserved for bodies, shared by all requests of the call. */
export interface MemoryReservation {
  /** Starts to count one body. @param host the host that sends the body, with its port */
  open(host: string): BodyMemory;
  /** Whether other calls may be waiting for memory of this call: its requests need no slot at a host then. */
  readonly isHolding: boolean;
  /** Calls back once, when the call gets memory. @returns removes the callback */
  onGranted(callback: () => void): () => void;
}

/** The memory reserved for one body, in bytes of memory. */
export interface BodyMemory {
  /**
   * Requests memory for a growing body, one request at a time.
   *
   * @param bytes of memory for the whole body so far
   * @param claim the most memory that the body may need, including everything that the call may read because of it
   * @returns a promise if no memory is free: nothing is read until it resolves. It rejects with an `EgressAbortedError` if the body is released
   *   first
   */
  grow(bytes: number, claim: number): Promise<void> | undefined;
  /** Returns what the complete body does not need. */
  shrink(bytes: number): void;
  /** Returns all memory of a body that is not used, and cancels its wait. */
  release(): void;
}
