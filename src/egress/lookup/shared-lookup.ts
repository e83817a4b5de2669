/** One lookup in flight that several callers wait for. */
export class SharedLookup<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  #waiters = 0;

  /** @param onAbandoned called when the last waiter has left, just before the work is cancelled */
  constructor(
    work: (signal: AbortSignal) => Promise<T>,
    private readonly onAbandoned: () => void,
  ) {
    this.#result = work(this.#controller.signal);
  }

  /** Waits for the result. The lookup is cancelled when every caller's signal has been aborted. */
  async join(signal: AbortSignal): Promise<T> {
    this.#waiters++;
    try {
      return await abortable(this.#result, signal);
    } catch (error) {
      if (signal.aborted && --this.#waiters === 0) this.#abandon();
      throw error;
    }
  }

  #abandon(): void {
    this.onAbandoned();
    this.#controller.abort();
  }
}

/** Rejects with the signal's reason on abort, whether or not the work can be cancelled. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
