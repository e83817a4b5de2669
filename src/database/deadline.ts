import { DatabaseDeadlineError } from './failures.js';

/** A time until which work on the database has to end. Measured with a monotonic clock. */
export class Deadline {
  readonly #start = performance.now();

  constructor(readonly milliseconds: number) {}

  /**
   * Returns the deadline of work that may take `timeoutMs`, and that must end by `until`.
   *
   * @param until milliseconds since the epoch
   */
  static of(timeoutMs: number, until = Number.POSITIVE_INFINITY): Deadline {
    return new Deadline(Math.min(timeoutMs, until - Date.now()));
  }

  get remainingMs(): number {
    return this.milliseconds - (performance.now() - this.#start);
  }

  get error(): DatabaseDeadlineError {
    return new DatabaseDeadlineError(Math.max(0, this.milliseconds));
  }

  /** @throws {DatabaseDeadlineError} the deadline has passed */
  check(): void {
    if (this.remainingMs <= 0) throw this.error;
  }

  /** Calls back when the deadline passes. @returns cancels it */
  onPassed(callback: () => void): () => void {
    const timer = setTimeout(callback, Math.max(0, this.remainingMs));
    return () => clearTimeout(timer);
  }

  /**
   * Waits for a result until the deadline passes.
   *
   * @param onLate receives the result that comes later
   * @throws {DatabaseDeadlineError}
   */
  wait<T>(result: Promise<T>, onLate: (value: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const cancel = this.onPassed(() => {
        isLate = true;
        reject(this.error);
      });
      result.then(
        (value) => {
          if (isLate) return onLate(value);
          cancel();
          resolve(value);
        },
        (error: unknown) => {
          cancel();
          reject(error as Error);
        },
      );
    });
  }
}
