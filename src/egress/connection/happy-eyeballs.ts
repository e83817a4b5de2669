import type { Socket } from 'node:net';
import { EgressUnreachableError, type UnreachableReason } from '../errors/egress-error.js';

/** RFC 8305, section 5: the delay before the next address is tried in parallel. */
const ATTEMPT_DELAY_MS = 250;

/** Reasons that are the same for every address. */
const FINAL: ReadonlySet<UnreachableReason> = new Set(['tls', 'proxy']);

/** Reports the outcome of a connection attempt; called once. */
export type ReportAttempt = (error: Error | null, socket?: Socket) => void;

/** Starts a connection attempt to one address. The returned socket, if any, can be destroyed before the attempt reports. */
export type StartAttempt = (address: string, report: ReportAttempt) => Socket | undefined;

/**
 * Connects to the first address that responds (RFC 8305, Happy Eyeballs, in the resolver's order): the next address is tried when one fails or
 * has not responded after 250 ms. The sockets of all other attempts are destroyed.
 *
 * A bad certificate rejects at once: no other address is tried for a better one. So does an outgoing proxy that fails for every address.
 *
 * @param signal aborts all attempts; its reason becomes the rejection
 * @throws the error of the last attempt
 */
export function connectToFirst(addresses: readonly string[], open: StartAttempt, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => new HappyEyeballs(addresses, open, signal, resolve, reject).start());
}

class HappyEyeballs {
  readonly #opened = new Set<Socket>();
  #nextIndex = 0;
  #pending = 0;
  #settled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly addresses: readonly string[],
    private readonly open: StartAttempt,
    private readonly signal: AbortSignal,
    private readonly onSuccess: (socket: Socket) => void,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.signal.aborted) return this.#reject(this.signal.reason);
    this.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#attempt();
  }

  readonly #onAbort = (): void => this.#reject(this.signal.reason);

  readonly #attempt = (): void => {
    clearTimeout(this.#timer);
    const address = this.addresses[this.#nextIndex++];
    if (address === undefined || this.#settled) return;
    this.#pending++;
    const socket = this.open(address, (error, socket) => this.#report(error, socket));
    if (socket !== undefined) this.#opened.add(socket);
    if (this.#settled) this.#destroyAll();
    else if (this.#nextIndex < this.addresses.length) this.#timer = setTimeout(this.#attempt, ATTEMPT_DELAY_MS);
  };

  #report(error: Error | null, socket: Socket | undefined): void {
    this.#pending--;
    if (this.#settled) socket?.destroy();
    else if (socket !== undefined) this.#resolve(socket);
    else if (error instanceof EgressUnreachableError && FINAL.has(error.reason)) this.#reject(error);
    else if (this.#nextIndex < this.addresses.length) this.#attempt();
    else if (this.#pending === 0) this.#reject(error);
  }

  #resolve(socket: Socket): void {
    this.#settle(socket);
    this.onSuccess(socket);
  }

  #reject(error: unknown): void {
    this.#settle();
    this.onFailure(error);
  }

  #settle(winner?: Socket): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.signal.removeEventListener('abort', this.#onAbort);
    this.#destroyAll(winner);
  }

  #destroyAll(except?: Socket): void {
    for (const socket of this.#opened) if (socket !== except) socket.destroy();
    this.#opened.clear();
  }
}
