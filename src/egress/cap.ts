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
}

/** For bodies that are large before they reach their cap: who reads may have to wait until there is room for more of such. */
export interface LargeBody {
  readonly beyondBytes: number;
  /** Asked once, when there is more than that, before decompression or after; nothing further is read until it resolves. */
  readonly admit: () => Promise<void>;
}

/** The cap on one body: before it is decompressed, and after. */
export class Cap {
  #bytes: number;
  #raise: ResponseLimit['raise'];

  constructor({ bytes, raise }: ResponseLimit) {
    this.#bytes = bytes;
    this.#raise = raise;
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

  #decide(beginning: Buffer): void {
    if (this.#raise?.when(beginning) === true) this.#bytes = this.most;
    this.#raise = undefined;
  }
}
