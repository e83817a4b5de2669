import type { Logger } from '../logging/logger.js';
import { backoffMs, type Backoff } from '../time/backoff.js';
import { withTimeout } from '../time/with-timeout.js';

const BACKOFF: Backoff = { firstMs: 200, maxMs: 1000 };

export interface HeldWritesOptions<T> {
  /** The plural noun for log messages. */
  name: string;
  logger: Logger;
  /** Runs before the writes of each round. If it fails, the round ends. */
  prepare?: (items: T[]) => Promise<unknown>;
  /** Called with the number of held writes whenever it changes. */
  onSize: (size: number) => void;
  /** The pauses between rounds. The last one bounds how long a write waits after the database is back. */
  backoff?: Backoff;
}

interface Held<T> {
  item: T;
  /** Returns a function that resolves the promise of the caller. */
  attempt: () => Promise<() => void>;
  reject: (reason: Error) => void;
}

/**
 * Writes that failed and must not be lost. Each is retried until it succeeds or the process ends. They are retried in rounds, all together:
 * what made one fail usually made all of them fail.
 */
export class HeldWrites<T> {
  private readonly held = new Set<Held<T>>();
  private running: Promise<void> | undefined;
  private failedRounds = 0;
  private latestError: unknown;
  private isClosed = false;
  private endPause = () => {};

  constructor(private readonly options: HeldWritesOptions<T>) {}

  /** The number of writes that are held. */
  get size(): number {
    return this.held.size;
  }

  get items(): T[] {
    return [...this.held].map(({ item }) => item);
  }

  /** The error of the latest attempt; `undefined` if it succeeded or nothing is held. */
  get lastError(): unknown {
    return this.held.size > 0 ? this.latestError : undefined;
  }

  /**
   * Holds a write.
   *
   * @param write may have succeeded in an attempt that reported a failure, so it must be idempotent
   * @param error the failure of the first attempt
   * @returns the result of the attempt that succeeds; rejects if the process stops before
   */
  hold<R>(item: T, write: () => Promise<R>, error: unknown): Promise<R> {
    if (this.isClosed) return Promise.reject(new NotWrittenError(this.options.name));
    const written = new Promise<R>((resolve, reject) => {
      const attempt = async () => {
        const result = await write();
        return () => resolve(result);
      };
      this.held.add({ item, attempt, reject });
    });
    this.options.onSize(this.held.size);
    // Callers may have stopped waiting.
    written.catch(() => undefined);
    this.latestError = error;
    this.options.logger.warn({ err: error, held: this.held.size }, `${this.options.name} cannot be stored; retrying`);
    this.running ??= this.runRounds();
    return written;
  }

  /**
   * Waits until everything is written, but not longer than `timeoutMs`, and stops.
   *
   * @throws {NotWrittenError} some writes are lost
   */
  async close(timeoutMs: number): Promise<void> {
    this.endPause();
    await withTimeout(Promise.resolve(this.running), timeoutMs, () => undefined);
    this.isClosed = true;
    this.endPause();
    if (this.held.size === 0) return;
    const lost = new NotWrittenError(this.options.name, this.held.size);
    for (const { reject } of this.held) reject(lost);
    throw lost;
  }

  private async runRounds(): Promise<void> {
    while (this.held.size > 0 && !this.isClosed) {
      await this.pause();
      await this.runRound();
    }
    this.running = undefined;
  }

  private async runRound(): Promise<void> {
    const round = [...this.held];
    const { name, logger, prepare } = this.options;
    try {
      await prepare?.(round.map(({ item }) => item));
    } catch (error) {
      this.latestError = error;
      this.failedRounds++;
      return;
    }
    const results = await Promise.all(round.map((held) => this.attempt(held)));
    const count = results.filter(Boolean).length;
    this.failedRounds = count > 0 ? 0 : this.failedRounds + 1;
    if (count > 0) logger.info({ stored: count, held: this.held.size }, `${name} were stored after retries`);
  }

  private async attempt(held: Held<T>): Promise<boolean> {
    try {
      const resolve = await held.attempt();
      this.held.delete(held);
      this.options.onSize(this.held.size);
      this.latestError = undefined;
      resolve();
      return true;
    } catch (error) {
      this.latestError = error;
      return false;
    }
  }

  private async pause(): Promise<void> {
    if (this.isClosed) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.endPause = resolve;
      timer = setTimeout(resolve, backoffMs(this.failedRounds + 1, this.options.backoff ?? BACKOFF));
    });
    clearTimeout(timer);
  }
}

/** The process stopped before writes succeeded. */
export class NotWrittenError extends Error {
  constructor(name: string, count?: number) {
    super(`${count === undefined ? '' : `${count} `}${name} could not be stored before the process stopped`);
    this.name = 'NotWrittenError';
  }
}
