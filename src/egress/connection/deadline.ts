import { EgressAbortedError, EgressTimeoutError, type EgressError } from '../errors/egress-error.js';

/** `setTimeout` fires at once for longer delays. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * The end of a request including all its redirects: its timeout, or the caller's abort signal.
 *
 * Uses a plain timer and listener, both removed by {@link close}: `AbortSignal.any` keeps every combined signal reachable from a long-lived
 * source in Node 20 (nodejs/node#55351), and `AbortSignal.timeout` keeps its timer until it fires.
 */
export class Deadline {
  #error: EgressError | undefined;
  #onExceeded: ((error: EgressError) => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: string,
    private readonly timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    if (signal?.aborted === true) this.#error = new EgressAbortedError(host);
    else if (!(timeoutMs > 0)) this.#error = new EgressTimeoutError(host, 0);
    else this.#timer = setTimeout(this.#expire, Math.min(timeoutMs, MAX_TIMEOUT_MS));
    signal?.addEventListener('abort', this.#abort);
  }

  /** @throws {EgressError} the deadline has passed or the signal was aborted */
  check(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  /** Sets the callback for the end of the deadline and replaces the previous one. */
  onExceeded(callback: (error: EgressError) => void): void {
    this.#onExceeded = callback;
  }

  /** Removes the timer, the listener and the callback. */
  close(): void {
    this.#onExceeded = undefined;
    clearTimeout(this.#timer);
    this.signal?.removeEventListener('abort', this.#abort);
  }

  readonly #expire = (): void => this.#exceed(new EgressTimeoutError(this.host, this.timeoutMs));
  readonly #abort = (): void => this.#exceed(new EgressAbortedError(this.host));

  #exceed(error: EgressError): void {
    this.#error ??= error;
    this.#onExceeded?.(this.#error);
  }
}
