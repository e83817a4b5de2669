import type { Socket } from 'node:net';
import { EgressUnreachableError } from './errors.js';

/** RFC 8305, 5: how long an attempt may take before the next address is tried beside it. */
const ATTEMPT_DELAY_MS = 250;

/** Called once with the outcome of an attempt. */
export type Report = (error: Error | null, socket?: Socket) => void;

/** Starts to connect to one address and reports once; the returned socket, where there is one, can be destroyed before. */
export type Open = (address: string, report: Report) => Socket | undefined;

/**
 * Connects to the first address that answers: the next is tried when one fails or has not answered after 250 ms (RFC 8305, Happy
 * Eyeballs, without its sorting: the resolver's order stands). Losers are destroyed.
 *
 * A host that answers with a bad certificate ends the race; another address would be no excuse for it.
 *
 * @param signal ends the race; its reason becomes the failure
 * @throws the last attempt's error
 */
export function connectToFirst(addresses: readonly string[], open: Open, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => new Race(addresses, open, signal, resolve, reject).start());
}

class Race {
  readonly #opened = new Set<Socket>();
  #next = 0;
  #running = 0;
  #settled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly addresses: readonly string[],
    private readonly open: Open,
    private readonly signal: AbortSignal,
    private readonly resolve: (socket: Socket) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  start(): void {
    if (this.signal.aborted) return this.#lose(this.signal.reason);
    this.signal.addEventListener('abort', this.#onAbort, { once: true });
    this.#attempt();
  }

  readonly #onAbort = (): void => this.#lose(this.signal.reason);

  readonly #attempt = (): void => {
    clearTimeout(this.#timer);
    const address = this.addresses[this.#next++];
    if (address === undefined || this.#settled) return;
    this.#running++;
    const socket = this.open(address, (error, socket) => this.#report(error, socket));
    if (socket !== undefined) this.#opened.add(socket);
    if (this.#settled) this.#destroyAll();
    else if (this.#next < this.addresses.length) this.#timer = setTimeout(this.#attempt, ATTEMPT_DELAY_MS);
  };

  #report(error: Error | null, socket: Socket | undefined): void {
    this.#running--;
    if (this.#settled) socket?.destroy();
    else if (socket !== undefined) this.#win(socket);
    else if (error instanceof EgressUnreachableError && error.reason === 'tls') this.#lose(error);
    else if (this.#next < this.addresses.length) this.#attempt();
    else if (this.#running === 0) this.#lose(error);
  }

  #win(socket: Socket): void {
    this.#settle(socket);
    this.resolve(socket);
  }

  #lose(error: unknown): void {
    this.#settle();
    this.reject(error);
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
