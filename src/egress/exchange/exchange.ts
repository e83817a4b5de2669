import type { Dispatcher } from 'undici';
import {
  EgressAbortedError,
  EgressError,
  EgressInvalidResponseError,
  EgressTimeoutError,
  EgressTooLargeError,
} from '../errors/egress-error.js';
import { connectionClosed, exchangeFailure } from '../errors/network-failure.js';
import type { LookupCaller } from '../lookup/system-lookup.js';
import { BodyLimit, type ResponseHead, type ResponseLimit } from './body-limit.js';
import { BodyReservation } from './body-reservation.js';
import { CorruptError, decompress, decompressBeginning, OversizeError, readCodings } from './decompression.js';
import { joinAtOnce, joinChunks } from './join-chunks.js';
import type { BodyMemory } from './memory-reservation.js';

type RawHeaders = Record<string, string | string[] | undefined>;

/** The connection that an exchange runs on. */
export interface Peer {
  remoteAddress: string | null;
  /** The request that waits for the connection. Not kept while the connection is idle. */
  exchange?: Exchange | undefined;
  /** The connection has served a request before. */
  isReused: boolean;
  /** Something of the response has arrived. */
  hasReceived: boolean;
  /** The head of the response has been read; what follows is the body. */
  readsBody: boolean;
  /** Nothing is read until {@link resume}: unread bytes stay with the sender. */
  isPaused: boolean;
  resume(): void;
}

export interface ExchangeOptions {
  readonly host: string;
  readonly tenantId: string;
  readonly url: string;
  readonly method: string;
  readonly limit: (head: ResponseHead) => ResponseLimit;
  /** Truncate the body at the limit instead of failing. */
  readonly truncate: boolean;
  /** Counts the memory of the body. */
  readonly memory?: BodyMemory;
}

export interface EgressResponse {
  readonly status: number;
  /**
   * Names in lower case, multiple values joined with `, ` (RFC 9110, 5.3); without `set-cookie`, and without `content-encoding` and
   * `content-length` if the body was decompressed.
   */
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** Whether the body was truncated, at the limit or at the deadline. */
  readonly truncated: boolean;
  /** The body had not ended at the deadline. */
  readonly endedAtDeadline?: true;
  /** The URL that sent the response: the last one, after redirects. */
  readonly url: string;
  /** The address that sent the response, or that of the outgoing proxy; `null` if the connection closed before it could be read. */
  readonly remoteAddress: string | null;
}

/**
 * One request and its response on one connection: undici's handler, which limits and collects the body.
 *
 * Calls `onSettled` once, with the outcome for the caller. Calls `onReleased` once, when both the exchange has settled and undici has released
 * the request: a caller may give up while the connection is still being established, and a complete body may still wait for memory.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  peer: Peer | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #lookup: AbortController | undefined;
  #failure: EgressError | undefined;
  #isSettled = false;
  /** The connection is done with this exchange and may serve another. */
  #hasEnded = false;
  /** undici has released the request. */
  #isReleased = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #limit = new BodyLimit({ bytes: 0 });
  #remoteAddress: string | null = null;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #isTruncated = false;
  #endedAtDeadline = false;
  /** The rest of the body is not needed. */
  #isComplete = false;
  #reservation: BodyReservation | undefined;
  /** Resolves when memory for everything that has arrived is granted. */
  #memoryGranted: Promise<void> | undefined;

  constructor(
    private readonly options: ExchangeOptions,
    private readonly onSettled: (error: Error | null, response?: EgressResponse) => void,
    private readonly onReleased: () => void,
  ) {}

  /** Fails the exchange at once and closes its connection. */
  fail(failure: EgressError): void {
    this.#failure ??= failure;
    this.#reject(failure);
    this.#lookup?.abort(failure);
    this.#controller?.abort(failure);
  }

  /** Ends the exchange at its deadline: fails, unless the limit of the response says that what has arrived is kept. */
  expire(failure: EgressError): void {
    const isKept = failure instanceof EgressTimeoutError && this.#limit.keepAtDeadline && !this.#hasEnded;
    // A body that waits for memory is not needed any more.
    if (!isKept || this.#isTruncated || this.#memoryGranted !== undefined) return this.fail(failure);
    [this.#isTruncated, this.#endedAtDeadline] = [true, true];
    this.#finish();
    this.#controller?.abort(failure);
  }

  /** Returns what the DNS lookup for this exchange's connection needs; it is cancelled when the exchange fails. */
  startLookup(): LookupCaller {
    this.#lookup = new AbortController();
    if (this.#failure !== undefined) this.#lookup.abort(this.#failure);
    return { tenantId: this.options.tenantId, signal: this.#lookup.signal };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.peer !== undefined) this.peer.exchange = undefined;
    // The exchange failed while the connection was being established: throwing, unlike `abort`, keeps the new connection for others.
    if (this.#failure !== undefined) throw this.#failure;
    this.#controller = controller;
    if (this.peer !== undefined) Object.assign(this.peer, { hasReceived: false, readsBody: false, isPaused: false });
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    if (status < 200) return; // informational (RFC 9110, 15.2)
    if (this.peer !== undefined) this.peer.readsBody = true;
    this.#status = status;
    this.#headers = joinHeaderValues(headers);
    this.#remoteAddress = this.peer?.remoteAddress ?? null;
    const { truncate, limit, host, method, memory } = this.options;
    // A 304 has no body, whatever length it declares (RFC 9110, 15.4.5); undici would treat the difference as an error.
    if (status === 304) return this.#finish();
    this.#limit = new BodyLimit(limit({ status, headers: this.#headers }));
    this.#reservation = memory && new BodyReservation(memory, this.#limit, this.#headers);
    const declared = method === 'HEAD' ? 0 : Number(this.#headers['content-length'] ?? 0);
    if (declared > this.#limit.max && !truncate) this.fail(new EgressTooLargeError(host, this.#limit.max));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isSettled || this.#isComplete) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const { host, truncate } = this.options;
    if (this.#limit.allows(this.#size, this.#beginning)) {
      this.#reserveMemory();
      if (this.#limit.isComplete?.(chunk) !== true) return;
      this.#isComplete = true;
      this.#finish();
      return controller.abort(new EgressAbortedError(host));
    }
    const tooLarge = new EgressTooLargeError(host, this.#limit.bytes);
    if (!truncate) return this.fail(tooLarge);
    this.#size = this.#limit.bytes;
    this.#isTruncated = true;
    this.#finish();
    controller.abort(tooLarge);
  }

  onResponseEnd(): void {
    this.#hasEnded = true;
    if (this.peer !== undefined) this.peer.isReused = true;
    if (this.peer?.isPaused === true) this.#endWhilePaused(this.peer);
    this.#finish();
    this.#release();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#hasEnded = true;
    const isStale = this.peer?.isReused === true && !this.peer.hasReceived;
    if (!this.#isTruncated && !this.#isComplete)
      this.#reject(this.#failure ?? exchangeFailure(this.options.host, error, isStale));
    // Only after undici has removed a client that could not connect from its pool: it would otherwise get the next request, uncounted.
    setImmediate(() => this.#release());
  }

  #release(): void {
    this.#isReleased = true;
    if (this.#isSettled) this.onReleased();
  }

  /** Pauses the connection until memory is granted. The deadline keeps running and ends the exchange as usual. */
  #reserveMemory(): void {
    if (this.#memoryGranted !== undefined) return;
    const granted = this.#reservation?.grow(this.#size);
    if (granted === undefined) return;
    const { peer } = this;
    if (peer === undefined) throw new TypeError('the exchange has no connection');
    peer.isPaused = true;
    this.#memoryGranted = this.#reserveAll(granted);
    this.#memoryGranted.then(
      () => {
        this.#memoryGranted = undefined;
        if (!this.#isSettled && !this.#hasEnded) peer.resume();
      },
      (error: EgressError) => this.fail(error),
    );
  }

  /** Requests memory until there is enough for all chunks: more may have arrived than the first request covered. */
  async #reserveAll(first: Promise<void>): Promise<void> {
    let granted: Promise<void> | undefined = first;
    while (granted !== undefined) {
      await granted;
      granted = this.#reservation?.grow(this.#size);
    }
  }

  /**
   * Handles a response that ended although its connection was paused. If the end was in the chunk before the pause, the body is complete; a body
   * that is delimited by the end of its connection is not, because unread bytes were lost.
   */
  #endWhilePaused(peer: Peer): void {
    peer.resume();
    const { 'content-length': length, 'transfer-encoding': coding } = this.#headers;
    if (length === undefined && coding === undefined) this.#reject(connectionClosed(this.options.host));
  }

  readonly #beginning = (): Buffer =>
    decompressBeginning(joinAtOnce(this.#chunks, this.#size), readCodings(this.#headers['content-encoding']));

  #finish(): void {
    if (this.#isSettled) return;
    if (this.#memoryGranted === undefined) return this.#readBody();
    this.#memoryGranted.then(
      () => void (this.#isSettled || this.#readBody()),
      () => undefined, // #reserveMemory handles the rejection
    );
  }

  #readBody(): void {
    const body = joinChunks(this.#chunks, this.#size);
    if (body instanceof Promise)
      body.then((joined) => this.#decompress(joined)).catch((error: Error) => this.#reject(error));
    else this.#decompress(body);
  }

  #decompress(body: Buffer): void {
    const { host, truncate } = this.options;
    const headers = this.#headers;
    const codings = body.length === 0 ? [] : readCodings(headers['content-encoding']);
    if (codings.length === 0) return this.#resolve(headers, body, this.#isTruncated);
    const grow = this.#reservation?.growDecompressed;
    delete headers['content-encoding'];
    delete headers['content-length'];
    decompress(body, codings, { limit: this.#limit, truncate, isTruncated: this.#isTruncated, grow }).then(
      (result) => this.#resolve(headers, result.body, result.isTruncated),
      (error: unknown) => this.#reject(bodyFailure(host, this.#limit.bytes, error)),
    );
  }

  #resolve(headers: Record<string, string>, body: Buffer, truncated: boolean): void {
    if (this.#isSettled) return;
    this.#reservation?.shrink(body.length);
    const { url } = this.options;
    const response = {
      status: this.#status,
      headers,
      body,
      truncated,
      url,
      remoteAddress: this.#remoteAddress,
      ...(this.#endedAtDeadline && { endedAtDeadline: true as const }),
    };
    this.#settle(null, response);
  }

  #reject(error: Error): void {
    if (this.#isSettled) return;
    this.options.memory?.release();
    this.#settle(error);
  }

  #settle(error: Error | null, response?: EgressResponse): void {
    this.#isSettled = true;
    this.onSettled(error, response);
    if (this.#isReleased) this.onReleased();
  }
}

/** Modifies undici's own object, which nothing else references. */
function joinHeaderValues(headers: RawHeaders): Record<string, string> {
  delete headers['set-cookie'];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (Array.isArray(value)) headers[name] = value.join(', ');
  }
  return headers as Record<string, string>;
}

function bodyFailure(host: string, limit: number, error: unknown): Error {
  if (error instanceof EgressError) return error;
  if (error instanceof OversizeError) return new EgressTooLargeError(host, limit);
  const problem = error instanceof CorruptError ? error.message : 'its body cannot be read';
  return new EgressInvalidResponseError(host, problem);
}
