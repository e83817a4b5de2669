import { EgressAbortedError, EgressTimeoutError, type EgressError } from './errors.js';

/** The longest that `setTimeout` can wait; it fires at once beyond. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The time a call has, all its redirects included: until the deadline, or until the caller goes away.
 *
 * A plain timer and listener, both removed by {@link close}: `AbortSignal.any` keeps every combined signal reachable from a long-lived
 * source in Node 20 (nodejs/node#55351), and `AbortSignal.timeout` its timer until it fires.
 */
export class Lifetime {
  #ended: EgressError | undefined;
  #onEnd: ((error: EgressError) => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: string,
    private readonly timeoutMs: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    if (signal?.aborted === true) this.#ended = new EgressAbortedError(host);
    else if (!(timeoutMs > 0)) this.#ended = new EgressTimeoutError(host, 0);
    else this.#timer = setTimeout(this.#expire, Math.min(timeoutMs, LONGEST_MS));
    signal?.addEventListener('abort', this.#abort);
  }

  /** @throws {EgressError} if it has ended */
  check(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  /** Says what to stop at the end; replaces what was said before. */
  onEnd(stop: ((error: EgressError) => void) | undefined): void {
    this.#onEnd = stop;
  }

  /** The call is over: nothing will be stopped any more, nothing is left behind. */
  close(): void {
    this.#onEnd = undefined;
    clearTimeout(this.#timer);
    this.signal?.removeEventListener('abort', this.#abort);
  }

  readonly #expire = (): void => this.#end(new EgressTimeoutError(this.host, this.timeoutMs));
  readonly #abort = (): void => this.#end(new EgressAbortedError(this.host));

  #end(error: EgressError): void {
    this.#ended ??= error;
    this.#onEnd?.(this.#ended);
  }
}
