/** What is known of an answer before its body. */
export interface ResponseHead {
  readonly status: number;
  /** As in the answer itself: names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How many bytes of a body are read. */
export interface ResponseLimit {
  readonly bytes: number;
  /** For bodies of which only their beginning tells whether they are worth more. */
  readonly raise?: {
    readonly to: number;
    /** Asked once, when there is more than `bytes`, with about as much as that of the body, decompressed. */
    readonly when: (beginning: Buffer) => boolean;
  };
  /** Where it is counted what the call holds. */
  readonly held?: {
    /** What a byte of the body comes to in memory until the call is over. */
    readonly perByte: number;
    /** What the call may need after the body, in bytes of memory. */
    readonly after: number;
  };
}

/** What a call holds of bodies, its own count among all calls: who reads may have to wait until there is room. */
export interface Holding {
  /** @param host with its port: whose body it is */
  open(host: string): HeldBody;
  /** Whether it holds something that others may wait for: its requests wait for no place at a host then. */
  readonly isHolding: boolean;
  /** @param proceed called once, when it begins to. @returns stops waiting for that */
  whenHolding(proceed: () => void): () => void;
}

/** What is held of one body, in bytes of memory. */
export interface HeldBody {
  /**
   * Asks for room for more of it, one wish at a time.
   *
   * @param bytes what all of it comes to then
   * @param claim what it may come to at the most, with all that the call may read because of it
   * @returns a promise where there is no room yet: nothing further is read until it resolves. It rejects with an `EgressAbortedError` where
   *   the call ends first
   */
  grow(bytes: number, claim: number): Promise<void> | undefined;
  /** It is whole, and comes to no more than this. */
  keep(bytes: number): void;
  /** Nobody will look at it. */
  drop(): void;
}

/** The cap on one body: before it is decompressed, and after. */
export class Cap {
  #bytes: number;
  #raise: ResponseLimit['raise'];
  readonly #held: ResponseLimit['held'];

  constructor({ bytes, raise, held }: ResponseLimit) {
    this.#bytes = bytes;
    this.#raise = raise;
    this.#held = held;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The most that it can come to. */
  get most(): number {
    return Math.max(this.#bytes, this.#raise?.to ?? 0);
  }

  /**
   * Whether a body may have this many bytes; raises the cap where that makes room for them.
   *
   * @param beginning of the body, decompressed; not called where it makes no difference
   */
  admits(size: number, beginning: () => Buffer): boolean {
    if (size > this.#bytes && this.most > this.#bytes) this.#decide(beginning());
    return size <= this.#bytes;
  }

  /** @returns what so many bytes of the body come to in memory */
  heldFor(size: number): number {
    return size * (this.#held?.perByte ?? 1);
  }

  /** The most that the body comes to in memory, with what the call may need after it. @param length of the body, where it is known */
  claim(length: number | undefined): number {
    return this.heldFor(Math.min(length ?? this.most, this.most)) + (this.#held?.after ?? 0);
  }

  #decide(beginning: Buffer): void {
    if (this.#raise?.when(beginning) === true) this.#bytes = this.most;
    this.#raise = undefined;
  }
}
