import type { Dispatcher } from 'undici';
import { CorruptError, decode, decodeBeginning, OversizeError, readCodings } from './body.js';
import { Cap, type HeldBody, type ResponseHead, type ResponseLimit } from './cap.js';
import { EgressError, EgressInvalidResponseError, EgressTooLargeError } from './errors.js';
import { brokenOff, exchangeFailure } from './failures.js';
import { Room } from './room.js';

type RawHeaders = Record<string, string | string[] | undefined>;

/** The connection that an exchange runs on. */
export interface Peer {
  remoteAddress: string | null;
  /** The head of the answer has been read, and what follows is its body. */
  readsBody: boolean;
  /** Nothing is read until {@link resume}: what the other side sends on stays with it. */
  isPaused: boolean;
  resume(): void;
}

export interface ExchangeOptions {
  readonly host: string;
  readonly url: string;
  readonly method: string;
  readonly limit: (head: ResponseHead) => ResponseLimit;
  readonly cut: boolean;
  /** Where it is counted what is held of the body. */
  readonly held?: HeldBody;
}

export interface EgressResponse {
  readonly status: number;
  /**
   * Names in lower case, several values joined with `, ` (RFC 9110, 5.3); without `set-cookie`, and without `content-encoding` and
   * `content-length` where the body was decompressed.
   */
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** Whether the body was cut at the cap. */
  readonly truncated: boolean;
  /** Where the answer came from: the last URL, after redirects. */
  readonly url: string;
  /** The address the answer came from; `null` where the connection was gone before it could be read. */
  readonly remoteAddress: string | null;
}

/**
 * One request and its answer on one connection: undici's handler, which counts and keeps the body.
 *
 * `settle` is called once, with the outcome for the caller. `release` is called once, after that and when undici has let go of the request:
 * a caller may give up while the connection is still being made, and a body that is all there may still wait for room.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  peer: Peer | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #failure: EgressError | undefined;
  #settled = false;
  /** The connection has done with it, and may be another's. */
  #hasEnded = false;
  /** undici has let go of it. */
  #isLetGo = false;
  #status = 0;
  #headers: Record<string, string> = {};
  #cap = new Cap({ bytes: 0 });
  #remoteAddress: string | null = null;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #truncated = false;
  #room: Room | undefined;
  /** Until there is room for what has come. */
  #waiting: Promise<void> | undefined;

  constructor(
    private readonly options: ExchangeOptions,
    private readonly settle: (error: Error | null, response?: EgressResponse) => void,
    private readonly release: () => void,
  ) {}

  /** The caller is answered with the failure now; the connection is dropped. */
  fail(failure: EgressError): void {
    this.#failure ??= failure;
    this.#report(failure);
    this.#controller?.abort(failure);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while the connection was being made: throwing, unlike `abort`, leaves the fresh connection to others.
    if (this.#failure !== undefined) throw this.#failure;
    this.#controller = controller;
    if (this.peer !== undefined) [this.peer.readsBody, this.peer.isPaused] = [false, false];
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    if (status < 200) return; // informational (RFC 9110, 15.2)
    if (this.peer !== undefined) this.peer.readsBody = true;
    this.#status = status;
    this.#headers = plainHeaders(headers);
    this.#remoteAddress = this.peer?.remoteAddress ?? null;
    const { cut, limit, host, method, held } = this.options;
    // A 304 has no body, whatever length it states (RFC 9110, 15.4.5); undici would take the difference for an error.
    if (status === 304) return this.#finish();
    this.#cap = new Cap(limit({ status, headers: this.#headers }));
    this.#room = held && new Room(held, this.#cap, this.#headers);
    const declared = method === 'HEAD' ? 0 : Number(this.#headers['content-length'] ?? 0);
    if (declared > this.#cap.most && !cut) this.fail(new EgressTooLargeError(host, this.#cap.most));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#cap.admits(this.#size, this.#beginning)) return this.#waitForRoom();
    const { host, cut } = this.options;
    const tooLarge = new EgressTooLargeError(host, this.#cap.bytes);
    if (!cut) return this.fail(tooLarge);
    this.#size = this.#cap.bytes;
    this.#truncated = true;
    this.#finish();
    controller.abort(tooLarge);
  }

  onResponseEnd(): void {
    this.#hasEnded = true;
    if (this.peer?.isPaused === true) this.#endWhileWaiting(this.peer);
    this.#finish();
    this.#letGo();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#hasEnded = true;
    if (!this.#truncated) this.#report(this.#failure ?? exchangeFailure(this.options.host, error));
    // Not before undici has put a client that could not connect out of the pool: it would be given the next request outside of all counts.
    setImmediate(() => this.#letGo());
  }

  #letGo(): void {
    this.#isLetGo = true;
    if (this.#settled) this.release();
  }

  /** The deadline goes on while it waits: it ends the exchange as it would any other. */
  #waitForRoom(): void {
    if (this.#waiting !== undefined) return;
    const room = this.#room?.grow(this.#size);
    if (room === undefined) return;
    const { peer } = this;
    if (peer === undefined) throw new TypeError('an exchange without its connection');
    peer.isPaused = true;
    this.#waiting = this.#untilRoom(room);
    this.#waiting.then(
      () => {
        this.#waiting = undefined;
        if (!this.#settled && !this.#hasEnded) peer.resume();
      },
      (error: EgressError) => this.fail(error),
    );
  }

  /** More than there was room for may have come by the time that there is. */
  async #untilRoom(first: Promise<void>): Promise<void> {
    let room: Promise<void> | undefined = first;
    while (room !== undefined) {
      await room;
      room = this.#room?.grow(this.#size);
    }
  }

  /** Its end was in the piece after which it was to wait: it is whole. One that only its connection ends has been cut off, and not all of it read. */
  #endWhileWaiting(peer: Peer): void {
    peer.resume();
    const { 'content-length': length, 'transfer-encoding': coding } = this.#headers;
    if (length === undefined && coding === undefined) this.#report(brokenOff(this.options.host));
  }

  readonly #beginning = (): Buffer =>
    decodeBeginning(joined(this.#chunks, this.#size), readCodings(this.#headers['content-encoding']));

  #finish(): void {
    if (this.#settled) return;
    if (this.#waiting === undefined) return this.#read();
    this.#waiting.then(
      () => void (this.#settled || this.#read()),
      () => undefined, // who waits has seen to it
    );
  }

  #read(): void {
    const { host, cut } = this.options;
    const body = joined(this.#chunks, this.#size);
    const headers = this.#headers;
    const codings = body.length === 0 ? [] : readCodings(headers['content-encoding']);
    if (codings.length === 0) return this.#answer(headers, body, this.#truncated);
    const limits = { cap: this.#cap, cut, partial: this.#truncated, grow: this.#room?.growDecoded };
    delete headers['content-encoding'];
    delete headers['content-length'];
    decode(body, codings, limits).then(
      (decoded) => this.#answer(headers, decoded.body, decoded.truncated),
      (error: unknown) => this.#report(bodyFailure(host, this.#cap.bytes, error)),
    );
  }

  #answer(headers: Record<string, string>, body: Buffer, truncated: boolean): void {
    if (this.#settled) return;
    this.#room?.keep(body.length);
    const { url } = this.options;
    const response = { status: this.#status, headers, body, truncated, url, remoteAddress: this.#remoteAddress };
    this.#settle(null, response);
  }

  #report(error: Error): void {
    if (this.#settled) return;
    this.options.held?.drop();
    this.#settle(error);
  }

  #settle(error: Error | null, response?: EgressResponse): void {
    this.#settled = true;
    this.settle(error, response);
    if (this.#isLetGo) this.release();
  }
}

function joined(chunks: readonly Buffer[], size: number): Buffer {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0].subarray(0, size) : Buffer.concat(chunks, size);
}

/** Works on undici's own object, which nobody else holds. */
function plainHeaders(headers: RawHeaders): Record<string, string> {
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
  return new EgressInvalidResponseError(
    host,
    error instanceof CorruptError ? error.message : 'its body cannot be read',
  );
}
