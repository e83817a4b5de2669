/** The part of a response that arrives before its body. */
export interface ResponseHead {
  readonly status: number;
  /** As sent by the server; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The number of bytes of a body that are read. */
export interface ResponseLimit {
  readonly bytes: number;
  /** A higher limit for bodies that qualify by their beginning. */
  readonly raise?: {
    readonly to: number;
    /** Called once, when the body exceeds `bytes`, with about that much of the decompressed body. */
    readonly when: (beginning: Buffer) => boolean;
  };
  /** How the body counts towards the call's memory reservation. */
  readonly memory?: {
    /** Bytes of memory for each byte of the body, until the call ends. */
    readonly perByte: number;
    /** Bytes of memory that the call may need after the body. */
    readonly afterBody: number;
  };
  /** At the deadline, the exchange returns what has arrived of the body instead of failing. */
  readonly keepAtDeadline?: boolean;
  /** Called with each piece of the body as it arrives, possibly compressed. When it returns `true`, the rest is not read. */
  readonly isComplete?: (piece: Uint8Array) => boolean;
}

/** The limit of one body, before and after decompression. */
export class BodyLimit {
  #bytes: number;
  #raise: ResponseLimit['raise'];
  readonly #memory: ResponseLimit['memory'];
  /** As in {@link ResponseLimit}. */
  readonly keepAtDeadline: boolean;
  /** As in {@link ResponseLimit}. */
  readonly isComplete: ResponseLimit['isComplete'];

  constructor({ bytes, raise, memory, keepAtDeadline = false, isComplete }: ResponseLimit) {
    this.#bytes = bytes;
    this.#raise = raise;
    this.#memory = memory;
    this.keepAtDeadline = keepAtDeadline;
    this.isComplete = isComplete;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The highest value that {@link bytes} can be raised to. */
  get max(): number {
    return Math.max(this.#bytes, this.#raise?.to ?? 0);
  }

  /**
   * Returns whether a body may have this size. Raises the limit if the body qualifies.
   *
   * @param beginning returns the decompressed beginning; called only if it makes a difference
   */
  allows(size: number, beginning: () => Buffer): boolean {
    if (size > this.#bytes && this.max > this.#bytes) this.#decideOnRaise(beginning());
    return size <= this.#bytes;
  }

  /** Returns the memory that this much of the body takes. */
  memoryFor(size: number): number {
    return size * (this.#memory?.perByte ?? 1);
  }

  /** Returns the most memory that the body and what follows it can take. @param length of the body, if known */
  claim(length: number | undefined): number {
    return this.memoryFor(Math.min(length ?? this.max, this.max)) + (this.#memory?.afterBody ?? 0);
  }

  #decideOnRaise(beginning: Buffer): void {
    if (this.#raise?.when(beginning) === true) this.#bytes = this.max;
    this.#raise = undefined;
  }
}
