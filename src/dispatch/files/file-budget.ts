import type { Settings } from '../../config/index.js';

export type FileLimits = Pick<Settings['call'], 'maxFileBytes' | 'maxTotalFileBytes'>;

/** A file before it is encoded for the caller or the upstream. */
export interface RawFile {
  readonly name: string;
  /** Without parameters. */
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A file is omitted from the outcome. The message says why, to the developer of the upstream. */
export class FileOmittedError extends Error {}

/** The bytes that all files of one call may have together. */
export class FileBudget {
  readonly #limits: FileLimits;
  #remaining: number;

  constructor(limits: FileLimits) {
    this.#limits = limits;
    this.#remaining = limits.maxTotalFileBytes;
  }

  /** The bytes that the next file may have. */
  get nextLimit(): number {
    return Math.min(this.#limits.maxFileBytes, this.#remaining);
  }

  /** Returns the most bytes that can be read for this many files; files that are fetched concurrently may exceed the budget together. */
  maxFor(files: number, concurrency: number): number {
    const { maxFileBytes } = this.#limits;
    return Math.min(files * maxFileBytes, this.#remaining + (concurrency - 1) * maxFileBytes);
  }

  /** @throws {FileOmittedError} the file is larger than the remaining budget */
  spend(bytes: number): void {
    if (bytes > this.nextLimit) throw this.exceededBy(bytes);
    this.#remaining -= bytes;
  }

  exceededBy(bytes: number): FileOmittedError {
    const { maxFileBytes, maxTotalFileBytes } = this.#limits;
    return bytes > maxFileBytes
      ? new FileOmittedError(`the file has more than ${maxFileBytes} bytes`)
      : new FileOmittedError(`the files have more than ${maxTotalFileBytes} bytes together`);
  }
}
