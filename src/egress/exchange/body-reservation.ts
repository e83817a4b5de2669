import type { BodyLimit } from './body-limit.js';
import { readCodings } from './decompression.js';
import type { BodyMemory } from './memory-reservation.js';

/** Bodies up to this size are not counted and never wait. */
const UNCOUNTED_BYTES = 1_048_576;
/** Memory is requested in steps of this size, ahead of what has arrived. */
const STEP_BYTES = 1_048_576;

/**
 * Reserves memory for one body in steps, as the body grows.
 *
 * The decompressed body counts by `perByte` of its limit. The compressed bytes count as they are, until they have been decompressed.
 */
export class BodyReservation {
  /** The size of the body, as sent, that memory has been requested for. */
  #requestedSize = UNCOUNTED_BYTES;
  /** The memory that has been requested during decompression. */
  #requestedMemory = 0;
  /** The length that the head declares for the body as sent. */
  readonly #length: number | undefined;
  readonly #isCompressed: boolean;

  constructor(
    private readonly memory: BodyMemory,
    private readonly limit: BodyLimit,
    headers: Readonly<Record<string, string>>,
  ) {
    const length = headers['content-length'];
    this.#length = length === undefined ? undefined : Number(length);
    this.#isCompressed = readCodings(headers['content-encoding']).length > 0;
  }

  /** @param size that has arrived. @returns a promise while no memory is free for it */
  grow(size: number): Promise<void> | undefined {
    if (size <= this.#requestedSize) return undefined;
    this.#requestedSize = this.#nextStep(size, this.#length);
    const bytes = this.#isCompressed ? this.#requestedSize : this.limit.memoryFor(this.#requestedSize);
    return this.memory.grow(bytes, this.#claim);
  }

  /** @param output decompressed so far. @param input bytes that are kept beside it. @returns as {@link grow} */
  readonly growDecompressed = (output: number, input: number): Promise<void> | undefined => {
    if (output <= UNCOUNTED_BYTES || input + this.limit.memoryFor(output) <= this.#requestedMemory) return undefined;
    this.#requestedMemory = input + this.limit.memoryFor(this.#nextStep(output));
    return this.memory.grow(this.#requestedMemory, this.#claim);
  };

  /** Returns what the body does not need. @param size of the complete, decompressed body */
  shrink(size: number): void {
    this.memory.shrink(size <= UNCOUNTED_BYTES ? 0 : this.limit.memoryFor(size));
  }

  /** Rounds up to a step, but not beyond the size that the body can have. */
  #nextStep(size: number, length = this.limit.max): number {
    const max = Math.min(length, this.limit.max);
    return Math.max(size, Math.min(Math.ceil(size / STEP_BYTES) * STEP_BYTES, max));
  }

  get #claim(): number {
    if (!this.#isCompressed) return this.limit.claim(this.#length);
    return Math.min(this.#length ?? this.limit.max, this.limit.max) + this.limit.claim(undefined);
  }
}
