import { readCodings } from './body.js';
import type { Cap, HeldBody } from './cap.js';

/** A body of no more than this is not counted, and waits for nobody. */
const FREE_BYTES = 1_048_576;
/** How far ahead of what has come a body asks for room. */
const STEP_BYTES = 1_048_576;

/**
 * Asks for room for one body in steps, as it grows.
 *
 * What counts is the body as the caller gets it. Of one that comes compressed, what has come is held as it is, and only until it has been
 * decompressed.
 */
export class Room {
  /** Bytes of the body as it comes that room has been asked for. */
  #asked = FREE_BYTES;
  /** Bytes of memory that room has been asked for while it is decompressed. */
  #askedDecoded = 0;
  /** Of the body as it comes, where its head says so. */
  readonly #length: number | undefined;
  readonly #isCoded: boolean;

  constructor(
    private readonly held: HeldBody,
    private readonly cap: Cap,
    headers: Readonly<Record<string, string>>,
  ) {
    const length = headers['content-length'];
    this.#length = length === undefined ? undefined : Number(length);
    this.#isCoded = readCodings(headers['content-encoding']).length > 0;
  }

  /** @param size of what has come. @returns a promise where there is no room for it yet */
  grow(size: number): Promise<void> | undefined {
    if (size <= this.#asked) return undefined;
    this.#asked = this.#ahead(size, this.#length);
    return this.held.grow(this.#isCoded ? this.#asked : this.cap.heldFor(this.#asked), this.#claim);
  }

  /** @param output decompressed so far. @param input bytes that are held beside it. @returns as {@link grow} */
  readonly growDecoded = (output: number, input: number): Promise<void> | undefined => {
    if (output <= FREE_BYTES || input + this.cap.heldFor(output) <= this.#askedDecoded) return undefined;
    this.#askedDecoded = input + this.cap.heldFor(this.#ahead(output));
    return this.held.grow(this.#askedDecoded, this.#claim);
  };

  /** @param size of the whole body, decompressed */
  keep(size: number): void {
    this.held.keep(size <= FREE_BYTES ? 0 : this.cap.heldFor(size));
  }

  /** No further than the body can come. */
  #ahead(size: number, length = this.cap.most): number {
    const most = Math.min(length, this.cap.most);
    return Math.max(size, Math.min(Math.ceil(size / STEP_BYTES) * STEP_BYTES, most));
  }

  get #claim(): number {
    if (!this.#isCoded) return this.cap.claim(this.#length);
    return Math.min(this.#length ?? this.cap.most, this.cap.most) + this.cap.claim(undefined);
  }
}
