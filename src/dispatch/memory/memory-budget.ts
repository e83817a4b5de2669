/** The memory that one call has reserved from a budget. */
export class Reservation {
  /** Reserved bytes by host; no value is 0. */
  readonly byHost = new Map<string, number>();
  /** Reserved bytes of all hosts. */
  total = 0;
  /** The most that `total` can reach before everything is released. */
  claim = 0;

  /** The bytes that the reservation may still grow by. */
  get need(): number {
    return this.claim - this.total;
  }
}

/** A request for more bytes of a reservation. */
export interface MemoryRequest {
  readonly reservation: Reservation;
  /** The host that sends the body. */
  readonly host: string;
  readonly bytes: number;
  /** The claim of the reservation if it is empty; it stays in force until everything is released. */
  readonly claim: number;
  /**
   * Called once, when the bytes are reserved. Must not request or release memory before it returns.
   *
   * @param counted the number of bytes to release later
   */
  readonly onGranted: (counted: number) => void;
}

/**
 * A budget of bytes that calls reserve step by step and keep until they release them: limited in total and for each host.
 *
 * **No deadlock.** Calls that each hold a part of what they need must never wait for one another. Each call therefore states with its first
 * request how far it may grow (its claim), and memory is granted only if the resulting state is safe (the banker's algorithm: Dijkstra,
 * EWD 623): there is an order of the calls in which each can reserve all it may still need from what is free by then, end, and leave its memory
 * to the next. In a safe state the first call of that order is never refused: whatever part of its need it reserves, it remains first. It ends,
 * the state is safe without it, and by induction all calls end. A call that holds memory waits for nothing else: it needs no slot at a host
 * (see `Egress`), and its deadline bounds how long an upstream may take.
 *
 * The order is found by taking the calls by need, smallest first: if any call can be next, the one with the smallest need can, and what it
 * releases only adds to what is free. The hosts at which a call will need memory are unknown (responses name them), so its need must fit at every
 * host. That costs little: if the smallest needs of two hosts fit at their own hosts, the smaller one fits at both.
 *
 * **FIFO.** Empty reservations are served in the order of their requests, and later requests never take the memory that they wait for. Reservations
 * that hold memory go first if that is safe, because they are the ones that will release it.
 *
 * **Oversized calls.** A claim is at most the limit of one host. A call that needs more continues when it has reserved that much, and the rest is
 * not counted: it can always run, and no other call at its host that still needs to grow runs beside it.
 */
export class MemoryBudget {
  /** Reservations that hold memory. */
  readonly #holding = new Set<Reservation>();
  readonly #queue = new Set<MemoryRequest>();

  /** @param perHost at most `total` */
  constructor(
    private readonly total: number,
    private readonly perHost: number,
  ) {}

  /** Grants the request, now or when memory is free. @returns cancels the wait */
  request(request: MemoryRequest): () => void {
    this.#queue.add(request);
    this.#grantWaiting();
    return () => {
      if (this.#queue.delete(request)) this.#grantWaiting();
    };
  }

  /** Releases bytes without changing the need. @param bytes at most what is reserved for the host */
  release(reservation: Reservation, host: string, bytes: number): void {
    if (bytes === 0) return;
    this.#add(reservation, host, -bytes);
    reservation.claim -= bytes;
    this.#grantWaiting();
  }

  /** Lowers the claim of a reservation that holds memory. @param need the bytes that it may still grow by */
  shrinkClaim(reservation: Reservation, need: number): void {
    if (reservation.total === 0 || reservation.need <= need) return;
    reservation.claim = reservation.total + need;
    this.#grantWaiting();
  }

  #grantWaiting(): void {
    // Repeats, because a grant at one host lowers the need at all others: a request that was unsafe may be safe now.
    while (this.#grantInOrder());
  }

  #grantInOrder(): boolean {
    const exhaustedHosts = new Set<string>();
    let [isExhausted, hasGranted] = [false, false];
    for (const request of this.#queue) {
      const isFirst = request.reservation.total === 0;
      if (isFirst && (isExhausted || exhaustedHosts.has(request.host))) continue;
      if (this.#tryGrant(request)) hasGranted = true;
      else if (isFirst && this.#isLimitedByHost(request)) exhaustedHosts.add(request.host);
      else if (isFirst) isExhausted = true;
    }
    return hasGranted;
  }

  #tryGrant(request: MemoryRequest): boolean {
    const counted = this.#tryReserve(request, this.perHost);
    if (counted === undefined) return false;
    this.#queue.delete(request);
    request.onGranted(counted);
    return true;
  }

  /** Returns whether the request would be granted if hosts had no limit of their own. */
  #isLimitedByHost(request: MemoryRequest): boolean {
    const counted = this.#tryReserve(request, this.total);
    if (counted === undefined) return false;
    this.#add(request.reservation, request.host, -counted);
    return true;
  }

  /** @returns the number of bytes that were reserved; `undefined` if that would be unsafe */
  #tryReserve({ reservation, host, bytes, claim }: MemoryRequest, perHost: number): number | undefined {
    if (reservation.total === 0) reservation.claim = Math.min(Math.max(claim, bytes), this.perHost);
    const counted = Math.min(bytes, reservation.need);
    if (counted === 0) return 0;
    this.#add(reservation, host, counted);
    if (this.#isSafe(perHost)) return counted;
    this.#add(reservation, host, -counted);
    return undefined;
  }

  #add(reservation: Reservation, host: string, bytes: number): void {
    const reserved = (reservation.byHost.get(host) ?? 0) + bytes;
    if (reserved === 0) reservation.byHost.delete(host);
    else reservation.byHost.set(host, reserved);
    reservation.total += bytes;
    if (reservation.total === 0) this.#holding.delete(reservation);
    else this.#holding.add(reservation);
  }

  #isSafe(perHost: number): boolean {
    let free = this.total;
    const freeByHost = new Map<string, number>();
    const adjust = (reservation: Reservation, sign: 1 | -1): void => {
      free += sign * reservation.total;
      for (const [host, bytes] of reservation.byHost) {
        freeByHost.set(host, (freeByHost.get(host) ?? perHost) + sign * bytes);
      }
    };
    for (const reservation of this.#holding) adjust(reservation, -1);
    for (const reservation of [...this.#holding].toSorted((a, b) => a.need - b.need)) {
      if (reservation.need > Math.min(free, ...freeByHost.values())) return false;
      adjust(reservation, 1);
    }
    return true;
  }
}
