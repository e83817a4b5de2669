/** What one call has of a budget. */
export class Account {
  /** By host; none of them is 0. */
  readonly drawn = new Map<string, number>();
  /** Of all hosts together. */
  total = 0;
  /** The most that `total` can come to before all is given back. */
  claim = 0;

  /** Bytes that it may still draw. */
  get need(): number {
    return this.claim - this.total;
  }
}

/** A wish for more bytes. */
export interface Draw {
  readonly account: Account;
  /** Whose they are. */
  readonly host: string;
  readonly bytes: number;
  /** What the account may come to, where it has nothing yet; it holds until all is given back. */
  readonly claim: number;
  /**
   * Called once, when the bytes have been drawn. It must not ask for others or give any back before it returns.
   *
   * @param counted how many of them are to be given back
   */
  readonly proceed: (counted: number) => void;
}

/**
 * Bytes that calls draw from step by step, and hold until they give them back: so many in all, and so many of one host.
 *
 * **No deadlock.** Calls that have each drawn a part of what they need must never wait for one another. So each says with its first bytes how
 * far it may go (its claim), and bytes are only given out where that leaves a safe state (the banker's algorithm: Dijkstra, EWD 623): one in
 * which there is an order of the calls such that each can draw all that it may still need out of what is free by then, end, and leave what it
 * had to those behind it. In a safe state the first of that order is never refused: whatever part of its need it draws, it is still the
 * first. It ends, the state is safe without it, and so do all others by induction. Nothing else holds up a call that has drawn: it waits for
 * no place at a host (see `Egress`), and its deadline bounds how long an upstream may take.
 *
 * Such an order is found by taking the calls by their need, the smallest first: if any of them can be next, the one with the smallest need
 * can, and what it leaves never makes less room for the others. Nobody knows at which hosts a call will draw (they stand in answers), so its
 * need must fit at each of them. That costs little: where the smallest needs at two hosts fit at their own, the smaller one fits at both.
 *
 * **In turn.** Calls that have nothing yet are served in the order in which they came, and nobody who comes later gets the room that they wait
 * for. Those that have something go before them, as long as that is safe: it is they who will give back.
 *
 * **Too much.** A claim is never more than one host may have. A call that needs more goes on when it has drawn that much, and the rest is
 * not counted: it can always run, and beside it at its host none that needs to draw on.
 */
export class ByteBudget {
  /** Those that have drawn. */
  readonly #accounts = new Set<Account>();
  readonly #queue = new Set<Draw>();

  /** @param perHost no more than `total` */
  constructor(
    private readonly total: number,
    private readonly perHost: number,
  ) {}

  /** Draws, now or when there is room; and whoever waits does, where that makes it safe. @returns stops waiting */
  draw(draw: Draw): () => void {
    this.#queue.add(draw);
    this.#serve();
    return () => {
      if (this.#queue.delete(draw)) this.#serve();
    };
  }

  /** What it may still need is as much as before. @param bytes no more than it has drawn of that host */
  giveBack(account: Account, host: string, bytes: number): void {
    if (bytes === 0) return;
    this.#add(account, host, -bytes);
    account.claim -= bytes;
    this.#serve();
  }

  /** Lowers the claim of one that has drawn: it needs no more than so many bytes beside them. */
  narrow(account: Account, need: number): void {
    if (account.total === 0 || account.need <= need) return;
    account.claim = account.total + need;
    this.#serve();
  }

  #serve(): void {
    // Again, since one that has drawn at a host needs less at all others than before: what was not safe may be now.
    while (this.#serveInTurn());
  }

  #serveInTurn(): boolean {
    const hostsAwaited = new Set<string>();
    let [isAllAwaited, hasServed] = [false, false];
    for (const draw of this.#queue) {
      const isNew = draw.account.total === 0;
      if (isNew && (isAllAwaited || hostsAwaited.has(draw.host))) continue;
      if (this.#take(draw)) hasServed = true;
      else if (isNew && this.#isShortAtItsHost(draw)) hostsAwaited.add(draw.host);
      else if (isNew) isAllAwaited = true;
    }
    return hasServed;
  }

  #take(draw: Draw): boolean {
    const counted = this.#tryAdd(draw, this.perHost);
    if (counted === undefined) return false;
    this.#queue.delete(draw);
    draw.proceed(counted);
    return true;
  }

  /** Whether there would be room for it if hosts could have all. */
  #isShortAtItsHost(draw: Draw): boolean {
    const counted = this.#tryAdd(draw, this.total);
    if (counted === undefined) return false;
    this.#add(draw.account, draw.host, -counted);
    return true;
  }

  /** @returns how many bytes of it have been drawn; `undefined` where that would not be safe */
  #tryAdd({ account, host, bytes, claim }: Draw, perHost: number): number | undefined {
    if (account.total === 0) account.claim = Math.min(Math.max(claim, bytes), this.perHost);
    const counted = Math.min(bytes, account.need);
    if (counted === 0) return 0;
    this.#add(account, host, counted);
    if (this.#isSafe(perHost)) return counted;
    this.#add(account, host, -counted);
    return undefined;
  }

  #add(account: Account, host: string, bytes: number): void {
    const drawn = (account.drawn.get(host) ?? 0) + bytes;
    if (drawn === 0) account.drawn.delete(host);
    else account.drawn.set(host, drawn);
    account.total += bytes;
    if (account.total === 0) this.#accounts.delete(account);
    else this.#accounts.add(account);
  }

  #isSafe(perHost: number): boolean {
    let free = this.total;
    const freeAt = new Map<string, number>();
    const change = (account: Account, sign: 1 | -1): void => {
      free += sign * account.total;
      for (const [host, bytes] of account.drawn) freeAt.set(host, (freeAt.get(host) ?? perHost) + sign * bytes);
    };
    for (const account of this.#accounts) change(account, -1);
    for (const account of [...this.#accounts].toSorted((one, other) => one.need - other.need)) {
      if (account.need > Math.min(free, ...freeAt.values())) return false;
      change(account, 1);
    }
    return true;
  }
}
