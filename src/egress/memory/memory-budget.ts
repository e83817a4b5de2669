/** The memory that one call of a tenant has reserved from a budget. */
export class Reservation {
  /** Reserved bytes by host; no value is 0. */
  readonly byHost = new Map<string, number>();
  /** Reserved bytes of all hosts. */
  total = 0;
  /** The most that `total` can reach before everything is released. */
  claim = 0;

  constructor(readonly tenantId: string) {}

  /** The bytes that the reservation may still grow by. */
  get need(): number {
    return this.claim - this.total;
  }
}

/** Limits in bytes. */
export interface MemoryLimits {
  readonly total: number;
  /** At most `total`. */
  readonly perHost: number;
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
 * A budget of bytes that calls reserve step by step and keep until they release them: limited in total, for each host, for each tenant, and
 * for each tenant at each host.
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
 * host. That costs little: if the smallest needs of two hosts fit at their own hosts, the smaller one fits at both. Limits of tenants do not
 * change the order: if the smallest need does not fit into its tenant's limits, no other call of that tenant fits either.
 *
 * **Fairness.** Empty reservations of the tenant that holds the least memory are served first, each tenant's in the order of their requests.
 * Later requests never take the memory that earlier ones wait for, so a tenant that waits is not passed by one that holds more. Reservations that
 * hold memory go first if that is safe, because they are the ones that will release it.
 *
 * **Oversized calls.** A claim is at most a tenant's limit of one host. A call that needs more continues when it has reserved that much, and the
 * rest is not counted: it can always run, and no other call of its tenant that still needs to grow at its host runs beside it.
 */
export class MemoryBudget {
  /** Reservations that hold memory. */
  readonly #holding = new Set<Reservation>();
  readonly #queue = new Set<MemoryRequest>();

  /** @param ofTenant limits of each tenant; no more than the limits of all */
  constructor(
    private readonly ofAll: MemoryLimits,
    private readonly ofTenant = ofAll,
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
    // Repeats, because a grant at one host lowers the need at all others, and changes which tenant is next.
    while (this.#grantNext());
  }

  #grantNext(): boolean {
    const blocked = new Set<string>();
    for (const request of this.#inOrder()) {
      const isFirst = request.reservation.total === 0;
      if (isFirst && scopesOf(request).some((scope) => blocked.has(scope))) continue;
      if (this.#tryGrant(request)) return true;
      if (isFirst) blocked.add(this.#limitedScope(request));
    }
    return false;
  }

  /** Returns the requests of the tenant that holds the least memory first. */
  #inOrder(): MemoryRequest[] {
    const held = new Map<string, number>();
    for (const { tenantId, total } of this.#holding) held.set(tenantId, (held.get(tenantId) ?? 0) + total);
    const heldFor = ({ reservation }: MemoryRequest): number => held.get(reservation.tenantId) ?? 0;
    return [...this.#queue].toSorted((a, b) => heldFor(a) - heldFor(b));
  }

  #tryGrant(request: MemoryRequest): boolean {
    const counted = this.#tryReserve(request, this.ofAll, this.ofTenant);
    if (counted === undefined) return false;
    this.#queue.delete(request);
    request.onGranted(counted);
    return true;
  }

  /** Returns the scope of the limit that a request waits for: the narrowest without whose limit it would be granted. */
  #limitedScope(request: MemoryRequest): string {
    const [ofTenantAtHost, ofTenant, ofHost, ofAll] = scopesOf(request);
    if (this.#wouldGrant(request, this.ofAll, withoutHosts(this.ofTenant))) return ofTenantAtHost;
    if (this.#wouldGrant(request, this.ofAll, this.ofAll)) return ofTenant;
    if (this.#wouldGrant(request, withoutHosts(this.ofAll), withoutHosts(this.ofAll))) return ofHost;
    return ofAll;
  }

  #wouldGrant(request: MemoryRequest, ofAll: MemoryLimits, ofTenant: MemoryLimits): boolean {
    const counted = this.#tryReserve(request, ofAll, ofTenant);
    if (counted === undefined) return false;
    this.#add(request.reservation, request.host, -counted);
    return true;
  }

  /** @returns the number of bytes that were reserved; `undefined` if that would be unsafe */
  #tryReserve(
    { reservation, host, bytes, claim }: MemoryRequest,
    ofAll: MemoryLimits,
    ofTenant: MemoryLimits,
  ): number | undefined {
    if (reservation.total === 0) reservation.claim = Math.min(Math.max(claim, bytes), this.ofTenant.perHost);
    const counted = Math.min(bytes, reservation.need);
    if (counted === 0) return 0;
    this.#add(reservation, host, counted);
    if (this.#isSafe(ofAll, ofTenant)) return counted;
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

  #isSafe(ofAll: MemoryLimits, ofTenant: MemoryLimits): boolean {
    const free = new FreeMemory(ofAll);
    const freeByTenant = new Map<string, FreeMemory>();
    for (const reservation of this.#holding) {
      const { tenantId } = reservation;
      const own = freeByTenant.get(tenantId) ?? new FreeMemory(ofTenant);
      freeByTenant.set(tenantId, own);
      for (const each of [free, own]) each.add(reservation, -1);
    }
    for (const reservation of [...this.#holding].toSorted((a, b) => a.need - b.need)) {
      const own = freeByTenant.get(reservation.tenantId) ?? free;
      if (reservation.need > Math.min(free.atEveryHost, own.atEveryHost)) return false;
      for (const each of [free, own]) each.add(reservation, 1);
    }
    return true;
  }
}

/** The memory that is free within limits. */
class FreeMemory {
  #total: number;
  readonly #byHost = new Map<string, number>();

  constructor(private readonly limits: MemoryLimits) {
    this.#total = limits.total;
  }

  get atEveryHost(): number {
    return Math.min(this.#total, ...this.#byHost.values());
  }

  add(reservation: Reservation, sign: 1 | -1): void {
    this.#total += sign * reservation.total;
    for (const [host, bytes] of reservation.byHost) {
      this.#byHost.set(host, (this.#byHost.get(host) ?? this.limits.perHost) + sign * bytes);
    }
  }
}

function withoutHosts({ total }: MemoryLimits): MemoryLimits {
  return { total, perHost: total };
}

/** Returns keys of the limits that apply to a request: of its tenant at its host, of its tenant, of its host, of all. */
function scopesOf({ reservation: { tenantId }, host }: MemoryRequest): [string, string, string, string] {
  return [`${tenantId} ${host}`, `${tenantId} `, ` ${host}`, ' '];
}
