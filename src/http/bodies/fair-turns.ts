/**
 * Lets requests begin in turns of the event loop, and callers take turns: the many requests of one caller that arrive together delay the request
 * of another by one turn, not by all of their work. Nothing waits while few requests arrive.
 */
export class FairTurns {
  /** Callbacks of requests that wait, by caller, in round-robin order. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #begun = 0;
  #isScheduled = false;

  /** @param perTurn the number of requests that begin in one turn of the event loop before the others have to wait for the next turn */
  constructor(private readonly perTurn: number) {}

  /** Whether nothing waits for its turn. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /**
   * Begins a request, in this turn or a later one.
   *
   * @param caller whose requests are counted together
   */
  begin(caller: string, start: () => void): void {
    this.#schedule();
    if (this.#waiting.size === 0 && this.#begun < this.perTurn) {
      this.#begun++;
      return start();
    }
    const own = this.#waiting.get(caller);
    if (own) own.push(start);
    else this.#waiting.set(caller, [start]);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    this.#begun = 0;
    while (this.#begun < this.perTurn) {
      const [first] = this.#waiting;
      if (first === undefined) return;
      this.#begun++;
      this.#take(first);
    }
    if (this.#waiting.size > 0) this.#schedule();
  }

  /** Starts a caller's first request, and moves the caller to the end of the round. */
  #take([caller, starts]: [string, (() => void)[]]): void {
    this.#waiting.delete(caller);
    const start = starts.shift();
    if (starts.length > 0) this.#waiting.set(caller, starts);
    start?.();
  }
}
