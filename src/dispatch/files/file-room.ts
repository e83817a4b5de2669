import type { Settings } from '../../config/index.js';

export type FileLimits = Pick<Settings['call'], 'maxFileBytes' | 'maxTotalFileBytes'>;

/** A file as it is gathered. */
export interface RawFile {
  readonly name: string;
  /** Without parameters. */
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A file does not come along. The message says why, to whoever made the upstream. */
export class FileLeftOutError extends Error {}

/** How much room the files of one answer have. */
export class FileRoom {
  readonly #limits: FileLimits;
  #left: number;

  constructor(limits: FileLimits) {
    this.#limits = limits;
    this.#left = limits.maxTotalFileBytes;
  }

  /** Bytes that one more file may have at this moment. */
  get forOne(): number {
    return Math.min(this.#limits.maxFileBytes, this.#left);
  }

  /** Bytes that so many files may come to, some of which are on their way at the same time and may turn out to have no room. */
  mostOf(files: number, atOnce: number): number {
    const { maxFileBytes } = this.#limits;
    return Math.min(files * maxFileBytes, this.#left + (atOnce - 1) * maxFileBytes);
  }

  /** @throws {FileLeftOutError} there is not so much */
  take(bytes: number): void {
    if (bytes > this.forOne) throw this.lacking(bytes);
    this.#left -= bytes;
  }

  lacking(bytes: number): FileLeftOutError {
    const { maxFileBytes, maxTotalFileBytes } = this.#limits;
    return bytes > maxFileBytes
      ? new FileLeftOutError(`the file has more than ${maxFileBytes} bytes`)
      : new FileLeftOutError(`the files have more than ${maxTotalFileBytes} bytes together`);
  }
}
